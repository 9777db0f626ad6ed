#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

exit(
  sluice.run(
    Array(CommandLine.arguments.dropFirst()), output: { print($0) }, error: Terminal.standardError.writeLine))
