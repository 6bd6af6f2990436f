public import Datasets
import Engine
public import Networks

/// A cross-validation: the same training several times, each time with other rows held out and scored.
/// ```swift
/// let validation = try CrossValidation(configuration, folds: 5)
/// let report = try validation.run()
/// print(report.scores["accuracy"]!.mean, report.scores["accuracy"]!.deviation)
/// ```
/// The folds are made of the training and validation rows; the test rows stay sealed. What a fold holds out
/// decides nothing of it: preprocessing is fitted on the rows it learns from, and the best epoch is chosen
/// by a part of the rows that are not held out, as large a share of them as in a training of all. Nothing is
/// written.
public struct CrossValidation: Sendable {
  /// As each fold is trained.
  public let configuration: RunConfiguration
  private let registry: Registry
  private let read: ReadData
  private let drawn: DrawnSplit
  private let way: SplitWay
  package let folds: Folds

  /// Reads the data and makes the folds: classes shared out evenly, the rows of a group together, and for a
  /// split by time or a forecast each fold behind the rows it learns from.
  ///
  /// - Parameters:
  ///   - folds: how many, from 2 on.
  ///   - registry: what the settings, and a model to start from, can name.
  ///   - decoders: unpack IDX files and read images.
  /// - Throws: `Problem` for the files and the settings, or too few rows, groups or moments.
  public init(
    _ configuration: RunConfiguration, folds count: Int, registry: Registry = .standard,
    decoders: Decoders = .none
  ) throws {
    try configuration.check(registry: registry)
    self.configuration = configuration
    self.registry = registry
    try configuration.checkMemory(with: "folds", "one training on parts that are drawn once")
    read = try ReadData(configuration, registry: registry, decoders: decoders)
    let settings = configuration.data
    drawn = try DrawnSplit(read.raw, settings, read.files)
    var rows = (drawn.split.train + drawn.split.validation).sorted()
    if settings.split == nil,
      case .time(let spans) = try SplitWay(read.raw, rows: drawn.rows, settings)
    {
      // What reached over the cut between training and validation rows lies before the test rows too.
      let end = drawn.places(.test).map { spans[$0].lowerBound }.min() ?? .infinity
      rows = zip(drawn.rows, spans).filter { $1.upperBound < end }.map(\.0)
    }
    way = try SplitWay(read.raw, rows: RowNumbers(rows), settings)
    folds = try way.folds(count, seed: settings.seed).of(rows)
  }

  /// The training of a fold, whose held-out rows are its test rows.
  ///
  /// - Parameter fold: counted from 0.
  package func experiment(ofFold fold: Int) throws -> Experiment {
    var configuration = configuration
    configuration.data.split = nil
    if configuration.data.test.isFile { configuration.data.test = .fraction(0) }
    let rows = folds.all[fold].train
    let (train, validation) = (drawn.split.train.count, drawn.split.validation.count)
    let share = Double(validation) / Double(train + validation)
    let parts = try SplitWay(read.raw, rows: RowNumbers(rows), configuration.data)
      .split([1 - share, share, 0], seed: configuration.data.seed).of(rows)
    let split = Split(
      train: parts.train, validation: parts.validation, test: folds.all[fold].heldOut)
    return try Experiment(
      configuration, data: PreparedData(read, configuration, fold: split), registry: registry)
  }

  /// Trains and scores fold after fold.
  ///
  /// - Parameter listen: is told of each step and epoch, with the number of the fold, counted from 1. If it
  ///   stops, the fold is given up and no other is begun; the report then holds those before it.
  /// - Throws: `Problem` when the loss of a fold is no longer finite, or its rows do not fit the settings.
  ///   Whatever `listen` throws.
  public func run(
    listen: (_ fold: Int, _ event: TrainingEvent) throws -> TrainingControl = { _, _ in .continue }
  ) throws -> CrossValidationReport {
    try run { fold, _, event in try listen(fold, event) }
  }

