#if os(Linux) && arch(x86_64)
  import Foundation
  import TestSupport
  import Testing

  /// The kernels for 64-bit ARM, compiled for it by the toolchain's clang and run by an emulator.
  @Suite(
    .enabled(if: Emulator.isInstalled, "no emulator, or no C library for ARM"))
  struct NEONTests {
    @Test(arguments: ["neon", "portable"]) func kernelsFollowTheirDefinitions(_ set: String) throws
    {
      let folder = try TemporaryFolder()
      let program = folder.path("check")
      let kernels = repositoryPath("Sources/CKernels")
      let sources = try repositoryFiles(below: "Sources/CKernels", suffix: ".c").map(repositoryPath)
      let built = try Emulator.run(
        ["clang", "--target=aarch64-linux-gnu", "-O2", "-fuse-ld=lld", "-static", "--sysroot=/"]
          + Emulator.libraryFlags
          + ["-I", "\(kernels)/include"]
          + sources + [
            repositoryPath("Tests/CKernelsTests/CrossCompiled/check.c"), "-lm", "-o", program,
          ])
      try #require(built.status == 0, "\(built.errors)")
      let checked = try Emulator.run([Emulator.name, program, set])
      #expect(checked.status == 0, "\(checked.errors)")
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

    static func run(_ command: [String]) throws -> ChildProcess.Outcome {
      try ChildProcess.run("/usr/bin/env", command)
    }
  }
#endif
