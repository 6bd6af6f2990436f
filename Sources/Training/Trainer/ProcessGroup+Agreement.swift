import Datasets
import Engine
import Networks

/// What another process said was wrong; it says it itself.
package struct FoundElsewhere: Error {
  /// Of the process.
  package let rank: Int
}

/// Something that must be the same on all processes.
package struct SharedPart {
  let name: String
  let sha256: String
  let fix: String

  package init(
    _ name: String, sha256: String,
    fix: String = "start the same program with the same files and settings on every machine"
  ) {
    (self.name, self.sha256, self.fix) = (name, sha256, fix)
  }
}

extension ProcessGroup {
  /// Something that every process does for itself before they work together.
  ///
  /// - Returns: what it made here, once all are done.
  /// - Throws: what it threw here, if no process before this one has thrown; ``FoundElsewhere`` where another
  ///   process has the word.
  package func together<Result>(_ body: () throws -> Result) throws -> Result {
    let result = Swift.Result { try body() }
    var failed: Float = 0
    if case .failure = result { failed = 1 }
    let all = try gathered([failed], of: equalParts(of: 1))
    guard let first = all.firstIndex(where: { $0 != 0 }) else { return try result.get() }
    if first == rank { _ = try result.get() }
    throw FoundElsewhere(rank: first)
  }

  /// Checks that all processes begin with the same.
  ///
  /// - Parameter parts: what must be the same.
  /// - Throws: `Problem` naming the first of them that differs, and where.
  package func agree(on parts: [SharedPart]) throws {
    // The codes of their 64 digits: small whole numbers, which every float holds.
    let mine = parts.flatMap { $0.sha256.utf8.map { Float($0) } }
    let all = try gathered(mine, of: equalParts(of: mine.count))
    for (place, part) in parts.enumerated() {
      let digits = 64 * place..<64 * (place + 1)
      let others = (0..<count).filter {
        all[$0 * mine.count + digits.lowerBound..<$0 * mine.count + digits.upperBound]
          != all[digits]
      }
      guard let other = others.first else { continue }
      throw Problem.data(
        "process \(other) of \(count)", expected: "the same \(part.name) as process 0",
        found: others.count == 1 ? "others" : "others, and on \(others.count - 1) more processes",
        fix: part.fix)
    }
  }
}

extension TrainingLoop {
  /// How long a step takes: what one process alone would compute, and what is added by the exchange.
  package struct StepTiming: Sendable {
    /// Seconds to compute the gradients of all micro-batches of a step one after another.
    package let computing: Double
    /// Seconds in which processes exchange the sums.
    package let exchanging: Double
    /// Rows of a step.
    package let rows: Int
    package let processes: Int

    /// Of a step of all processes.
    package var seconds: Double { computing / Double(processes) + exchanging }
    /// How many times as fast as one process they are.
    package var gain: Double { computing / seconds }
    /// The rows from which on so many processes are faster than one.
    package var leastRows: Int {
      let saved = computing / Double(rows) * (1 - 1 / Double(processes))
      return saved > 0 ? Int((exchanging / saved).rounded(.up)) : 0
    }
  }

  /// Times a part of the next step and the exchange of its sums; changes nothing. Every process does it.
  package func timing() throws -> StepTiming? {
    guard let group else { return nil }
    let numbers = plan.microBatches(ofStep: 0, rows: train.count)
    let all = plan.microBatches(rows: train.count)
    let clock = ContinuousClock()
    let (rows, first) = (all[numbers].count, all.firstWithRows)
    // The second time everything is compiled and in the caches.
    var computing = 0.0
    for _ in 0..<2 {
      computing = try clock.measure { _ = try gradients(of: first..<first + 1) }.inSeconds
    }
    let exchanging = try timeOfExchange()
    let mine = [
      Float(computing) * Float(rows) / Float(max(1, all[first].count)), Float(exchanging),
    ]
    let found = try group.gathered(mine, of: group.equalParts(of: mine.count))
    func slowest(_ place: Int) -> Double {
      Double((0..<group.count).map { found[2 * $0 + place] }.max() ?? 0)
    }
    return StepTiming(
      computing: slowest(0), exchanging: slowest(1), rows: rows, processes: group.count)
  }
}
