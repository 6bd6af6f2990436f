import Engine
import Networks

/// One learning cycle as the engine computed it: every value of the step, and the values of the
/// forward pass again with the new weights.
struct RecordedCycle {
  let cycle: LearningCycle
  /// The variables before the step: weights and optimiser state.
  let before: [String: [Float]]
  /// The variables after the step.
  let after: [String: [Float]]
  /// The numbers of the recorded nodes in the step.
  let values: [Int: [Float]]
  /// The same when the step is begun again with the new weights.
  let valuesAgain: [Int: [Float]]

  /// What the step is given.
  struct Feed {
    var inputs: [Float]
    var targets: [Float]
    var weights: [Float]?
    var learningRate: Double
    var seed: UInt64
    var step: UInt64
  }

  /// Runs the compiled program of the cycle twice.
  ///
  /// - Parameter nodes: whose values are wanted; variables are always there.
  init(
    _ cycle: LearningCycle, of compiled: CompiledCycle, recording nodes: [Int], feed: Feed
  ) throws {
    self.cycle = cycle
    let kept = nodes.filter {
      if case .variable = cycle.graph.records[$0].source { false } else { true }
    }
    let watched = kept.map { Node(graph: cycle.graph, id: $0) }
    let program = try compiled.program(cycle, watching: watched)
    try program.feed(inputs: feed.inputs, targets: feed.targets, weights: feed.weights)
    before = Self.contents(compiled.store)
    program.run(rate: feed.learningRate, seed: feed.seed, step: feed.step)
    values = try Self.results(program, watched)
    after = Self.contents(compiled.store)
    program.runAgain()
    valuesAgain = try Self.results(program, watched)
  }

  /// What a network that only answers has computed.
  ///
  /// - Parameters:
  ///   - weights: that it answered with.
  ///   - values: by node.
  init(_ cycle: LearningCycle, weights: VariableStore, values: [Int: [Float]]) {
    self.cycle = cycle
    before = Self.contents(weights)
    self.values = values
    (after, valuesAgain) = ([:], [:])
  }

  private static func contents(_ store: VariableStore) -> [String: [Float]] {
    Dictionary(store.snapshot().map { ($0.name, $0.tensor.values) }) { first, _ in first }
  }

  static func results(_ program: CycleProgram, _ nodes: [Node]) throws -> [Int: [Float]] {
    var values: [Int: [Float]] = [:]
    for node in nodes { values[node.id] = try program.values(of: node) }
    return values
  }
}
