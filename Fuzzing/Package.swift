// swift-tools-version: 6.2
import PackageDescription

// Mutated files for every reader, by libFuzzer; `Scripts/fuzz.sh` builds and runs it.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Glassbox", path: "..")],
  targets: [
    .target(
      name: "FuzzEntry",
      dependencies: [.product(name: "GlassboxFuzzedReaders", package: "Glassbox")]),
    // libFuzzer brings `main`.
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzEntry"], path: "Sources/Fuzz",
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
  ],
  swiftLanguageModes: [.v6]
)
