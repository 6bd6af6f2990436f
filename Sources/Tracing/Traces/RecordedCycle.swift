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
    var learningRate: Float
    var seed: UInt64
    var step: UInt64
  }

  /// Runs the compiled program of the cycle twice.
  ///
  /// - Parameter nodes: whose values are wanted; variables are always there.
  init(
    _ cycle: LearningCycle, recording nodes: [Int], store: VariableStore, feed: Feed,
    kernels: Kernels
  ) throws {
    self.cycle = cycle
    let kept = nodes.filter {
      if case .variable = cycle.graph.records[$0].source { false } else { true }
    }
    let program = try Program(
      cycle.graph, results: kept.map { Node(graph: cycle.graph, id: $0) }, store: store,
      kernels: kernels)
    try Self.fill(program, feed)
    before = Self.contents(store)
    program.run()
    values = Self.results(program, kept)
    after = Self.contents(store)
    program.run()
    valuesAgain = Self.results(program, kept)
  }

  private static func fill(_ program: Program, _ feed: Feed) throws {
    let given = [
      (LearningCycle.inputName, feed.inputs), (LearningCycle.targetName, feed.targets),
      (LearningCycle.weightsName, feed.weights ?? []),
      (Optimizer.rateInput, [feed.learningRate]),
    ]
    for (name, numbers) in given {
      guard let memory = program.input(name) else { continue }
      guard memory.count == numbers.count else {
        throw Problem.shape(
          "trace: \(name)", expected: "\(memory.count) numbers", found: "\(numbers.count)")
      }
      for (place, number) in numbers.enumerated() { memory[place] = number }
    }
    program.setRandomKey(seed: feed.seed, step: feed.step)
  }

  private static func contents(_ store: VariableStore) -> [String: [Float]] {
    Dictionary(store.snapshot().map { ($0.name, $0.tensor.values) }) { first, _ in first }
  }

  private static func results(_ program: Program, _ nodes: [Int]) -> [Int: [Float]] {
    var values: [Int: [Float]] = [:]
    for (place, node) in nodes.enumerated() { values[node] = Array(program.result(place)) }
    return values
  }
}
