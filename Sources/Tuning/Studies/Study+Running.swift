import Engine
import Networks
import Platform
package import Training

extension Study {
  /// Where trials are trained.
  public enum Workers: Sendable {
    /// In this process, one after the other.
    case here
    /// In so many processes of a program that calls ``TrialWorker/serve(registry:decoders:)``: its path and
    /// its arguments.
    case processes(Int, command: [String])
  }

  /// Tries configurations until there are as many as wanted, trains the best again with other seeds, and
  /// names the winner.
  ///
  /// - Parameter shouldStop: asked often; a study that stops goes on when it is opened again.
  /// - Throws: `Problem` for data that are gone, and files that cannot be written.
  @discardableResult public func run(
    _ workers: Workers = .here, shouldStop: @escaping () -> Bool = { false }
  ) throws -> StudyResult {
    try run(workers) { _ in shouldStop() ? .stop : .continue }
  }

  /// The same for an observer, which is told of every change.
  @discardableResult package func run(
    _ workers: Workers, observe: @escaping (StudyRecord) -> TrainingControl
  ) throws -> StudyResult {
    let runner = runner(workers)
    var isStopped = false
    func look() { if !isStopped, observe(record) == .stop { isStopped = true } }
    func isInterrupted() -> Bool {
      look()
      return isStopped
    }
    defer { try? file.set([("seconds", seconds)]) }
    try recover()
    try runner.run(
      next: { isStopped ? nil : try nextTask(observe) },
      hear: { task, event in
        let goesOn = try hear(task, event)
        look()
        return goesOn && !isStopped
      }, isInterrupted: isInterrupted)
    if !isStopped {
      try runner.run(
        next: { isStopped ? nil : try nextFinal() },
        hear: { task, event in
          let goesOn = try hearFinal(task, event)
          look()
          return goesOn && !isStopped
        }, isInterrupted: isInterrupted)
    }
    return try result(isStopped)
  }

  private func runner(_ workers: Workers) -> any TrialRunner {
    switch workers {
    case .here: LocalRunner(registry: registry, decoders: decoders)
    case .processes(let count, let command):
      ProcessRunner(command: command, count: count, folder: folder)
    }
  }

  private func result(_ isInterrupted: Bool) throws -> StudyResult {
    let decision = isInterrupted ? nil : try decide()
    if let decision { try file.set([("decision", decision)]) }
    let report = StudyReport(of: record, decision: decision)
    try AtomicFile.write(Array(report.html.utf8), to: "\(folder)/report.html")
    try AtomicFile.write(
      Array((try JSONText.encode(report, pretty: true) + "\n").utf8), to: "\(folder)/report.json")
    var configuration: RunConfiguration?
    if let number = report.best {
      configuration = try task(trials[number - 1]).configuration
      configuration?.data.split = setup.configuration.data.split
    }
    return StudyResult(
      sentence: report.sentence, configuration: configuration,
      run: decision?.run ?? record.best?.run, isInterrupted: isInterrupted, report: report,
      names: setup.space.variables.map(\.path.name))
  }
}
