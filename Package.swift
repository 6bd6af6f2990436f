// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Glassbox",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Glassbox", targets: ["Glassbox"]),
  ],
  dependencies: [],
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
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "Engine"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks"], exclude: ["Files/read_safetensors.py"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .executableTarget(name: "CrashWriter", dependencies: ["Training"], path: "Tests/CrashWriter"),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "AllocationCounter", "CrashWriter"]),
  ],
  swiftLanguageModes: [.v6]
)
