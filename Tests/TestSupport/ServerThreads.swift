import Dispatch

/// Threads for servers and those who talk to them. The threads that tasks share are kept for seconds by tests
/// that compute or wait for other programs, and whoever waits for a server's answer would give up meanwhile.
package final class ServerThreads: TaskExecutor {
  package static let shared = ServerThreads()

  private let queue = DispatchQueue(label: "servers", attributes: .concurrent)

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
