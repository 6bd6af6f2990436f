import Databases
import Datasets
import Engine
import Networks
import Platform
import TestSupport
import Training

@testable import Serving

/// A registry with a live model of a small table, and a log of what it was asked about.
struct LiveStudents: Sendable {
  enum Kind: Sendable { case classes, numbers }

  let folder: TemporaryFolder
  let registry: ModelRegistry
  let kind: Kind
  /// Of the log.
  var log: String { folder.path("predictions.sqlite") }
  /// Of the training data.
  var data: String { folder.path("students.csv") }

  /// More hours are better, up to 10: the training data hold no more of them.
  init(
    _ kind: Kind = .classes, epochs: Int = 60, in registryKind: RegistryKind = .folder
  ) throws {
    folder = try TemporaryFolder()
    registry = registryKind.registry(in: folder)
    self.kind = kind
    var generator = RandomGenerator(seed: 5)
    let lines = (0..<240).map { _ in
      let row = Self.row(0, 10, &generator)
      return "\(row.hours),\(row.sleep),\(Self.truth(row.hours, kind))\n"
    }
    try folder.write("hours,sleep,result\n" + lines.joined(), to: "students.csv")
    var configuration = RunConfiguration()
    (configuration.data.source, configuration.data.target) = (data, "result")
    configuration.network.hidden = [8]
    configuration.training.epochs = epochs
    configuration.training.patience = 0
    configuration.training.learningRate = 0.03
    configuration.training.threads = 1
    configuration.data.targetScaling = .linear
    _ = try TrainingSession(Experiment(configuration), in: folder.path("run")).train()
    try registry.register(folder.path("run"), as: "students")
    try registry.promote("students", version: 1)
  }

  static func row(
    _ low: Double, _ high: Double, _ generator: inout RandomGenerator
  ) -> (hours: Double, sleep: Double) {
    func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
    return (
      rounded(low + (high - low) * generator.uniform()), rounded(4 + 5 * generator.uniform())
    )
  }

  /// Beyond 10 hours nobody does well, which the training data do not show.
  static func truth(_ hours: Double, _ kind: Kind = .classes) -> String {
    switch kind {
    case .classes: hours > 5 && hours <= 10 ? "good" : "bad"
    case .numbers: "\(hours <= 10 ? 2 * hours : 40 - 2 * hours)"
    }
  }

  /// Logs answers to rows between two numbers of hours, with feedback to them.
  ///
  /// - Parameters:
  ///   - truth: of the hours; nil for what is true.
  ///   - inputs: whether the log keeps them.
  func ask(
    _ count: Int, _ low: Double = 10, _ high: Double = 20, request: String = "a",
    from time: UInt64 = 0,
    source: String? = "school", inputs: Bool = true, truth: ((Double) -> String)? = nil
  ) throws {
    var generator = RandomGenerator(
      seed: 7, stream: UInt64(request.utf8.reduce(0) { $0 + Int($1) }))
    let model = try registry.load("students", version: try registry.live("students")!.version)
    let rows = (0..<count).map { _ in Self.row(low, high, &generator) }
    let cells = rows.map {
      ["hours": CellValue.number($0.hours), "sleep": .number($0.sleep)]
    }
    let answers = try model.trained.predict(rows: cells)
    let records = answers.indices.map { place in
      let start = SystemClock.milliseconds - 3_600_000 + time + UInt64(place)
      return inputs
        ? LogRecord(
          id: "\(request)\(place)", time: start, model: model, rows: [cells[place]],
          predictions: [answers[place]])
        : LogRecord(id: "\(request)\(place)", model: model, predictions: [answers[place]])
    }
    let feedback = rows.enumerated().map { place, row in
      let text = truth?(row.hours) ?? Self.truth(row.hours, kind)
      return Feedback(
        id: "\(request)\(place)", kind == .numbers ? .value(Double(text)!) : .label(text),
        source: source)
    }
    for result in try LogFile(log, .create).write(records, [feedback]) { _ = try result.get() }
  }

  func retraining(_ change: (inout RetrainingSettings) -> Void = { _ in }) throws
    -> ModelRetraining
  {
    var settings = RetrainingSettings()
    change(&settings)
    return try ModelRetraining(of: "students", in: registry, log: log, settings: settings)
  }
}
