import Datasets
package import Diagnosis
import Engine
import Networks
import TestSupport
package import Training

/// A short training of a small table, with all its files.
package struct TemporaryRun {
  package enum Kind { case classes, numbers }

  /// The run's folder, removed with this value.
  package let path: String
  private let temporary: TemporaryFolder
  package let folder: RunFolder
  package let experiment: Experiment
  package let report: RunReport
  /// The cells of the data file's rows.
  package let rows: [[String]]

  /// Two overlapping clouds with awkward names, or a noisy plane.
  package init(_ kind: Kind) throws {
    temporary = try TemporaryFolder()
    path = temporary.path("run")
    var generator = RandomGenerator(seed: 21)
    rows = (0..<240).map { row in
      let label = row % 2
      let x = generator.normal() + (kind == .classes && label == 1 ? 1.2 : 0)
      let y = generator.normal()
      let target =
        kind == .classes ? ["<i>no</i>", "yes & more"][label] : "\(1000 + 50 * x - 20 * y)"
      return ["\(x)", "\(y)", target]
    }
    folder = try RunFolder(creating: path, force: false)
    let table =
      "width <i>&,height,answer\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined()
    try AtomicFile.write(Array(table.utf8), to: "\(path)/data.csv")
    var configuration = RunConfiguration()
    configuration.data.source = "\(path)/data.csv"
    configuration.data.target = "answer"
    configuration.training.epochs = 6
    configuration.network.hidden = [6]
    configuration.training.learningRate = 0.02
    configuration.training.threads = 1
    experiment = try Experiment(configuration)
    try folder.write(experiment.configuration, to: .configuration)
    let run = try experiment.run()
    let (experiment, folder) = (experiment, folder)
    var tracker = try WeightTracker(experiment)
    let ending = try run.run { event, training in
      if case .epoch(let record) = event {
        tracker.add(training)
        try folder.append(experiment.inUserUnits(record))
      }
      return .continue
    }
    let model = try experiment.model(of: run)
    try model.save(to: folder[.model])
    report = try RunReport(
      experiment.report(on: model, of: run, ending), of: experiment, model: model,
      path: tracker.path())
    try report.write(to: folder)
  }
}
