// swift-tools-version: 6.2
import PackageDescription

// `GLASSBOX_COMMIT=$(git rev-parse --short HEAD) swift build` stamps the program with its commit.
let commit = Context.environment["GLASSBOX_COMMIT"] ?? ""

let package = Package(
  name: "Glassbox",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Glassbox", targets: ["Glassbox"]),
    // Beside it, so that the library itself embeds without any system library.
    .library(name: "GlassboxCodecs", targets: ["Codecs"]),
    .library(name: "GlassboxCharts", targets: ["Charts"]),
    .library(name: "GlassboxDiagnosis", targets: ["Diagnosis"]),
    .library(name: "GlassboxLessons", targets: ["Lessons"]),
    .library(name: "GlassboxExchange", targets: ["Exchange"]),
    .library(name: "GlassboxTuning", targets: ["Tuning"]),
    .library(name: "GlassboxServing", targets: ["Serving"]),
    .library(name: "GlassboxStudio", targets: ["Studio"]),
    .executable(name: "glassbox", targets: ["Commands"]),
    // What the package `Fuzzing` feeds.
    .library(name: "GlassboxFuzzedReaders", targets: ["FuzzedReaders"]),
  ],
  traits: [
    .trait(name: "Tuning", description: "What `GlassboxTuning` needs: SQLite."),
    .trait(
      name: "Serving", description: "What `GlassboxServing` needs: an HTTP server and SQLite."),
    .trait(
      name: "Program",
      description: "What only the program `glassbox` needs; leave it out to embed the library.",
      enabledTraits: ["Tuning", "Serving"]),
    .trait(name: "MPI", description: "Trainings on several machines: Open MPI or another MPI."),
    .trait(
      name: "PostgreSQL",
      description: "Studies, logs and registries that many machines share: libpq."),
    .default(enabledTraits: ["Program"]),
  ],
  dependencies: [
    // Only the command line and `Serving` use them; the library needs none.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // The rooms, in the order a number travels. A target imports only targets above it.
    .target(
      name: "CKernels", exclude: ["README.md"],
      cSettings: [.define("NDEBUG", .when(configuration: .release))]),
    .target(name: "Platform"),
    .target(name: "Formatting", dependencies: ["Platform"]),
    .target(name: "Engine", dependencies: ["CKernels", "Platform", "Formatting"]),
    .target(name: "Networks", dependencies: ["Platform", "Formatting", "Engine"]),
    .target(name: "Datasets", dependencies: ["CKernels", "Platform", "Formatting", "Engine"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
    .target(name: "CImages", dependencies: ["CJPEG", "CPNG", "CWebP"]),
    .target(name: "Codecs", dependencies: ["Engine", "Datasets", "CZlib", "CImages"]),
    .target(
      name: "Training", dependencies: ["Platform", "Formatting", "Engine", "Networks", "Datasets"]),
    .target(
      name: "Explaining",
      dependencies: ["Formatting", "Engine", "Networks", "Datasets", "Training"]),
    .target(
      name: "Charts", dependencies: ["Formatting", "Engine", "Networks", "Datasets", "Training"]),
    .target(
      name: "Diagnosis",
      dependencies: ["Formatting", "Engine", "Networks", "Datasets", "Training", "Charts"]),
    .target(
      name: "Lessons",
      dependencies: [
        "Formatting", "Engine", "Networks", "Datasets", "Training", "Explaining", "Charts",
      ]),
    .target(
      name: "Exchange",
      dependencies: ["Platform", "Formatting", "Engine", "Networks", "Datasets", "Training"]),
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .target(
      name: "Databases",
      dependencies: [
        "Platform", "Engine", .target(name: "CLibPQ", condition: .when(traits: ["PostgreSQL"])),
        .product(
          name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Tuning", "Serving"])),
      ]),
    .testTarget(
      name: "DatabasesTests", dependencies: ["Databases", "Engine", "Platform", "TestSupport"]),
    .target(
      name: "Tuning",
      dependencies: [
        "Platform", "Formatting", "Engine", "Networks", "Datasets", "Training", "Charts",
        "Databases",
      ]),
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "ompi-c",
      providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
      name: "CMPI",
      dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("GLASSBOX_HAS_MPI", .when(traits: ["MPI"]))]),
    .target(
      name: "Clusters", dependencies: ["CMPI", "Platform", "Engine", "Training"]),
    // The files of web pages, inside the program.
    .target(name: "CPages", exclude: ["server", "studio"]),
    .target(
      name: "Serving",
      dependencies: [
        "CPages", "Platform", "Formatting", "Engine", "Networks", "Datasets", "Training",
        "Explaining", "Charts", "Databases",
        .serving("Hummingbird", "hummingbird"), .serving("HummingbirdCore", "hummingbird"),
        .serving("ServiceLifecycle", "swift-service-lifecycle"),
        .serving("UnixSignals", "swift-service-lifecycle"),
        .serving("HTTPTypes", "swift-http-types"), .serving("Logging", "swift-log"),
        .serving("CoreMetrics", "swift-metrics"), .serving("NIOCore", "swift-nio"),
        .serving("NIOHTTP1", "swift-nio"), .serving("NIOPosix", "swift-nio"),
        .serving("NIOHTTPTypes", "swift-nio-extras"),
        .serving("NIOHTTPTypesHTTP1", "swift-nio-extras"),
      ]),
    .target(
      name: "Studio",
      dependencies: [
        "Platform", "Formatting", "Engine", "Networks", "Datasets", "Training",
        "Explaining", "Charts", "Diagnosis", "Lessons", "Exchange", "Tuning", "Serving",
        .serving("Hummingbird", "hummingbird"), .serving("HTTPTypes", "swift-http-types"),
        .serving("ServiceLifecycle", "swift-service-lifecycle"), .serving("Logging", "swift-log"),
        .serving("NIOCore", "swift-nio"),
      ]),
    .target(
      name: "Glassbox", dependencies: ["Engine", "Networks", "Datasets", "Training", "Explaining"]),
    .executableTarget(
      name: "OneNeuron", dependencies: ["Glassbox"], path: "Examples/01-one-neuron"),
    .executableTarget(name: "TenLines", dependencies: ["Glassbox"], path: "Examples/02-ten-lines"),
    .executableTarget(name: "OwnLayer", dependencies: ["Glassbox"], path: "Examples/03-own-layer"),
    .executableTarget(
      name: "ManyTasks", dependencies: ["Glassbox"], path: "Examples/04-many-tasks"),
    .executableTarget(
      name: "FiftyLayers", dependencies: ["Glassbox"], path: "Examples/05-fifty-layers"),
    .executableTarget(
      name: "Sequences", dependencies: ["Glassbox"], path: "Examples/06-sequences"),
    .executableTarget(
      name: "Server", dependencies: ["Glassbox", .serving("Hummingbird", "hummingbird")],
      path: "Examples/07-server"),
    .executableTarget(name: "Ask", dependencies: ["Glassbox"], path: "Examples/08-command"),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "OneNeuron", "TenLines", "OwnLayer", "ManyTasks", "FiftyLayers", "Sequences", "Server",
        "Ask", "Glassbox", "Charts", "Diagnosis", "Lessons", "Commands", "TestSupport",
      ]),
    .target(
      name: "CStamp",
      cSettings: [.define("GLASSBOX_COMMIT", to: "\"\(commit)\"")]),
    // Settings as people write them.
    .target(
      name: "ConfigurationFiles",
      dependencies: [
        "Engine", "Networks", "Training",
        .product(name: "Yams", package: "Yams", condition: .when(traits: ["Program"])),
      ]),
    // Not called after its product: folders that differ in case only are one folder on macOS.
    .executableTarget(
      name: "Commands",
      dependencies: [
        "Glassbox", "Codecs", "Charts", "Diagnosis", "Lessons", "Exchange", "Clusters", "Tuning",
        "Serving", "Studio", "ConfigurationFiles", "Platform", "Formatting", "CStamp",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["Program"])),
        .serving("Logging", "swift-log"),
      ]),
    .testTarget(
      name: "CKernelsTests", dependencies: ["CKernels", "Engine", "TestSupport"],
      exclude: ["CrossCompiled/check.c"]),
    .testTarget(name: "EngineTests", dependencies: ["Platform", "Engine", "TestSupport"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "TestSupport"],
      exclude: ["Files/read_safetensors.py"]),
    .testTarget(
      name: "CodecsTests", dependencies: ["Codecs", "TestSupport"], exclude: ["Images"]),
    // Every reader of bytes that come from outside; the package `Fuzzing` feeds them.
    .target(
      name: "FuzzedReaders",
      dependencies: [
        "Engine", "Networks", "Datasets", "Codecs", "CZlib", "Training", "Diagnosis", "Lessons",
        "ConfigurationFiles", "Exchange", "Platform", "Tuning", "Serving", "TestSupport",
      ],
      path: "Tests/FuzzedReaders"),
    .testTarget(
      name: "FuzzedReadersTests", dependencies: ["FuzzedReaders", "TestSupport"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Platform", "TestSupport"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .executableTarget(
      name: "CrashWriter", dependencies: ["Platform", "Datasets", "Training", "Tuning", "Serving"],
      path: "Tests/CrashWriter"),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "ConfigurationFiles", "AllocationCounter", "CrashWriter", "TestSupport",
      ],
      exclude: ["Models/Files"]),
    // What tests of several rooms share; only the last knows rooms.
    .target(name: "LinePipe", path: "Tests/LinePipe"),
    .target(
      name: "TestSupport", dependencies: ["LinePipe", "Platform"], path: "Tests/TestSupport"),
    .target(
      name: "RunSupport",
      dependencies: ["Engine", "Networks", "Training", "Diagnosis", "TestSupport"],
      path: "Tests/RunSupport"),
    .testTarget(
      name: "ExplainingTests", dependencies: ["Explaining", "RunSupport", "TestSupport"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "TestSupport"]),
    // Faults planted in trainings, healthy trainings, and what a diagnosis says of them.
    .executableTarget(
      name: "DiagnosisBench",
      dependencies: [
        "Formatting", "Engine", "Networks", "Datasets", "Training", "Diagnosis", "TestSupport",
      ],
      path: "Tests/DiagnosisBench"),
    .testTarget(
      name: "DiagnosisTests",
      dependencies: ["Diagnosis", "DiagnosisBench", "RunSupport", "TestSupport"]),
    // Samplers on functions whose smallest value is known.
    .executableTarget(
      name: "SamplerBenchmark", dependencies: ["Engine", "Platform", "Tuning"],
      path: "Benchmarks/tuning",
      exclude: ["README.md", "results.md", "optuna_peer.py", "studies.py"]),
    .testTarget(
      name: "TuningTests",
      dependencies: [
        "Tuning", "Charts", "ConfigurationFiles", "CrashWriter", "Databases", "SamplerBenchmark",
        "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Tuning"])),
      ],
      exclude: ["Runs/read_mlflow.py", "Runs/read_tensorboard.py"]),
    // Drift planted in columns and images, quiet ones, and what monitoring says of them.
    .executableTarget(
      name: "DriftSimulation",
      dependencies: ["Engine", "Networks", "Datasets", "Codecs", "Serving"],
      path: "Benchmarks/drift", exclude: ["README.md", "results.md"]),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Serving", "Explaining", "Charts", "Codecs", "CrashWriter", "DriftSimulation",
        "Databases", "FuzzedReaders", "TestSupport",
        .serving("HTTPTypes", "swift-http-types"), .serving("GRDB", "GRDB.swift"),
        .serving("Logging", "swift-log"), .serving("NIOCore", "swift-nio"),
        .serving("NIOEmbedded", "swift-nio"), .serving("NIOHTTPTypes", "swift-nio-extras"),
        .serving("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: [
        "Description/check.py", "Description/image_files.py", "Description/schemathesis.toml",
      ]),
    // How fast a playground learns and is shown.
    .executableTarget(
      name: "PlaygroundSpeed", dependencies: ["Engine", "Networks", "Training", "Studio"],
      path: "Benchmarks/studio"),
    .testTarget(
      name: "StudioTests",
      dependencies: [
        "Studio", "Serving", "Codecs", "Commands", "Datasets", "Exchange", "Explaining", "Networks",
        "Training",
        "Tuning", "TestSupport",
        .serving("Logging", "swift-log"), .serving("ServiceLifecycle", "swift-service-lifecycle"),
      ]),
    // Cases that others made for ONNX, networks that nobody here wrote, and what an import answers.
    .executableTarget(
      name: "ExchangeBench", dependencies: ["Engine", "Networks", "Exchange"],
      path: "Benchmarks/exchange",
      exclude: [
        "README.md", "results.md", "node_cases.py", "real_networks.py", "swift_source.sh",
        "torch_networks.py",
      ]),
    .testTarget(
      name: "ExchangeTests",
      dependencies: [
        "Exchange", "ExchangeBench", "Codecs", "Networks", "Datasets", "Training", "RunSupport",
        "TestSupport",
      ],
      exclude: ["run_onnx.py", "small_networks.py", "scikit_learn.py"]),
    .testTarget(name: "LessonsTests", dependencies: ["Charts", "Lessons", "TestSupport"]),
    .testTarget(
      name: "ConfigurationFilesTests", dependencies: ["ConfigurationFiles", "TestSupport"]),
    .testTarget(
      name: "CommandsTests",
      dependencies: ["Commands", "Codecs", "Exchange", "Glassbox", "Serving", "TestSupport"],
      exclude: ["Clothes", "Field", "Deploying/page.sh", "Deploying/commands.awk"]),
  ],
  swiftLanguageModes: [.v6]
)

// `Scripts/sanitize.sh tests` builds a second time what tests C code, and no other tests.
if let wanted = Context.environment["GLASSBOX_TESTS"]?.split(separator: ",").map(String.init) {
  package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}

// What a later language mode asks for, asked for now.
for target in package.targets where ![.system, .plugin, .binary].contains(target.type) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}

extension Target.Dependency {
  /// What only the trait `Serving` builds.
  static func serving(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Serving"]))
  }
}
