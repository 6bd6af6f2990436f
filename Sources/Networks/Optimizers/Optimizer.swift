public import Engine

/// The way from gradients to new parameters: a rule, its learning rate, and what happens around it.
public struct Optimizer: Sendable {
  /// How a gradient changes a parameter.
  public var rule: any UpdateRule
  /// The learning rate before any schedule.
  public var learningRate: Double
  /// How gradients are shortened before; nil for not at all.
  public var clipping: Clipping?
  /// Decoupled weight decay: before the rule, each parameter shrinks by rate · decay · itself
  /// (Loshchilov, Hutter 2019). 0 for none.
  public var weightDecay: Double

  /// A rule with its settings; the learning rate is the rule's usual one if not given.
  public init(
    _ rule: any UpdateRule, learningRate: Double? = nil, clipping: Clipping? = nil,
    weightDecay: Double = 0
  ) {
    self.rule = rule
    self.learningRate = learningRate ?? rule.usualLearningRate
    self.clipping = clipping
    self.weightDecay = weightDecay
  }

  /// The built-in optimisers with their usual settings; AdamW is Adam with weight decay.
  public static let all: [(name: String, optimizer: Optimizer)] = [
    ("sgd", .sgd()), ("momentum", .sgd(momentum: 0.9)),
    ("nesterov", .sgd(momentum: 0.9, nesterov: true)), ("rmsprop", .rmsprop()),
    ("adagrad", .adagrad()), ("adam", .adam()), ("adamw", .adamW()),
  ]

  /// The optimiser of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public init(named name: String, registry: Registry = .standard) throws {
    let known = registry.optimizers
    guard let found = known.first(where: { $0.name.normalizedName == name.normalizedName }) else {
      throw Problem.unknown("optimizer", name, among: known.map(\.name))
    }
    self = found.optimizer
  }
}

extension Registry {
  /// Every optimiser that a configuration can name: those with a name of their own, and
  /// every other rule.
  public var optimizers: [(name: String, optimizer: Optimizer)] {
    let named = Set(Optimizer.all.map { $0.optimizer.rule.name })
    let others = updateRules.filter { !named.contains($0.name) }
    return Optimizer.all + others.map { ($0.name, Optimizer($0)) }
  }
}

extension Optimizer {
  /// The graph's input that holds the learning rate of the step.
  public static let rateInput = "learning rate"

  /// Adds the update of every parameter to the graph.
  ///
  /// - Parameter gradients: of the loss, one for each parameter.
  public func update(_ parameters: [Node], gradients: [Node], in graph: Graph) throws {
    let rate = try graph.input(Self.rateInput, shape: .scalar)
    let counters = try graph.scope("optimizer") { try count(in: graph) }
    let gradients = try clipping?(gradients) ?? gradients
    for (parameter, gradient) in zip(parameters, gradients) {
      try change(parameter, gradient, counters, rate, in: graph)
    }
  }

  private func count(in graph: Graph) throws -> [Node] {
    let old = try rule.counters.map { name in
      try graph.variable(Self.stateVariable("optimizer/\(name)", .scalar, 0))
    }
    return try old.indices.map { place in
      let new = try CounterUpdate(rule: rule, place: place).apply(to: old)
      try graph.assign(old[place], new)
      return new
    }
  }

  private func change(
    _ parameter: Node, _ gradient: Node, _ counters: [Node], _ rate: Node, in graph: Graph
  ) throws {
    guard let name = parameter.variableName else { return }
    let states = try rule.state.map { state in
      try graph.variable(
        Self.stateVariable(
          "optimizer/\(name)/\(state.name)", parameter.shape, Float(state.initial)))
    }
    let shared = try ([rate] + counters).map { try $0.repeated(to: parameter.shape) }
    for (place, target) in ([parameter] + states).enumerated() {
      let update = ParameterUpdate(rule: rule, weightDecay: weightDecay, result: place)
      let new = try graph.scope("optimizer") {
        try update.apply(to: [parameter, gradient] + states + shared)
      }
      try graph.assign(target, new)
    }
  }

  private static func stateVariable(_ name: String, _ shape: TensorShape, _ first: Float)
    -> Variable
  {
    Variable(name, shape: shape, isTrainable: false) { _ in Tensor(repeating: first, shape: shape) }
  }
}

/// One result of a rule as an op: 0 is the new parameter, then the new state.
package struct ParameterUpdate: ElementwiseOp {
  package static let name = "update"
  package static let examples = Optimizer.all.flatMap { _, optimizer in
    (0...optimizer.rule.state.count).map { result in
      let update = ParameterUpdate(
        rule: optimizer.rule, weightDecay: optimizer.weightDecay, result: result)
      let kept = update.argumentCount - 2
      return OpExample(
        update,
        inputs: [.numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2)]
          + Array(repeating: .numbers([4, 3], in: 0.1...0.9), count: kept))
    }
  }

  package let rule: any UpdateRule
  package let weightDecay: Double
  package let result: Int

  package var argumentCount: Int { 3 + rule.state.count + rule.counters.count }

  package func value<Q: Scalar>(_ x: [Q]) -> Q {
    let states = rule.state.count
    let rate = x[2 + states]
    let decayed = weightDecay == 0 ? x[0] : x[0] - x[0] * (rate * Q(weightDecay))
    let (parameter, state) = rule.update(
      decayed, gradient: x[1], state: Array(x[2..<2 + states]),
      counters: Array(x[(3 + states)...]), rate: rate)
    return result == 0 ? parameter : state[result - 1]
  }
}

/// One counter of a rule as an op.
package struct CounterUpdate: ElementwiseOp {
  package static let name = "count"
  package static let examples = Optimizer.all.flatMap { _, optimizer in
    optimizer.rule.counters.indices.map { place in
      let count = CounterUpdate(rule: optimizer.rule, place: place)
      return OpExample(
        count, inputs: Array(repeating: .numbers([3], in: 0.1...0.9), count: count.argumentCount))
    }
  }

  package let rule: any UpdateRule
  package let place: Int

  package var argumentCount: Int { rule.counters.count }

  package func value<Q: Scalar>(_ x: [Q]) -> Q { rule.count(x)[place] }
}
