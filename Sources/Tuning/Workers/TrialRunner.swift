import Datasets
import Networks

/// Where trials are trained.
protocol TrialRunner {
  /// Trains what `next` gives, until it gives nothing more and all is done.
  ///
  /// - Parameters:
  ///   - next: the next task; nil for none now, maybe one when another has ended.
  ///   - hear: what became of a task; says of an epoch whether its training goes on.
  ///   - isInterrupted: whether nothing shall begin any more, and what trains shall stop.
  func run(
    next: () throws -> TrialTask?, hear: (TrialTask, TrialEvent) throws -> Bool,
    isInterrupted: () -> Bool
  ) throws
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
    next: () throws -> TrialTask?, hear: (TrialTask, TrialEvent) throws -> Bool,
    isInterrupted: () -> Bool
  ) throws {
    var execution = TrialExecution(registry: registry, decoders: decoders)
    while !isInterrupted(), let task = try next() {
      let end = try execution.run(
        task, hear: { try hear(task, .epoch($0)) }, isCancelled: isInterrupted)
      _ = try hear(task, .end(end))
    }
  }
}
