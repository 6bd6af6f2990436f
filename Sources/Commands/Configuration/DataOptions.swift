import ArgumentParser
import Glassbox

/// The flags that say which data are used and how. A flag that is not given leaves its setting to the
/// environment, the file or the defaults.
struct DataOptions: ParsableArguments {
  @Argument(help: "The data: a CSV file, or images:labels for a pair of IDX files.")
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
  @Option(help: "standardise, min-max or none.")
  var scaling: String?
  @Option(help: "The same seed gives the same bits (default 1).")
  var seed: UInt64?

  /// Flags, environment, file and defaults in one.
  /// - Parameter others: flags of another group.
  /// - Throws: `Failure` of usage; `FileProblem` for the configuration file.
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
      ("test", test), ("split", split), ("ignore", ignore), ("scaling", scaling),
    ]
    var flags: [String: JSONValue] = [:]
    for (name, text) in texts {
      flags[name] = text.map { ConfigurationSources.value(of: name, written: $0) }
    }
    flags["seed"] = seed.map { JSONValue(written: "\($0)") }
    return flags
  }
}
