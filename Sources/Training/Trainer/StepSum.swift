import Engine
import Networks

/// What the micro-batches of a step add up to, each by its share of the rows: gradients, the running statistics
/// of layers, and the loss.
///
/// Every micro-batch begins with the statistics that the step began with; what they become is the mean of
/// what the micro-batches made of them.
final class StepSum {
  /// The gradients, in the order of the parameters.
  var gradients: ParameterGradients
  private let statistics: [UnsafeMutableBufferPointer<Float>]
  /// The statistics as the step began.
  private var before: [Float]
  private var sum: TreeSum
  private let total: UnsafeMutableBufferPointer<Float>
  private let group: (any ProcessGroup)?

  /// Numbers behind gradients and statistics: the loss, and how many processes wish to stop.
  private static let others = 2

  init(_ cycle: CompiledCycle, group: (any ProcessGroup)?) throws {
    gradients = try cycle.gradients()
    statistics = try cycle.statistics.compactMap { cycle.store.memory(of: $0) }
    before = []
    self.group = group
    let length = gradients.values.count + statistics.reduce(0) { $0 + $1.count } + Self.others
    sum = TreeSum(length: length)
    total = .allocate(capacity: length)
    total.initialize(repeating: 0)
  }

  deinit { total.deallocate() }

  /// Those of the places of a step that this process computes.
  func places(of count: Int) -> Range<Int> { Self.places(of: count, group) }

  static func places(of count: Int, _ group: (any ProcessGroup)?) -> Range<Int> {
    group?.share(of: count) ?? 0..<count
  }

  /// Begins a step.
  func begin() {
    sum.removeAll()
    before = statistics.flatMap { Array($0) }
  }

  /// Brings the statistics back to what they were when the step began.
  func restoreStatistics() { setStatistics(before) }

  /// Adds what a program has just computed of a micro-batch.
  ///
  /// - Parameters:
  ///   - place: of the micro-batch in the step.
  ///   - share: of the step's rows.
  ///   - wantsStop: does this process wish the training to end?
  func add(_ program: CycleProgram, at place: Int, share: Float, wantsStop: Bool) {
    sum.add(at: place) { memory in
      gradients.write(program, share: share, to: memory)
      var next = gradients.values.count
      for statistic in statistics {
        for value in statistic {
          memory[next] = value * share
          next += 1
        }
      }
      memory[next] = Float(program.loss ?? .nan) * share
      memory[next + 1] = wantsStop ? 1 : 0
    }
  }

  /// The sum over all micro-batches and processes, with the gradients in their place.
  ///
  /// - Parameter places: of all micro-batches of the step that have rows.
  /// - Returns: the mean loss, and whether a process wishes the training to end.
  func finish(_ places: [Int], of count: Int) throws -> (loss: Double, wantsStop: Bool) {
    if let group {
      let roots = (0..<group.count).map { rank in
        let share = group.share(of: count, rank: rank)
        return TreeSum.roots(of: places.lazy.filter(share.contains))
      }
      try group.add(sum, roots: roots, to: total)
    } else if let values = sum.total() {
      _ = total.update(fromContentsOf: values)
    }
    let count = gradients.values.count
    gradients.values.withUnsafeMutableBufferPointer {
      _ = $0.update(fromContentsOf: total[..<count])
    }
    let others = total[(total.count - Self.others)...]
    return (Double(others[others.startIndex]), others[others.startIndex + 1] > 0)
  }

  /// Makes the statistics of the sum those of the network.
  func keepStatistics() { setStatistics(total[gradients.values.count...]) }

  private func setStatistics(_ values: some RandomAccessCollection<Float>) {
    var rest = values[...]
    for memory in statistics {
      _ = memory.update(fromContentsOf: rest.prefix(memory.count))
      rest = rest.dropFirst(memory.count)
    }
  }
}
