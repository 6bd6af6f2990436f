import Datasets
import Engine
import Networks

/// Several trainings of one network on one split, by different seeds, joined into one model: see
/// ``TrainedModel/init(joining:)``.
///
/// Each member is a run of its own in the folder `member_1`, `member_2` … that leaves the test rows sealed.
/// They are scored once, when all members are trained, by the ensemble and beside it by each member.
package final class EnsembleSession {
  /// On which data, of the first member.
  package let experiment: Experiment
  /// The folder of all.
  package let path: String
  package let count: Int
  private let force: Bool
  /// Whether an interrupt stops the training, which other programs are told.
  package var offersInterrupt = false

  /// The file that says what came of it.
  package static let report = "ensemble.json"
  package static let limits = 2...100

  /// - Parameters:
  ///   - count: of the members.
  ///   - path: the folder; nil takes the setting `output`, or a free one below `runs`.
  ///   - force: replace what is there.
  /// - Throws: `Problem` for another count, and for a folder that holds a model.
  package init(
    _ experiment: Experiment, members count: Int, in path: String? = nil, force: Bool = false
  ) throws {
    guard Self.limits.contains(count) else {
      throw Problem.data(
        "ensemble", expected: "\(Self.limits.lowerBound) to \(Self.limits.upperBound) members",
        found: "\(count)")
    }
    (self.experiment, self.count, self.force) = (experiment, count, force)
    self.path = path ?? RunFolder.path(for: experiment.configuration)
    for file in [RunFolder.File.configuration.rawValue, model, Self.report] {
      try AtomicFile.refuseToOverwrite("\(self.path)/\(file)", force: force)
    }
  }

  private var model: String { RunFolder.File.model.rawValue }

  /// Trains and joins the members.
  ///
  /// - Parameter observe: is told of each event with the number of the member, counted from 1, and its
  ///   experiment. If it stops, nothing is joined; the runs of the members until then stay.
  /// - Returns: nil where it was stopped.
  /// - Throws: what a training throws.
  package func train(
    observe: (_ member: Int, _ experiment: Experiment, _ event: TrainingEvent) throws ->
      TrainingControl = { _, _, _ in .continue }
  ) throws -> (report: EnsembleReport, model: TrainedModel)? {
    var members: [TrainedModel] = []
    var reports: [EnsembleReport.Member] = []
    for place in 0..<count {
      let own = try experiment.with(seed: experiment.configuration.data.seed &+ UInt64(place))
      let session = try TrainingSession(own, in: "\(path)/member_\(place + 1)", force: force)
      if offersInterrupt { session.offerInterrupt() }
      let outcome = try session.learn { event, _ in try observe(place + 1, own, event) }
      let (report, model) = try session.conclude(outcome, sealed: true)
      guard outcome.reason != .interrupted else { return nil }
      members.append(model)
      reports.append(EnsembleReport.Member(report))
    }
    return try join(members, reports)
  }

  private func join(
    _ members: [TrainedModel], _ reports: [EnsembleReport.Member]
  ) throws -> (EnsembleReport, TrainedModel) {
    let settings = experiment.configuration.training
    let threads = settings.threads ?? 1
    var joined = try TrainedModel(joining: members)
    try joined.settle(on: experiment.data, coverage: settings.coverage, threads: threads)
    let file = "\(path)/\(model)"
    try joined.save(to: file)
    func scores(_ model: TrainedModel, _ data: Dataset?) throws -> ExperimentReport.PartScores? {
      try data.map {
        .init(try model.evaluate($0, threads: threads, kernels: experiment.kernels))
      }
    }
    var reports = reports
    for place in members.indices {
      reports[place].test = try scores(members[place], experiment.data.test).map {
        .init($0.scores)
      }
    }
    var validation = try scores(joined, experiment.data.validation)
    // The intervals were made by these rows.
    validation?.scores.coverage = nil
    let report = EnsembleReport(
      experiment, members: reports, validation: validation,
      test: try scores(joined, experiment.data.test), model: file, path: path)
    let text = try JSONText.encode(report, pretty: true) + "\n"
    try AtomicFile.write(Array(text.utf8), to: "\(path)/\(Self.report)")
    return (report, joined)
  }
}

extension RunFolder {
  /// Where a new run goes that is told nothing else: the setting `output`, or a free folder below that of all
  /// runs, called as the setting `name` or the data.
  package static func path(for settings: RunConfiguration, in folder: String = "runs") -> String {
    settings.output.folder ?? settings.output.name.map { "\(folder)/\($0)" }
      ?? freePath(
        name: settings.data.source.map { DataLocation($0).stem } ?? "data", in: folder)
  }
}
