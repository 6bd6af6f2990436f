import Engine
import Platform
import Synchronization

/// Signs of life between processes whose work takes differently long, so that they can wait for each other
/// for hours, and for a process that is lost no longer than an exchange may take. One thread at a time calls it.
final class ProcessPulse: @unchecked Sendable {
  private let group: any ProcessGroup
  private let interval: Double
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  private static let atWork: Float = 0
  private static let done: Float = 1

  /// - Parameter interval: seconds between signs, well below what an exchange may take.
  init(_ group: any ProcessGroup, every interval: Double) {
    (self.group, self.interval) = (group, interval)
    last = clock.now
  }

  /// Gives a sign if it is time; to be called often. The first process gives it to all, the others to the
  /// first.
  func beat() throws {
    let now = clock.now
    guard last.duration(to: now).inSeconds >= interval else { return }
    last = now
    try send(Self.atWork)
  }

  /// Returns when all processes have come here.
  /// - Throws: `Problem` naming a process that gives no sign any more.
  func meet() throws {
    guard group.rank == 0 else {
      try send(Self.done)
      while try receive(from: 0) != Self.done {}
      return
    }
    for peer in 1..<group.count {
      while try receive(from: peer) != Self.done { try beat() }
      try beat()
    }
    try send(Self.done)
  }

  private func send(_ sign: Float) throws {
    var sign = [sign]
    try sign.withUnsafeMutableBufferPointer { sign in
      let peers = group.rank == 0 ? Array(1..<group.count) : [0]
      try group.exchange(peers.map { ProcessMessage(.send, $0, sign) })
    }
  }

  private func receive(from peer: Int) throws -> Float {
    var sign = [Self.atWork]
    try sign.withUnsafeMutableBufferPointer { sign in
      try group.exchange([ProcessMessage(.receive, peer, sign)])
    }
    return sign[0]
  }
}

extension ProcessGroup {
  /// Something that every process does for itself and that takes some much longer than others, such as reading
  /// a file that others have read before. A thread gives signs of life meanwhile.
  ///
  /// - Parameters:
  ///   - interval: seconds between signs, well below what an exchange may take.
  ///   - body: exchanges nothing with other processes.
  /// - Returns: what it made here, once all are done.
  /// - Throws: as ``together(_:)``.
  package func together<Result>(
    signsEvery interval: Double, _ body: () throws -> Result
  ) throws -> Result {
    let pulse = ProcessPulse(self, every: interval)
    let isDone = Flag()
    let thread = SystemThread {
      // Whoever is lost, the meeting finds.
      while !isDone.value.load(ordering: .acquiring), (try? pulse.beat()) != nil { usleep(20_000) }
    }
    let result = Swift.Result { try body() }
    isDone.value.store(true, ordering: .releasing)
    thread?.join()
    try pulse.meet()
    return try together { try result.get() }
  }
}

/// Whether something is over, told from one thread to another.
private final class Flag: Sendable {
  let value = Atomic(false)
}
