/// Ends the program with `message` unless `condition` holds: for what only an error in a program can bring about.
///
/// Unlike `precondition`, of whose message an optimised build keeps nothing, it says in every build what was
/// expected. The access to single elements of views, which sits in inner loops, uses `precondition` all the same.
///
/// - Complexity: O(1); the message is made only where it is printed.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { refuse(message(), file, line) }
}

@inline(never)
private func refuse(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
  fatalError(message, file: file, line: line)
}
