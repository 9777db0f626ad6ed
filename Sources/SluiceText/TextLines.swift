import CLibrary
import SluiceCore
import SluiceStorage

/// The lines of a UTF-8 file, read one at a time in a memory that does not grow with the file.
///
/// A line ends at a line feed, at a carriage return, at both one after the other, or at the end of the file: the ends that
/// systems write, in any mixture. What only parts words, such as a form feed or the line separator U+2028, ends no line.
/// A file that was packed with gzip, which its contents say and not its name, is unpacked on the way; so is standard input, which is read
/// where the path is `-` or `/dev/stdin`. A byte order mark at the start of the file is dropped. What is not well-formed UTF-8, and
/// a line longer than the limit, is a `DataError` naming the line: an endless line is refused before it is
/// held.
public struct TextLines: ~Copyable {
  /// The most characters a line may have where no other limit is given.
  public static let defaultLineLimit = 10_000

  /// The file as the caller named it.
  public let path: String
  /// The most characters (Unicode scalars) a line may have.
  public let lineLimit: Int
  /// The number of the line that was read last, counted from 1; 0 before the first.
  public private(set) var number = 0

  /// Whether the file begins with a byte order mark, once its first line was read.
  private(set) var hasMark = false
  /// Where the line that was read last begins, in bytes from the start of the text: of a packed file from that of what was packed.
  private(set) var lineOffset = 0
  /// Behind the last byte that was read, in the same bytes.
  var endOffset: Int { nextOffset - (end - start) }
  /// A checksum of all lines, each with a line feed in the place of its end; nil where none is wanted.
  var check: CRC32C?

  /// The open file; -1 where blocks of a file that others read too are given.
  private let descriptor: Int32
  private var blocks: BlockReader?
  /// Where what comes after the block begins in the text.
  private var nextOffset = 0
  private var buffer = [UInt8](repeating: 0, count: blockSize)
  private var start = 0
  private var end = 0
  private var line: [UInt8] = []
  /// Whether the last line ended with a carriage return, so that a line feed that comes next belongs to its end.
  private var endedWithReturn = false
  /// Whether the system has said that there is no more. A terminal would be asked again otherwise.
  private var hasEnded = false
  /// Whether anything was read yet.
  private var hasBegun = false
  /// What unpacks the file, where it is packed.
  private var packed: GzipStream?

  /// Opens the file at `path`.
  ///
  /// - Throws: `DataError` where it does not exist or may not be read.
  /// - Precondition: `lineLimit` is from 1 to 100,000,000.
  public init(path: String, lineLimit: Int = defaultLineLimit) throws(DataError) {
    // A path with a zero byte would reach the system cut short and open another file.
    if TextLines.isStandardInput(path) {
      self.init(standardInputWithLineLimit: lineLimit)
      return
    }
    if path.utf8.contains(0) {
      throw DataError(path: path, expected: "a file's path", got: "a path with a zero byte")
    }
    let descriptor = unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0 { throw TextLines.failure(errno, path) }
    self.init(descriptor: descriptor, path: path, lineLimit: lineLimit)
  }

  /// Whether a path stands for standard input.
  public static func isStandardInput(_ path: String) -> Bool { path == "-" || path == "/dev/stdin" }

  /// The bytes of the line that was read last, without its end and a byte order mark.
  var bytes: [UInt8] { line }

  /// The lines of standard input, called “standard input” in messages.
  public init(standardInputWithLineLimit lineLimit: Int = defaultLineLimit) {
    self.init(descriptor: 0, path: "standard input", lineLimit: lineLimit)
  }

  private init(descriptor: Int32, path: String, lineLimit: Int) {
    require(1...100_000_000 ~= lineLimit, "A line limit is from 1 to 100,000,000 characters.")
    self.descriptor = descriptor
    self.path = path
    self.lineLimit = lineLimit
  }

  /// The lines of a file that is open already, from its beginning.
  init(_ file: FileBlocks, lineLimit: Int = defaultLineLimit) {
    self.init(descriptor: -1, path: file.path, lineLimit: lineLimit)
    blocks = BlockReader(file: file)
  }

