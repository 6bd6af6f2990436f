// swift-tools-version: 6.2
import PackageDescription

// Benchmarks need what the library must not: other people's programs to compare with. So they are a
// package of their own; `install.sh` fetches those programs, none of which is needed to build.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Glassbox", path: "..")],
  targets: [
    .target(name: "Measuring"),
    .executableTarget(
      name: "gemm", dependencies: ["Measuring", .product(name: "Glassbox", package: "Glassbox")]),
    .executableTarget(name: "compare"),
  ],
  swiftLanguageModes: [.v6]
)
