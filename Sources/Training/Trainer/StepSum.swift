import Engine
import Networks

/// What the micro-batches of a step add up to, each by its share of the rows: gradients, the running statistics
/// of layers, and the loss.
///
/// Every micro-batch begins with the statistics that the step began with; what they become is the mean of
/// what the micro-batches made of them. Among several processes the sum is made part by part: the last
/// layers' gradients travel while those of the layers before them are computed.
final class StepSum {
  /// Where the gradient of each parameter lies among all.
  let layout: ParameterGradients
  private let statistics: [UnsafeMutableBufferPointer<Float>]
  /// The statistics as the step began.
  private var before: [Float] = []
  /// Those of the last layers first.
  private var parts: [Part]
  /// The head, then the gradients.
  private let total: UnsafeMutableBufferPointer<Float>
  /// How many numbers are no gradients: the loss, how many processes wish to stop, the statistics.
  private let head: Int
  private let group: (any ProcessGroup)?
  private let exchanges: ExchangeThread?
  /// How many micro-batches the step has, and the places of those that have rows.
  private var step = (count: 0, places: [Int]())

  /// Numbers that are summed and sent as one.
  private struct Part {
    let parameters: Range<Int>
    /// Within the total.
    let range: Range<Int>
    var sum: TreeSum
    /// How many of its gradients the micro-batch that runs has still to compute.
    var missing = 0
    /// Was it handed to the other processes?
    var isSent = false
  }

  init(_ cycle: CompiledCycle, group: (any ProcessGroup)?) throws {
    layout = try cycle.gradients()
    statistics = try cycle.statistics.compactMap { cycle.store.memory(of: $0) }
    self.group = group
    head = 2 + statistics.reduce(0) { $0 + $1.count }
    let ranges = Self.parts(layout.places, head: head, least: group?.numbersOfPart ?? .max)
    parts = ranges.map {
      Part(parameters: $0.parameters, range: $0.range, sum: TreeSum(length: $0.range.count))
    }
    exchanges = ranges.count > 1 ? ExchangeThread() : nil
    total = .allocate(capacity: head + layout.values.count)
    total.initialize(repeating: 0)
  }

  deinit {
    // What is under way writes into the total.
    try? exchanges?.finish()
    exchanges?.close()
    total.deallocate()
  }

  /// Neighbouring parameters of so many numbers at least, the last ones first; those of the first have the head
  /// before them.
  static func parts(
    _ places: [ParameterGradients.Place], head: Int, least: Int
  ) -> [(parameters: Range<Int>, range: Range<Int>)] {
    var parts: [(parameters: Range<Int>, range: Range<Int>)] = []
    var end = places.count
    for first in places.indices.reversed() {
      let range = places[first].range.lowerBound..<places[end - 1].range.upperBound
      guard range.count >= least, first > 0 else { continue }
      parts.append((first..<end, range.lowerBound + head..<range.upperBound + head))
      end = first
    }
    let rest = end == 0 ? 0 : places[end - 1].range.upperBound
    return parts + [(0..<end, 0..<head + rest)]
  }

  /// Those of the places of a step that this process computes.
  func places(of count: Int) -> Range<Int> { Self.places(of: count, group) }

  static func places(of count: Int, _ group: (any ProcessGroup)?) -> Range<Int> {
    group?.share(of: count) ?? 0..<count
  }

  /// Begins a step.
  ///
  /// - Parameters:
  ///   - places: of all its micro-batches that have rows, whoever computes them.
  ///   - count: how many micro-batches it has.
  func begin(_ places: [Int], of count: Int) {
    step = (count, places)
    for index in parts.indices {
      parts[index].sum.removeAll()
      parts[index].isSent = false
    }
    before = statistics.flatMap { Array($0) }
  }

  /// Brings the statistics back to what they were when the step began.
  func restoreStatistics() { setStatistics(before) }

