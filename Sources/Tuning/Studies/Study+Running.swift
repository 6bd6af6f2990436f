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
    var isStopped = false
    func look() { if !isStopped, observe(record) == .stop { isStopped = true } }
    func isInterrupted() -> Bool {
      look()
      return isStopped
    }
    defer { try? file.set([("seconds", seconds)]) }
    let heartbeat =
      try place.isShared ? Heartbeat(file.store, share.owner, seconds: share.leaseSeconds) : nil
    defer {
      heartbeat?.end()
      if place.isShared { try? file.giveBackAll(share.owner) }
    }
    try search(runner(workers), isInterrupted)
    let decision =
      isStopped
      ? nil : try place.isShared ? decideTogether(isInterrupted) : decide()
    return try result(isStopped, decision)
  }

  /// Trains all trials and the further trainings of the best.
  func search(_ runner: any TrialRunner, _ isInterrupted: @escaping () -> Bool) throws {
    if !place.isShared { try recover() }
    var isStopped = false
    func look() -> Bool {
      isStopped = isStopped || isInterrupted()
      return isStopped
    }
    try runner.run(
      next: { isStopped ? .none : try next { try nextTask() } },
      hear: { task, event in
        let goesOn = try hear(task, event) { try hear(task, event) }
        return !look() && goesOn
      }, isInterrupted: look)
    guard !isStopped else { return }
    try runner.run(
      next: { isStopped ? .none : try next { try nextFinal() } },
      hear: { task, event in
        let goesOn = try hear(task, event) { try hearFinal(task, event) }
        return !look() && goesOn
      }, isInterrupted: look)
  }

  private func runner(_ workers: Workers) -> any TrialRunner {
    switch workers {
    case .here: LocalRunner(registry: registry, decoders: decoders)
    case .processes(let count, let command):
      ProcessRunner(command: command, count: count, folder: folder)
    }
  }

  private func result(_ isInterrupted: Bool, _ decision: StudyDecision?) throws -> StudyResult {
    if let decision, !place.isShared { try file.set([("decision", decision)]) }
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
