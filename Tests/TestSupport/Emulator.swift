import Foundation

/// Programs for 64-bit ARM under Linux, with what Debian and Ubuntu install for building and running them.
package enum Emulator {
  package static let name = "qemu-aarch64-static"
  private static let libraries = "/usr/aarch64-linux-gnu/lib"
  private static let compilers = "/usr/lib/gcc-cross/aarch64-linux-gnu"

  package static var isInstalled: Bool {
    ["/usr/bin/\(name)", libraries, compilers].allSatisfy(FileManager.default.fileExists)
  }

  /// The toolchain's clang as a compiler for ARM, and where the C library for ARM is.
  package static var compiler: [String] {
    get throws {
      let versions = try FileManager.default.contentsOfDirectory(atPath: compilers)
      let places = [libraries] + versions.map { "\(compilers)/\($0)" }
      return [
        "clang", "--target=aarch64-linux-gnu", "-O2", "-fuse-ld=lld", "-static", "--sysroot=/",
        "-isystem", "/usr/aarch64-linux-gnu/include",
      ] + places.flatMap { ["-L\($0)", "-B\($0)"] }
    }
  }

  package static func run(_ command: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run("/usr/bin/env", command)
  }
}
