import Engine

/// How one parameter is changed by its gradient: the formula of an optimiser, written once.
///
/// Each file of this folder is one rule. The update runs as part of the training program, element by
/// element, in one pass over parameter, gradient and state.
public protocol UpdateRule: Sendable, Codable, Hashable {
  /// Its name on the command line and in files.
  static var name: String { get }
  /// Names of the numbers kept for each element of a parameter, and their first values.
  var state: [(name: String, initial: Double)] { get }
  /// Names of the numbers kept once for all parameters; they start at 0.
  var counters: [String] { get }
  /// The counters of the next step, from those of the last.
  func count<Q: Scalar>(_ counters: [Q]) -> [Q]
  /// The new parameter and its new state.
  func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q])
  /// The usual learning rate.
  var usualLearningRate: Double { get }
}

extension UpdateRule {
  public var counters: [String] { [] }
  public func count<Q: Scalar>(_ counters: [Q]) -> [Q] { [] }
  public var usualLearningRate: Double { 0.001 }
}

/// Limits on gradients before they are used.
public enum Clipping: Sendable, Hashable, Codable {
  /// Each number is kept between −limit and limit.
  case value(Double)
  /// Each tensor is scaled down so that its norm √Σg² is at most the limit.
  case norm(Double)
  /// All tensors are scaled down together so that their common norm is at most the limit.
  case globalNorm(Double)
}

/// The way from gradients to new parameters: a rule, its learning rate, and what happens around it.
public struct Optimizer: Sendable {
  public var rule: any UpdateRule
  /// The learning rate before any schedule.
  public var learningRate: Double
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

  /// Every rule with its usual settings; AdamW is Adam with weight decay.
  public static let all: [(name: String, optimizer: Optimizer)] = [
    ("sgd", .sgd()), ("momentum", .sgd(momentum: 0.9)),
    ("nesterov", .sgd(momentum: 0.9, nesterov: true)), ("rmsprop", .rmsprop()),
    ("adagrad", .adagrad()), ("adam", .adam()), ("adamw", .adamW()),
  ]

  /// The optimiser of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public init(named name: String) throws {
    guard let found = Self.all.first(where: { $0.name == name }) else {
      throw Problem.data(
        "optimizer", expected: "one of \(Self.all.map(\.name).joined(separator: ", "))",
        found: "'\(name)'")
    }
    self = found.optimizer
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
    let gradients = try clipped(gradients)
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

  private func clipped(_ gradients: [Node]) throws -> [Node] {
    switch clipping {
    case nil: gradients
    case .value(let limit): try gradients.map { try Ops.Clip(low: -limit, high: limit)($0) }
    case .norm(let limit):
      try gradients.map { try Self.scaled($0, limit, norm: Self.sumOfSquares($0)) }
    case .globalNorm(let limit):
      try Self.scaledTogether(gradients, limit)
    }
  }

  private static func sumOfSquares(_ gradient: Node) throws -> Node {
    try Ops.Sum(axes: 0..<gradient.shape.rank)(gradient * gradient)
  }

  private static func scaledTogether(_ gradients: [Node], _ limit: Double) throws -> [Node] {
    guard let first = gradients.first else { return [] }
    let total = try gradients.dropFirst().reduce(sumOfSquares(first)) { try $0 + sumOfSquares($1) }
    return try gradients.map { try scaled($0, limit, norm: total) }
  }

  /// g · limit ÷ max(norm, limit).
  private static func scaled(_ gradient: Node, _ limit: Double, norm squares: Node) throws -> Node {
    let bound = gradient.graph.constant(limit)
    let factor = try bound / Ops.Maximum()(Ops.SquareRoot()(squares), bound)
    return try gradient * factor
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
