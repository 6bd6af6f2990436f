import Datasets
import Networks
import Platform

/// Where trials are trained.
protocol TrialRunner {
  /// Trains what `next` gives, until it gives nothing more and all is done.
  ///
  /// - Parameters:
  ///   - next: the next task, or whether there may be one later.
  ///   - hear: what became of a task; says of an epoch whether its training goes on.
  ///   - isInterrupted: whether nothing shall begin any more, and what trains shall stop.
  func run(
    next: () throws -> NextTask, hear: (TrialTask, TrialEvent) throws -> Bool,
    isInterrupted: () -> Bool
  ) throws
}

/// What a worker that has time shall do.
enum NextTask {
  case task(TrialTask)
  /// Nothing now; maybe something when another task has ended, which this runner may not know of.
  case later
  /// Nothing, unless a task of this runner ends.
  case none
}

/// What becomes of a task.
enum TrialEvent {
  case epoch(TuningTrial.Epoch)
  case end(TrialEnd)
  /// Its process is no more.
  case lost(TuningTrial.Failure, String)
}

/// In this process, one after the other.
struct LocalRunner: TrialRunner {
  let registry: Registry
  let decoders: Decoders

  func run(
    next: () throws -> NextTask, hear: (TrialTask, TrialEvent) throws -> Bool,
    isInterrupted: () -> Bool
  ) throws {
    var execution = TrialExecution(registry: registry, decoders: decoders)
    while !isInterrupted() {
      switch try next() {
      case .none: return
      case .later: usleep(200_000)
      case .task(let task):
        let end = try execution.run(
          task, hear: { try hear(task, .epoch($0)) }, isCancelled: isInterrupted)
        _ = try hear(task, .end(end))
      }
    }
  }
}