  /// The same for a listener that also wants the fold's experiment.
  ///
  /// - Parameters:
  ///   - trained: is told of each fold that has come to its end, with its training.
  ///   - scored: is told of each fold that has come to its end; if it stops, no other is begun.
  package func run(
    observe: (_ fold: Int, _ experiment: Experiment, _ event: TrainingEvent) throws ->
      TrainingControl,
    trained: (_ experiment: Experiment, _ loop: TrainingLoop) throws -> Void = { _, _ in },
    scored: (CrossValidationReport.Fold) throws -> TrainingControl = { _ in .continue }
  ) throws -> CrossValidationReport {
    var done: [CrossValidationReport.Fold] = []
    var notes: [[String]] = []
    var last: Experiment?
    for fold in folds.all.indices {
      let experiment = try at(fold) { try self.experiment(ofFold: fold) }
      last = experiment
      let loop = try experiment.run(keepsFeatures: true)
      let outcome = try at(fold) {
        try loop.run { event, _ in try observe(fold + 1, experiment, event) }
      }
      guard outcome.reason != .interrupted, let heldOut = experiment.data.test else { break }
      let scores = try experiment.inUserUnits(loop.bestScores(on: heldOut))
      try trained(experiment, loop)
      done.append(
        .init(
          fold: fold + 1, train: experiment.data.train.count,
          validation: experiment.data.validation?.count ?? 0, heldOut: heldOut.count,
          epochsRun: outcome.epochsRun, bestEpoch: outcome.bestEpoch, scores: scores,
          seconds: loop.seconds))
      notes.append(experiment.notes)
      if try scored(done[done.count - 1]) == .stop { break }
    }
    return try CrossValidationReport(
      done, of: last ?? experiment(ofFold: 0), asked: folds.all.count,
      isByTime: way.isByTime, sealed: drawn.split.test.count,
      notes: Self.joined(notes) + self.notes)
  }

  /// Says in which fold a problem arose.
  private func at<R>(_ fold: Int, _ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let problem as Problem where !problem.isOfFile {
      throw Problem(
        problem.kind, "fold \(fold + 1): \(problem.location)", expected: problem.expected,
        found: problem.found, fix: problem.fix)
    }
  }

  /// What holds of every fold is said once.
  private static func joined(_ notes: [[String]]) -> [String] {
    let common = (notes.first ?? []).filter { note in notes.allSatisfy { $0.contains(note) } }
    return common
      + notes.enumerated().flatMap { fold, notes in
        notes.filter { !common.contains($0) }.map { "fold \(fold + 1): \($0)" }
      }
  }

  /// How the folds were made and what stays sealed.
  private var notes: [String] {
    let settings = configuration.data
    let kind =
      switch way {
      case .time: "each holds out the rows that follow those it learns from"
      case .groups: "the rows of a group of `\(settings.roles.group ?? "")` are held out together"
      case .lot(_, .some): "classes are shared out evenly"
      case .lot: "by lot"
      }
    var notes = ["\(folds.all.count) folds of the training and validation rows: \(kind)"]
    if !folds.neverHeldOut.isEmpty {
      let count = folds.neverHeldOut.count
      notes.append(
        "\(count) row\(count == 1 ? " is" : "s are") held out in no fold: "
          + (way.isByTime ? "the first stretch of time" : "the only row of a class"))
    }
    if case .file(let path) = settings.test {
      notes.append("`\(path)`, the test rows, is not read")
    } else {
      let count = drawn.split.test.count
      notes.append(
        count == 0
          ? "no rows are kept back: each is in the folds" : "\(count) test rows stay sealed")
    }
    return notes
  }
}

extension TrainingLoop {
  /// Loss and metrics of the best model so far on other rows.
  /// - Throws: `Problem` where data and network do not fit.
  package func bestScores(on data: Dataset) throws -> [String: Double] {
    let present = cycle.store.save()
    defer { cycle.store.restore(present) }
    for (name, tensor) in bestTensors ?? [] { try cycle.store.set(name, to: tensor) }
    return try scores(data, metrics)
  }
}