  deinit {
    if descriptor > 0 { close(descriptor) }
  }

  /// Goes to the beginning of a line of a file that is not packed, and reads up to the beginning of another. The numbers of lines mean
  /// nothing from then on.
  ///
  /// - Precondition: the lines are those of `init(_:lineLimit:)`, and one has been read.
  mutating func move(to offset: Int, end limit: Int) {
    blocks?.move(to: offset, end: limit)
    (start, end, nextOffset) = (0, 0, offset)
    (endedWithReturn, hasEnded) = (false, false)
  }

  /// Reads the next line's Unicode scalar values into `scalars`, replacing what it held.
  ///
  /// - Returns: false at the end of the file; `scalars` is then empty.
  /// - Throws: `DataError` for a directory, an error of the system, ill-formed UTF-8 or a line too long.
  ///   After an error the next call goes on at some later place; stop reading instead.
  public mutating func next(into scalars: inout [UInt32]) throws(DataError) -> Bool {
    scalars.removeAll(keepingCapacity: true)
    guard try gatherLine() else { return false }
    number += 1
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) {
      hasMark = true
      line.removeFirst(3)
      lineOffset += 3
    }
    if let position = StrictUTF8.decode(line[...], into: &scalars) {
      let byte = String(line[position], radix: 16, uppercase: true)
      throw DataError(
        path: path, line: number, expected: "UTF-8",
        got: "the byte 0x\(byte) after \(scalars.count) characters",
        advice: "Convert the \(descriptor == 0 ? "input" : "file") to UTF-8.")
    }
    if scalars.count > lineLimit { throw tooLong(got: "\(scalars.count)") }
    if check != nil {
      check?.update(line)
      check?.update(TextLines.lineFeed)
    }
    return true
  }

  /// Whether a whole line has been read from the system already, so that the next call of `next(into:)` does not wait: who
  /// answers line by line answers what came before it asks for more.
  ///
  /// - Complexity: O(the rest of the block that was read last, at most its next line).
  public var holdsLine: Bool {
    var first = start
    if endedWithReturn, first < end, buffer[first] == 0x0A { first += 1 }
    return buffer[first..<end].contains { $0 == 0x0A || $0 == 0x0D }
  }

  /// Collects the bytes up to the next end of a line in `line`, without it.
  private mutating func gatherLine() throws(DataError) -> Bool {
    line.removeAll(keepingCapacity: true)
    lineOffset = nextOffset - (end - start)
    // No scalar takes more than four bytes; the rest is for a byte order mark.
    let byteLimit = 4 * lineLimit + 3
    while true {
      if start == end {
        guard try fill() else { return !line.isEmpty }
      }
      // The two halves of one end may come in different blocks.
      if endedWithReturn {
        endedWithReturn = false
        if buffer[start] == 0x0A {
          start += 1
          lineOffset += 1
          continue
        }
      }
      let lineEnd = buffer[start..<end].firstIndex { $0 == 0x0A || $0 == 0x0D }
      line.append(contentsOf: buffer[start..<(lineEnd ?? end)])
      if line.count > byteLimit {
        number += 1
        throw tooLong(got: "more than \(lineLimit)")
      }
      start = lineEnd.map { $0 + 1 } ?? end
      if let lineEnd {
        endedWithReturn = buffer[lineEnd] == 0x0D
        return true
      }
    }
  }

  /// Reads the next block of the file; false at its end.
  private mutating func fill() throws(DataError) -> Bool {
    if hasEnded { return false }
    start = 0
    if packed != nil {
      try unpack()
    } else {
      end = try read(from: 0)
      if !hasBegun {
        // Two bytes say whether the file is packed; a pipe may give one.
        while end == 1 {
          let more = try read(from: end)
          if more == 0 { break }
          end += more
        }
        if GzipStream.isBeginning(buffer[..<end]) {
          var blocks = blocks
          packed = GzipStream(beginning: Array(buffer[..<end])) { [descriptor] block in
            if block.count < TextLines.blockSize {
              block = [UInt8](repeating: 0, count: TextLines.blockSize)
            }
            let count = blocks?.read(into: &block) ?? TextLines.read(descriptor, &block, from: 0)
            block.removeLast(block.count - max(count, 0))
            return count
          }
          try unpack()
        }
      }
    }
    hasEnded = end == 0
    nextOffset += end
    if !hasBegun {
      hasBegun = true
      if let kind = FileSignature.kind(of: buffer[..<end]) {
        throw DataError(path: path, expected: "text in UTF-8", got: kind.name, advice: kind.advice)
      }
    }
    return end > 0
  }

  /// Replaces the block by the next unpacked bytes.
  private mutating func unpack() throws(DataError) {
    do throws(GzipStream.Problem) {
      try packed?.next(into: &buffer)
      end = buffer.count
    } catch {
      let place = number == 0 ? "" : ", after line \(number)"
      let again = "Get the file again, or pack it again; 'gzip -t' checks it."
      switch error {
      case .system(let code): throw TextLines.failure(code, path)
      case .cut:
        throw DataError(
          path: path, expected: "a whole file of gzip", got: "one that is cut off\(place)", advice: again)
      case .damaged:
        throw DataError(
          path: path, expected: "a sound file of gzip", got: "contents that are damaged\(place)",
          advice: again)
      case .notGzip:
        throw DataError(
          path: path, expected: "text in UTF-8, or such text packed with gzip",
          got: "a file that begins like one of gzip and is none", advice: "Check what wrote it.")
      case .trailing:
        throw DataError(
          path: path, expected: "nothing after what is packed with gzip", got: "other bytes\(place)",
          advice: again)
      }
    }
  }

  /// Reads what comes next of the file into the block, behind its first bytes: how many, 0 at the end.
  private mutating func read(from first: Int) throws(DataError) -> Int {
    // Blocks come whole: what follows one that is not full is the end.
    if first > 0, blocks != nil { return 0 }
    let count = blocks?.read(into: &buffer) ?? TextLines.read(descriptor, &buffer, from: first)
    if count < 0 { throw TextLines.failure(Int32(-count), path) }
    return count
  }

  /// Reads from a file into a block behind its first bytes: how many, 0 at the end, or a negated error number.
  private static func read(_ descriptor: Int32, _ block: inout [UInt8], from first: Int) -> Int {
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe CLibrary.read(descriptor, $0.baseAddress.map { unsafe $0 + first }, $0.count - first)
      }
      // A signal, such as an interrupt that only asks for a stop, is no failure of the file.
      if count >= 0 || errno != EINTR { return count >= 0 ? count : -Int(errno) }
    }
  }

  /// The bytes that are read at a time.
  private static let blockSize = 1 << 16

  private static let lineFeed: [UInt8] = [0x0A]

  private func tooLong(got: String) -> DataError {
    TextLines.tooLong(path: path, line: number, got: got, limit: lineLimit)
  }

  /// The error for a line, or another text that is read as one, of more characters than the limit.
  public static func tooLong(path: String, line: Int?, got: String, limit: Int) -> DataError {
    DataError(
      path: path, line: line, expected: "a line of at most \(limit) characters", got: got,
      advice: (line == 1
        ? "If all of the text is one line, break it up, such as with 'fold -s -w 1000'; else shorten the line"
        : "Shorten the line") + " or raise the limit (--line-limit).")
  }

  private static func failure(_ code: Int32, _ path: String) -> DataError {
    let (got, advice) =
      switch code {
      case ENOENT: ("no such file", "Check the spelling.")
      case EISDIR: ("a directory", "Give the path of a file.")
      case EACCES: ("a file without permission to read it", "Check the owner and the access rights.")
      case EIO: ("an error of the device", "Check the disk.")
      case EMFILE, ENFILE: ("too many open files", "Close some, or raise the limit (ulimit -n).")
      default: unsafe ("the system's error “\(String(cString: strerror(code)))”", "Check the path.")
      }
    return DataError(path: path, expected: "a readable text file", got: got, advice: advice)
  }
}
