import CMPI
import Engine
import Platform
package import Training

/// The processes that `mpirun` started, or those of any other launcher that MPI knows.
///
/// One of a program; every call comes from one thread at a time.
package final class MPIGroup: ProcessGroup, @unchecked Sendable {
  package let rank: Int
  package let count: Int
  /// How long an exchange may take, in seconds, before the others count as lost.
  package var deadline: Double = 30
  private let clock = ContinuousClock()
  /// A byte that lives as long as messages may be under way.
  private let sign = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  /// Is it compiled in?
  package static var isThere: Bool { glassbox_mpi_is_there() != 0 }

  /// Joins the processes; a program that was started without a launcher is alone.
  /// - Throws: `Problem` where MPI is not there or does not start.
  package init() throws {
    guard Self.isThere else {
      throw Problem.data(
        "processes", expected: "a program that is built with the trait MPI",
        found: "one without", fix: "install Open MPI and build it with that trait")
    }
    var (rank, count): (Int32, Int32) = (0, 1)
    let code = glassbox_mpi_start(&rank, &count)
    guard code == 0 else {
      throw Problem.data(
        "MPI", expected: "a start", found: "error \(code)",
        fix: "start the program by mpirun of the same MPI that it was built with")
    }
    (self.rank, self.count) = (Int(rank), Int(count))
  }

  /// Leaves the group; every process does.
  package func finish() { _ = glassbox_mpi_finish() }

  /// Ends all processes at once.
  package func abort(status: Int32) { glassbox_mpi_abort(status) }

  package func exchange(_ messages: [ProcessMessage]) throws {
    let start = clock.now
    var open: [(peer: Int, message: OpaquePointer)] = []
    for message in messages {
      for piece in Self.pieces(message.bytes) {
        let (count, peer) = (Int32(piece.count), Int32(message.peer))
        let begun =
          switch message.direction {
          case .receive: glassbox_mpi_receive(piece.baseAddress, count, peer)
          case .send: glassbox_mpi_send(piece.baseAddress, count, peer)
          }
        guard let begun else {
          throw lost([message.peer], "MPI refused a message of \(count) bytes")
        }
        open.append((message.peer, begun))
      }
    }
    try wait(for: open, since: start)
  }

  /// MPI counts bytes in 32 bits, and moves little of each message at a look: so a long one is several, all under
  /// way at once.
  private static func pieces(
    _ bytes: UnsafeMutableRawBufferPointer
  ) -> [UnsafeMutableRawBufferPointer] {
    let length = min(1 << 30, max(1 << 18, bytes.count / 64))
    return stride(from: 0, to: bytes.count, by: length).map { first in
      UnsafeMutableRawBufferPointer(rebasing: bytes[first..<min(bytes.count, first + length)])
    }
  }

  private func wait(
    for messages: [(peer: Int, message: OpaquePointer)], since start: ContinuousClock.Instant
  ) throws {
    var open = messages
    var turns = 0
    // The others tell the first process that they are there, so it hears for a little longer who is not.
    let limit = rank == 0 ? deadline + Self.grace : deadline
    var late: [Int]?
    while !open.isEmpty {
      let count = open.count
      var failed: (peer: Int, state: Int32)?
      open.removeAll { peer, message in
        let state = glassbox_mpi_test(message)
        if state < 0 { failed = (peer, state) }
        return state > 0
      }
      if let failed {
        throw lost(
          [failed.peer],
          failed.state == Self.shorter
            ? "a sign that it no longer waits: this process was late" : "the connection broke")
      }
      // While something comes, more of it does.
      turns = open.count < count ? 0 : turns + 1
      // What takes longer leaves the core to others: the threads that compute meanwhile, other processes.
      if turns > Self.impatient { usleep(50) }
      // The clock costs more than a look at the messages.
      guard turns > 0, turns.isMultiple(of: turns > Self.impatient ? 16 : 256) else { continue }
      if turns <= Self.impatient { sched_yield() }
      let waited = start.duration(to: clock.now).inSeconds
      if waited >= deadline, late == nil { late = open.map(\.peer) }
      guard waited < limit else {
        tellThatItIsThere()
        throw lost(open.map(\.peer), "no answer for \(Int(waited)) seconds")
      }
    }
    // What came after the deadline may be nothing but that sign.
    if let late {
      throw lost(late, "answers that came later, or none but a sign that it waits too")
    }
  }

  /// So many looks at messages are made one after the other, some tenths of a millisecond.
  private static let impatient = 2048

  /// Of a message in whose place a shorter one came: only that sign is.
  private static let shorter: Int32 = -2

  /// Seconds in which the first process hears who waits as it does.
  private static let grace = 2.0

  /// Whatever comes from a process shows the first one that it is not lost; what it holds is never used.
  private func tellThatItIsThere() {
    guard rank != 0 else { return }
    sign.initialize(to: 0)
    guard let message = glassbox_mpi_send(sign, 1, 0) else { return }
    for _ in 0..<1000 where glassbox_mpi_test(message) != 0 { return }
  }

  private func lost(_ peers: [Int], _ what: String) -> Problem {
    let names = Set(peers).sorted().map(String.init).joined(separator: " or ")
    return Problem.data(
      "process \(names) of \(count)", expected: "an answer within \(Int(deadline)) seconds",
      found: what,
      fix: "look at that machine; where one only needs longer, give `deadline` more seconds")
  }
}
