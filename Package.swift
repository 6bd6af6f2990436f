// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Glassbox",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Glassbox", targets: ["Glassbox"]),
    .executable(name: "glassbox", targets: ["Commands"]),
  ],
  dependencies: [
    // Only the command line uses them; the library needs none.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The rooms, in the order a number travels. A target imports only targets above it.
    .target(
      name: "CKernels", exclude: ["README.md"],
      cSettings: [.define("NDEBUG", .when(configuration: .release))]),
    .target(name: "Engine", dependencies: ["CKernels"]),
    .target(name: "Networks", dependencies: ["Engine"]),
    .target(name: "Datasets", dependencies: ["CKernels", "Engine"]),
    .target(name: "Training", dependencies: ["Engine", "Networks", "Datasets"]),
    .target(name: "Glassbox", dependencies: ["Engine", "Networks", "Datasets", "Training"]),
    .executableTarget(
      name: "Commands",
      dependencies: [
        "Glassbox", .product(name: "ArgumentParser", package: "swift-argument-parser"), "Yams",
      ]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "Engine"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks"], exclude: ["Files/read_safetensors.py"]),
  ],
  swiftLanguageModes: [.v6]
)