  /// What is added of a micro-batch.
  struct Addend {
    let program: CycleProgram
    /// In the step.
    let place: Int
    /// Of the step's rows.
    let share: Float
    /// Does this process wish the training to end?
    let wantsStop: Bool
  }

  /// Adds a micro-batch that is computed already.
  func add(_ addend: Addend) { for index in parts.indices { add(addend, to: index) } }

  /// Computes and adds a micro-batch; of the last of this process each part is sent as soon as it is computed.
  ///
  /// - Parameters:
  ///   - isLast: is it the last one of this process in the step?
  ///   - compute: tells the place of each parameter whose gradient is there.
  /// - Returns: what `compute` returns.
  func add(
    _ addend: Addend, isLast: Bool, compute: ((Int) -> Void) -> Bool
  ) -> Bool {
    for index in parts.indices { parts[index].missing = parts[index].parameters.count }
    // Where nothing was told, in the end; so the head, which the last part has.
    var next = 0
    let isFinite = compute { parameter in
      guard isLast, exchanges != nil,
        let index = parts.firstIndex(where: { $0.parameters.contains(parameter) })
      else { return }
      parts[index].missing -= 1
      while next < parts.count - 1, parts[next].missing == 0 {
        add(addend, to: next)
        send(next)
        next += 1
      }
    }
    for index in next..<parts.count { add(addend, to: index) }
    return isFinite
  }

  private func add(_ addend: Addend, to index: Int) {
    let part = parts[index]
    parts[index].sum.add(at: addend.place) { memory in
      let isFirst = part.range.lowerBound == 0
      layout.write(
        part.parameters, of: addend.program, share: addend.share, to: memory + (isFirst ? head : 0))
      guard isFirst else { return }
      memory[0] = Float(addend.program.loss ?? .nan) * addend.share
      memory[1] = addend.wantsStop ? 1 : 0
      var next = 2
      for statistic in statistics {
        for value in statistic {
          memory[next] = value * addend.share
          next += 1
        }
      }
    }
  }

  /// Hands a part to the other processes. All do so in the same order.
  private func send(_ index: Int) {
    guard let group, let exchanges else { return }
    parts[index].isSent = true
    let (sum, roots) = (parts[index].sum, roots(group))
    let total = UnsafeMutableBufferPointer(rebasing: total[parts[index].range])
    exchanges.begin { try group.add(sum, roots: roots, to: total) }
  }

  /// What each process has summed of its own.
  private func roots(_ group: any ProcessGroup) -> [[TreeSum.Root]] {
    (0..<group.count).map { rank in
      let share = group.share(of: step.count, rank: rank)
      return TreeSum.roots(of: step.places.lazy.filter(share.contains))
    }
  }

  /// Completes the sum over all micro-batches and processes.
  ///
  /// - Returns: the mean loss, and whether a process wishes the training to end.
  func finish() throws -> (loss: Double, wantsStop: Bool) {
    try exchanges?.finish()
    for index in parts.indices where !parts[index].isSent {
      let total = UnsafeMutableBufferPointer(rebasing: total[parts[index].range])
      if let group {
        try group.add(parts[index].sum, roots: roots(group), to: total)
      } else if let values = parts[index].sum.total() {
        _ = total.update(fromContentsOf: values)
      }
    }
    return (Double(total[0]), total[1] > 0)
  }

  /// The gradients of the sum, in the order of the parameters.
  var gradientMemory: UnsafeBufferPointer<Float> { UnsafeBufferPointer(rebasing: total[head...]) }

  /// A copy of them.
  var gradients: ParameterGradients {
    var gradients = layout
    gradients.values = Array(gradientMemory)
    return gradients
  }

  /// Makes the statistics of the sum those of the network.
  func keepStatistics() { setStatistics(total[2..<head]) }

  private func setStatistics(_ values: some RandomAccessCollection<Float>) {
    var rest = values[...]
    for memory in statistics {
      _ = memory.update(fromContentsOf: rest.prefix(memory.count))
      rest = rest.dropFirst(memory.count)
    }
  }
}
