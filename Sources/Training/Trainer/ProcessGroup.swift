import Engine

/// Processes that train one network together: each computes some of the micro-batches of a step, and all
/// of them have the same weights after it.
package protocol ProcessGroup: Sendable {
  /// Which of the processes this is, counted from 0.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }
  /// So many numbers or more are worth being summed and sent while others are still computed.
  var numbersOfPart: Int { get }

  /// Sends and receives several messages at once; returns when all of them are there. Those from one process to
  /// another arrive in the order of the list.
  /// - Throws: `Problem` naming a process that does not answer in time.
  func exchange(_ messages: [ProcessMessage]) throws
}

/// Memory that goes to another process, or that another process fills.
package struct ProcessMessage {
  package enum Direction: Sendable, Hashable { case send, receive }
  package let direction: Direction
  /// The rank of the other process.
  package let peer: Int
  /// Of the same length on both sides.
  package let bytes: UnsafeMutableRawBufferPointer

  init(_ direction: Direction, _ peer: Int, _ floats: UnsafeMutableBufferPointer<Float>) {
    (self.direction, self.peer) = (direction, peer)
    bytes = UnsafeMutableRawBufferPointer(floats)
  }
}

extension ProcessGroup {
  /// 4 MB: long under way beside what a message costs by itself.
  package var numbersOfPart: Int { 1 << 20 }

  /// - Throws: `Problem` where processes would have nothing to do.
  func check(_ plan: TrainingPlan) throws {
    guard plan.microBatchesOfStep < count else { return }
    throw Problem.data(
      "shards", expected: "at least \(count), one for each process", found: "\(plan.shards)",
      fix: "cut each batch into more shards, or start fewer processes")
  }

  /// The part of a number of things, one after another, that a process has: neighbours, as many for each
  /// as for the others, or one more.
  package func share(of count: Int, rank: Int? = nil) -> Range<Int> {
    let rank = rank ?? self.rank
    return count * rank / self.count..<count * (rank + 1) / self.count
  }

  /// The parts of a list of which each process has as many.
  func equalParts(of count: Int) -> [Range<Int>] {
    (0..<self.count).map { $0 * count..<($0 + 1) * count }
  }

  /// The whole of a list of which each process has a part.
  ///
  /// - Parameter parts: for each rank, which part; together they are the list.
  func gathered(_ mine: [Float], of parts: [Range<Int>]) throws -> [Float] {
    var whole = [Float](repeating: 0, count: parts.last?.upperBound ?? 0)
    whole.replaceSubrange(parts[rank], with: mine)
    try whole.withUnsafeMutableBufferPointer { try gather($0, parts: parts) }
    return whole
  }

  /// What all processes have, one after the other by rank; each gives its part of `values` and gets the others'.
  ///
  /// - Parameters:
  ///   - values: the whole list, of which the part of each process is right on that process.
  ///   - parts: for each rank, which part.
  package func gather(
    _ values: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>]
  ) throws {
    let mine = UnsafeMutableBufferPointer(rebasing: values[parts[rank]])
    var messages: [ProcessMessage] = []
    for peer in 0..<count where peer != rank {
      if !mine.isEmpty { messages.append(ProcessMessage(.send, peer, mine)) }
      let others = UnsafeMutableBufferPointer(rebasing: values[parts[peer]])
      if !others.isEmpty { messages.append(ProcessMessage(.receive, peer, others)) }
    }
    try exchange(messages)
  }
}
