import Glassbox

/// A layer with one weight for each number: y = gain · x.
struct Gain: IdentifiedLayer {
  static let kind = "gain"
  static var usual: Gain { Gain() }
  static var settings: [Setting<Gain>] { [.initializer("initializer", \.initializer), .name] }
  var initializer: any Initializer = .ones
  var identity = LayerIdentity()

  func callAsFunction(_ x: Node) throws -> Node {
    try identity.scope(in: x.graph, kind: Self.kind) {
      try x * x.graph.parameter("gain", shape: [x.shape[x.shape.rank - 1]], initializer)
    }
  }
}

/// The product of the two numbers of each row: an op that says one cell and its derivative, and brings no
/// fast steps.
struct PairProduct: Op {
  static let name = "pair product"

  func shape(_ inputs: [TensorShape]) throws -> TensorShape {
    guard inputs.count == 1, inputs[0].rank == 2, inputs[0][1] == 2 else {
      throw Problem.shape(Self.name, expected: "rows of two numbers", found: "\(inputs)")
    }
    return [inputs[0][0], 1]
  }

  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    inputs[0][flat: 2 * cell] * inputs[0][flat: 2 * cell + 1]
  }

  func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    let (x, gradient) = (backward.inputs[0], backward.gradient)
    let column = gradient.shape
    let first = try x.sliced(from: [0, 0], shape: column)
    let second = try x.sliced(from: [0, 1], shape: column)
    return [.node(try (gradient * second).concatenated(with: gradient * first, axis: 1))]
  }

  static let examples = [OpExample(PairProduct(), .numbers([4, 2], in: 0.5...2))]
}

/// Puts the product of a row's two numbers beside them. With it, a straight line tells the corners apart.
struct WithProduct: StoredLayer {
  static let kind = "with_product"
  static var usual: WithProduct { WithProduct() }

  func callAsFunction(_ x: Node) throws -> Node {
    try x.concatenated(with: PairProduct()(x), axis: 1)
  }
}

/// An activation function as one formula; its derivative, its text and its fast code follow.
struct Bent: UnaryOp, ActivationOp {
  static let name = "bent"
  static var usual: Bent { Bent() }

  func value<Q: Scalar>(_ x: Q) -> Q { (.sqrt(x * x + 1) - 1) / 2 + x }
}

/// The squared distance of a probability from the truth (Brier score), made of scores.
struct Brier: Loss {
  static let kind = "brier"
  static var usual: Brier { Brier() }
  static var settings: [Setting<Brier>] { [.usual("weight", \.weight)] }
  var weight = 1.0
  var target: LossTarget { .yesOrNo }
  var output: LossOutput { .scores }

  func perExample(_ output: Node, _ target: Node) throws -> Node {
    let distance = try output.sigmoid() - target
    return try (distance * distance * weight).reshaped(to: [output.shape[0]])
  }
}

/// The lowest share of right answers among the classes.
struct WorstClass: ClassificationMetric {
  static let kind = "worst_class"
  static var usual: WorstClass { WorstClass() }

  func value(of predictions: ClassPredictions) -> Double? {
    (0..<predictions.classCount).compactMap { label -> Double? in
      let places = predictions.targets.indices.filter { predictions.targets[$0] == label }
      guard !places.isEmpty else { return nil }
      return Double(places.count { predictions.predicted[$0] == label }) / Double(places.count)
    }.min()
  }
}

/// Half the rate again after so many epochs.
struct Halving: Schedule {
  static let kind = "halving"
  static var usual: Halving { Halving() }
  static var settings: [Setting<Halving>] { [.usual("every", \.every)] }
  var every = 10

  func rate(base: Double, step: Int, state: ScheduleState) -> Double {
    (0..<step / every).reduce(base) { rate, _ in rate / 2 }
  }

  func inSteps(perEpoch steps: Int) -> Halving { Halving(every: every * steps) }
}

/// Steps of one size in the direction of the mean gradient: m ← k m + (1 − k) g, w ← w − rate · sign(m).
struct SignDescent: UpdateRule {
  static let kind = "sign_descent"
  static var usual: SignDescent { SignDescent() }
  static var settings: [Setting<SignDescent>] { [.usual("kept", \.kept)] }
  var kept = 0.9
  var state: [(name: String, initial: Double)] { [("mean", 0)] }

  func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    let mean = Q(kept) * state[0] + Q(1 - kept) * gradient
    let sign: Q = .select(
      mean, greaterThan: 0, 1, else: .select(0, greaterThan: mean, -1, else: 0))
    return (parameter - rate * sign, [mean])
  }
}
