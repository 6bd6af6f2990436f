import ArgumentParser
import Clusters
import Codecs
import ConfigurationFiles
import Exchange
import Glassbox

/// `glassbox train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a column of a table, or what images show.",
    discussion: """
      glassbox train students.csv --target passed
      glassbox train animals --network cnn --epochs 3
      glassbox train students.csv --target passed --hidden 8 --optimizer adam --learning-rate 0.01
      glassbox train students.csv --target passed --find-learning-rate
      glassbox train students.csv --target passed --folds 5
      glassbox train students.csv --target passed --ensemble 3

      What is not said is decided from the data: the kind of task, the loss, the output layer, the \
      preprocessing, the size of the network. Settings can also come from a YAML or JSON file \
      (--config) or from variables such as GLASSBOX_SEED.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var training: TrainingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var processes: ProcessOptions
  @Flag(help: "Print every setting, decided from the data where left open, and stop.")
  var printConfig = false
  @Flag(
    help: """
      Only try out learning rates, on a copy: chart and suggestion; a page too in the folder of --output. \
      No run is made.
      """)
  var findLearningRate = false
  @Option(
    help: """
      Cross-validate instead: train so many times, each time with other rows held out, and print the \
      scores with their spread. The test rows stay sealed, and nothing is written.
      """)
  var folds: Int?
  @Option(
    help: """
      Train so many networks on one split, by as many seeds, and join them into one model whose answer is \
      their mean; it says how far they are apart.
      """)
  var ensemble: Int?
  @Option(
    help: """
      Begin with the weights of a file that PyTorch or another program saved (.pth, .pt, .bin, .safetensors), \
      on the network that the settings give.
      """, completion: .file())
  var weights: String?
  @Option(
    help: """
      A YAML file that says what its tensors are called here; without one, layers are named as there.
      """, completion: .file())
  var map: String?
  @Flag(help: "Replace the run that is in the folder.")
  var force = false

  func validate() throws {
    guard [findLearningRate, folds != nil, ensemble != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --find-learning-rate, --folds and --ensemble")
    }
    guard map == nil || weights != nil else {
      throw ValidationError("give --weights, whose tensors --map names")
    }
    guard weights == nil || folds == nil && ensemble == nil else {
      throw ValidationError(
        "give --weights without --folds and --ensemble, which draw weights anew")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let configuration = try data.configuration(others: training.given)
    guard configuration.data.source != nil else {
      if printConfig { return try printJSON(configuration) }
      throw Failure(
        status: .usage,
        text: "data: expected a data file, found none. Fix: glassbox train FILE.csv --target COLUMN"
      )
    }
    if !printConfig, let group = try processes.group() {
      return try share(group, configuration, start)
    }
    if let folds, !printConfig {
      return try FoldsSession(configuration: configuration, folds: folds, output: output).run()
    }
    let data = try PreparedData(configuration, decoders: .standard)
    let experiment = try begun(Failure.usage { try Experiment(configuration, data: data) })
    if printConfig { return try printJSON(experiment.configuration) }
    if findLearningRate {
      for note in experiment.notes { output.note(note) }
      return try RangeTestSession(
        experiment: experiment, words: said(without: "learning_rate"), force: force, output: output
      ).run()
    }
    if let ensemble {
      let session = try Failure.usage {
        try EnsembleSession(experiment, members: ensemble, force: force)
      }
      for note in experiment.notes { output.note(note) }
      return try EnsembleTraining(session: session, output: output).run()
    }
    // Whatever cannot work is found before anything is written.
    let session = try Failure.usage { try TrainingSession(experiment, force: force) }
    for note in experiment.notes { output.note(note) }
    try TerminalSession(session, output: output, since: start).run()
  }

  /// Trains with the processes that were started with this one.
  private func share(
    _ group: MPIGroup, _ configuration: RunConfiguration, _ start: ContinuousClock.Instant
  ) throws {
    guard !findLearningRate, folds == nil, ensemble == nil else {
      throw Failure(
        status: .usage,
        text: "--find-learning-rate, --folds, --ensemble: expected one process, found "
          + "\(group.count). Fix: start glassbox without mpirun")
    }
    try SharedTraining(group: group, output: output).run(
      {
        let data = try PreparedData(configuration, decoders: .standard)
        return TrainingStart(
          try begun(Failure.usage { try Experiment(configuration, data: data) }))
      },
      lead: { first in
        try Failure.usage { try TrainingSession(first.experiment, force: force) }
      }, start: start)
  }

  /// With the weights that are given.
  private func begun(_ experiment: Experiment) throws -> Experiment {
    guard let weights, !printConfig else { return experiment }
    let file = try WeightsFile(path: weights, decoders: .standard)
    let rules = try map.map(NameRules.init(path:)) ?? NameRules()
    let map = try WeightMap(file, on: experiment.start, by: rules)
    for note in map.notes { output.note(note) }
    return try experiment.starting(
      with: map.applied().tensors,
      from: WeightsOrigin(file: weights, sha256: file.sha256, rules: JSONText.encode(rules)))
  }

  /// The words of the command line but for one setting.
  private func said(without name: String) -> [String] {
    data.words(without: name) + training.words(without: name)
  }
}
