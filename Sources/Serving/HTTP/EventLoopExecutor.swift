import NIOCore

/// Runs tasks on event loops, so that a request is read, checked and answered by the thread that its
/// connection belongs to. Handing it to the pool of Swift's concurrency and back costs more than the answer
/// of a small network.
final class EventLoopExecutor: TaskExecutor {
  private let loops: any EventLoopGroup

  init(_ loops: any EventLoopGroup) { self.loops = loops }

  /// Whatever is started on a loop stays on it.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loops.any().execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
