// swift-tools-version: 6.2
import PackageDescription

// An app that embeds the library: it knows the product `Glassbox` and nothing else of the package, and
// asks for no trait, so that nothing is fetched that only the program needs.
let package = Package(
  name: "Embedding",
  platforms: [.macOS(.v15), .iOS(.v18)],
  dependencies: [.package(name: "Glassbox", path: "../..", traits: [])],
  targets: [
    .executableTarget(
      name: "Embedding", dependencies: [.product(name: "Glassbox", package: "Glassbox")])
  ],
  swiftLanguageModes: [.v6]
)
