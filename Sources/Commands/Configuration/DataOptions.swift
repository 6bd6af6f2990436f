import ArgumentParser
import Glassbox

/// The flags that say which data are used and how. A flag that is not given leaves its setting to the
/// environment, the file or the defaults.
struct DataOptions: ParsableArguments {
  @Argument(
    help: """
      The data: a CSV file, images:labels for a pair of IDX files, or a folder with a folder of JPEG \
      and PNG images for each class.
      """)
  var data: String?
  @Option(help: "The column to learn.")
  var target: String?
  @Option(help: "A YAML or JSON file with settings; flags count more.")
  var config: String?
  @Option(help: "regression, classification, binary or multiclass; inferred if not given.")
  var task: String?
  @Option(help: "A file, or a share of the rows, that chooses the best epoch (default 0.15).")
  var validation: String?
  @Option(help: "A file, or a share of the rows, for the scores at the end (default 0.15).")
  var test: String?
  @Option(help: "A split manifest to use again.")
  var split: String?
  @Option(help: "Columns that are not inputs, with commas between.")
  var ignore: String?
  @Option(
    help: """
      Columns that are the steps of a sequence: first..last, a beginning such as 'day_*', one column \
      of texts, or columns=…,as=tokens.
      """)
  var sequence: String?
  @Option(help: "standardise, min-max or none.")
  var scaling: String?
  @Option(help: "Size of the images, such as 64 or height x width 64x48; by the files.")
  var imageSize: String?
  @Option(help: "1 for grey, 3 for colour; by the files if not given.")
  var channels: Int?
  @Option(help: "Images of another shape: crop their middle (the default), or stretch.")
  var imageFit: String?
  @Option(help: "bilinear (the default), bicubic or area.")
  var resampling: String?
  @Flag(help: "Leave out images that cannot be read, and name them.")
  var skipBad = false
  @Option(help: "MiB of prepared images kept in memory (default 1024).")
  var cacheMemory: Int?
  @Option(help: "MiB of prepared images kept on disk beyond that (default 16384).")
  var cacheDisk: Int?
  @Option(
    help: """
      Vary training images: usual, or some of \(Augmentation.CodingKeys.list), such as \
      flip,rotate=10,erase=0.2.
      """)
  var augment: String?
  @Option(help: "The same seed gives the same bits (default 1).")
  var seed: UInt64?

  /// Flags, environment, file and defaults in one.
  /// - Parameter others: flags of another group.
  /// - Throws: `Failure` of usage; `Problem` for the configuration file.
  func configuration(others: [String: JSONValue] = [:]) throws -> RunConfiguration {
    try Failure.usage {
      try ConfigurationSources(
        file: try config.map { try ConfigurationFile(path: $0) },
        environment: Environment.variables, flags: flags.merging(others) { $1 }
      ).configuration()
    }
  }

  private var flags: [String: JSONValue] {
    let texts: [(String, String?)] = [
      ("data", data), ("target", target), ("task", task), ("validation", validation),
      ("test", test), ("split", split), ("ignore", ignore),
      ("sequence", sequence), ("scaling", scaling),
      ("image_size", imageSize), ("image_fit", imageFit), ("resampling", resampling),
      ("augment", augment),
    ]
    let counts: [(String, Int?)] = [
      ("channels", channels), ("cache_memory", cacheMemory), ("cache_disk", cacheDisk),
    ]
    var flags: [String: JSONValue] = [:]
    for (name, text) in texts {
      flags[name] = text.map { ConfigurationSources.value(of: name, written: $0) }
    }
    for (name, count) in counts { flags[name] = count.map(JSONValue.integer) }
    if skipBad { flags["skip_bad"] = .bool(true) }
    flags["seed"] = seed.map { JSONValue(written: "\($0)") }
    return flags
  }
}
