import ArgumentParser
import ConfigurationFiles
import Glassbox

/// The flags that say which data are used and how, and a file with these and other settings.
struct DataOptions: ParsableArguments {
  @OptionGroup(title: "Data") var flags: SettingFlags<DataGroup>
  @Option(help: "A YAML or JSON file with settings; flags count more.", completion: .file())
  var config: String?

  /// What was given, to be given to another command.
  var words: [String] { words(without: nil) }

  /// The same but for one setting.
  func words(without name: String?) -> [String] {
    flags.words(without: name) + (config.map { ["--config", $0] } ?? [])
  }

  /// Flags, environment, file and defaults in one.
  /// - Parameter others: flags of other groups.
  /// - Throws: `Failure` of usage; `Problem` for the configuration file.
  func configuration(others: [String: LocatedValue] = [:]) throws -> RunConfiguration {
    try Failure.usage {
      try ConfigurationSources(
        file: try config.map { try ConfigurationFile.read($0) }, environment: Environment.variables,
        said: flags.given.merging(others) { $1 }
      ).configuration()
    }
  }
}

/// The flags that say how a file is read that is given after training. What training found out need not be
/// said again.
struct FileOptions: ParsableArguments {
  @OptionGroup(title: "The file") var flags: SettingFlags<FileGroup>

  /// Flags, environment and defaults in one.
  /// - Throws: `Failure` of usage.
  func configuration() throws -> RunConfiguration {
    try Failure.usage {
      let variables = Set(RunConfiguration.settings.filter(FileGroup.includes).map(\.variable))
      return try ConfigurationSources(
        environment: Environment.variables.filter { variables.contains($0.key) },
        said: flags.given
      ).configuration()
    }
  }
}

/// The flags that say how a network is built and trained, and where the run goes.
struct TrainingOptions: ParsableArguments {
  @OptionGroup(title: "Network") var network: SettingFlags<NetworkGroup>
  @OptionGroup(title: "Training") var training: SettingFlags<TrainingGroup>
  @OptionGroup(title: "Output") var output: SettingFlags<OutputGroup>

  /// What was given, by the settings' names.
  var given: [String: LocatedValue] {
    network.given.merging(training.given) { $1 }.merging(output.given) { $1 }
  }

  /// The same as a command line, but for one setting.
  func words(without name: String) -> [String] {
    network.words(without: name) + training.words(without: name) + output.words(without: name)
  }
}
