import Clusters
import Formatting
import Glassbox
import Platform

extension MPIGroup {
  /// Says what went wrong in this process and ends all: the others wait for it and would do so for ever.
  ///
  /// - Parameter isOfAll: whether all find it, such as that a process is lost: then the first one keeps what there
  ///   is and says it, unless it is the one that is lost.
  func end(with outcome: (status: ExitStatus, text: String), isOfAll: Bool) {
    if rank != 0, isOfAll {
      // Whom the launcher asks to end meanwhile has nothing more to say.
      guard sleep(UInt32(deadline) + 20) == 0 else { exit(outcome.status.rawValue) }
    }
    let name = rank == 0 ? "" : "process \(rank): "
    StandardError.write("error: \(name)\(outcome.text)\n")
    abort(status: outcome.status.rawValue)
  }
}

extension MPIGroup {
  /// Seconds between the signs of life of a process that works by itself.
  var timeBetweenSigns: Double { deadline / 5 }
}

extension SharedPart {
  /// The program, and which of its loops run here: others add in another order.
  static func ofProgram(kernels: String = GlassboxCommand.kernels) -> [SharedPart] {
    [
      SharedPart("program", sha256: SHA256.hex(GlassboxCommand.build.utf8)),
      SharedPart(
        "set of fast loops", sha256: SHA256.hex(kernels.utf8),
        fix: "set `kernels` to one that all machines have, such as portable"),
    ]
  }
}

extension Problem {
  /// Whether it is about another process.
  var isOfProcess: Bool { location.hasPrefix("process ") }
}
