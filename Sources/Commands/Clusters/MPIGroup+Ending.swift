import Clusters
import Glassbox
import Platform

extension MPIGroup {
  /// Says what went wrong in this process and ends all: the others wait for it and would do so for ever.
  ///
  /// - Parameter isOfProcess: whether another process is lost, or differs: then the first one says it, unless
  ///   it is the one that is lost.
  func end(with outcome: (status: ExitStatus, text: String), isOfProcess: Bool) {
    if rank != 0, isOfProcess { sleep(UInt32(deadline) + 20) }
    let name = rank == 0 ? "" : "process \(rank): "
    StandardError.write("error: \(name)\(outcome.text)\n")
    abort(status: outcome.status.rawValue)
  }
}

extension Problem {
  /// Whether it is about another process.
  var isOfProcess: Bool { location.hasPrefix("process ") }
}
