#if os(Linux) && arch(x86_64)
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
        Emulator.compiler + ["-I", "\(kernels)/include"] + sources + [
          repositoryPath("Tests/CKernelsTests/CrossCompiled/check.c"), "-lm", "-o", program,
        ])
      try #require(built.status == 0, "\(built.errors)")
      let checked = try Emulator.run([Emulator.name, program, set])
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(checked.output.hasSuffix("\(set): 0 faults\n"), "\(checked.output)")
    }
  }
#endif
