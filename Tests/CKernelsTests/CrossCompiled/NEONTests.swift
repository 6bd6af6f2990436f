#if os(Linux) && arch(x86_64)
  import Foundation
  import Testing

  /// The kernels for 64-bit ARM, compiled for it by the toolchain's clang and run by an emulator.
  @Suite(
    .enabled(if: Emulator.isInstalled, "no emulator, or no C library for ARM"))
  struct NEONTests {
    @Test(arguments: ["neon", "portable"]) func kernelsFollowTheirDefinitions(_ set: String) throws
    {
      let program = FileManager.default.temporaryDirectory
        .appendingPathComponent("glassbox-check-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: program) }
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      let kernels = root.appendingPathComponent("../../../Sources/CKernels").standardized
      let sources = try FileManager.default.contentsOfDirectory(atPath: kernels.path)
        .filter { $0.hasSuffix(".c") }.map { kernels.appendingPathComponent($0).path }
      let built = try Emulator.run(
        ["clang", "--target=aarch64-linux-gnu", "-O2", "-fuse-ld=lld", "-static", "--sysroot=/"]
          + Emulator.libraryFlags
          + ["-I", kernels.appendingPathComponent("include").path]
          + sources + [root.appendingPathComponent("check.c").path, "-lm", "-o", program.path])
      try #require(built.status == 0, "\(built.output)")
      let checked = try Emulator.run([Emulator.name, program.path, set])
      #expect(checked.status == 0, "\(checked.output)")
      #expect(checked.output.hasSuffix("\(set): 0 faults\n"), "\(checked.output)")
    }
  }

  /// What Debian and Ubuntu install for building and running ARM programs.
  private enum Emulator {
    static let name = "qemu-aarch64-static"
    private static let libraries = "/usr/aarch64-linux-gnu/lib"
    private static let compilers = "/usr/lib/gcc-cross/aarch64-linux-gnu"

    static var isInstalled: Bool {
      ["/usr/bin/\(name)", libraries, compilers].allSatisfy(FileManager.default.fileExists)
    }

    static var libraryFlags: [String] {
      get throws {
        let versions = try FileManager.default.contentsOfDirectory(atPath: compilers)
        let places = [libraries] + versions.map { "\(compilers)/\($0)" }
        return ["-isystem", "/usr/aarch64-linux-gnu/include"]
          + places.flatMap { ["-L\($0)", "-B\($0)"] }
      }
    }

    static func run(_ command: [String]) throws -> (status: Int32, output: String) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = command
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, output)
    }
  }
#endif
