public import Datasets
public import Engine
public import Networks
public import Training

/// Checks the gradients of a model by finite differences.
/// ```swift
/// let proof = try Prover(model, plan: plan).prove(inputs: inputs, targets: targets)
/// print(proof.text)
/// ```
public struct Prover: Sendable {
  /// Whose gradients are proved.
  public var model: Model
  /// Loss, penalty and seed; the optimiser plays no part.
  public var plan: TrainingPlan
  /// How many steps were done before; decides random masks.
  package var step: UInt64 = 0

  /// A prover for the gradients of the model's loss.
  public init(_ model: Model, plan: TrainingPlan) {
    self.model = model
    self.plan = plan
  }

  /// Compares gradients of the loss over some examples with finite differences in 64 bits.
  ///
  /// - Parameters:
  ///   - inputs: of the model's input shape, one example after another.
  ///   - weights: of the examples, or of each step that has a class of its own; nil if all count 1.
  ///   - sample: how many gradients, spread over all tensors; nil for all.
  ///   - seed: decides which.
  ///   - progress: told after each gradient how many of how many are checked.
  /// - Throws: `Problem` where numbers and network do not fit.
  public func prove(
    inputs: [Float], targets: [Float], weights: [Float]? = nil, sample: Int? = 64, seed: UInt64 = 1,
    kernels: Kernels? = nil, progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) throws -> Proof {
    try prove(
      inputs: inputs, targets: targets, weights: weights, seed: seed, kernels: kernels,
      progress: progress
    ) { Self.choice($0.map(\.shape.count), sample: sample, seed: seed) }
  }

  /// The same for gradients of one's choice.
  ///
  /// - Parameter choice: for each parameter the places in its tensor, row by row, that are checked.
  package func prove(
    inputs: [Float], targets: [Float], weights: [Float]? = nil, seed: UInt64 = 1,
    kernels: Kernels? = nil, progress: ((_ done: Int, _ of: Int) -> Void)? = nil,
    choice: ([(name: String, shape: TensorShape)]) throws -> [[Int]]
  ) throws -> Proof {
    var tracer = Tracer(model, plan: plan)
    (tracer.learningRate, tracer.step) = (0, step)
    let (reading, recorded) = try tracer.record(
      inputs: inputs, targets: targets, weights: weights, kernels: kernels)
    let cycle = reading.cycle
    var feeds = recorded.before.mapValues { $0.map(Double.init) }
    feeds[LearningCycle.inputName] = inputs.map(Double.init)
    feeds[LearningCycle.targetName] = targets.map(Double.init)
    if let weights { feeds[LearningCycle.weightsName] = weights.map(Double.init) }
    feeds[Ops.RandomMask.keyName] = Ops.RandomMask.key(seed: plan.seed, step: step).map(Double.init)
    let parameters = zip(cycle.parameters, cycle.gradients).map { parameter, gradient in
      (name: parameter.variableName ?? "", node: parameter, gradient: gradient)
    }
    var proof = GraphProof(
      graph: cycle.graph, loss: cycle.loss, parameters: parameters, feeds: feeds)
    proof.engine = parameters.map { parameter in
      recorded.values[parameter.gradient.id]
        ?? [Float](repeating: 0, count: parameter.node.shape.count)
    }
    let chosen = try choice(parameters.map { ($0.name, $0.node.shape) })
    return Proof(
      entries: try proof.entries(chosen, progress: progress),
      total: parameters.reduce(0) { $0 + $1.node.shape.count },
      seed: seed, examples: inputs.count / max(1, model.inputShape.count),
      note: Self.note(cycle.graph))
  }

  /// What is said where back-propagation through time is cut: the gradient is meant to leave something
  /// out, so it is compared with a function that does.
  private static func note(_ graph: Graph) -> String? {
    let steps = graph.records.compactMap { record -> Int? in
      guard case .op(let op) = record.source else { return nil }
      let length = graph.records[record.inputs[0]].shape
      return (op as? Ops.RecurrentScan)?.truncation.flatMap { $0 < length[1] ? $0 : nil }
    }
    guard !steps.isEmpty else { return nil }
    let every = Set(steps).sorted().map(String.init).joined(separator: " or ")
    return
      "Back-propagation through time is truncated: gradients and finite differences are those of the "
      + "truncated function, in which the state that is handed on every \(every) "
      + (every == "1" ? "step" : "steps") + " stays as it was."
  }

  /// Some places of each tensor: of small ones all, of large ones a share, at least a few.
  package static func choice(_ counts: [Int], sample: Int?, seed: UInt64) -> [[Int]] {
    let total = counts.reduce(0, +)
    guard let sample, sample < total else { return counts.map { Array(0..<$0) } }
    let least = min(4, max(1, sample / max(1, counts.count)))
    let rest = max(0, sample - least * counts.count)
    return counts.enumerated().map { place, count in
      var generator = RandomGenerator(seed: seed, for: .proof(tensor: place))
      let wanted = min(count, least + rest * count / max(1, total))
      var chosen: Set<Int> = []
      while chosen.count < wanted { chosen.insert(generator.below(count)) }
      return chosen.sorted()
    }
  }
}

extension Trainer {
  /// Checks the gradients of the network, with its weights as they are, on the first examples of the
  /// data.
  ///
  /// - Throws: `Problem` where data and network do not fit.
  public func prove(
    _ data: Dataset, examples: Int = 4, sample: Int? = 64, seed: UInt64 = 1
  ) throws -> Proof {
    let rows = 0..<min(max(1, examples), data.count)
    return try Prover(start(data.inputs.shape), plan: plan).prove(
      inputs: rows.flatMap { data.inputs[$0] }, targets: rows.flatMap { data.targets[$0] },
      weights: data.weights.map { _ in rows.flatMap { data.weights(of: $0)! } }, sample: sample,
      seed: seed)
  }
}
