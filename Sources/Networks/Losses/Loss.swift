import Engine

/// One number that says how wrong the predictions are; training makes it small.
///
/// Each example has its loss; the loss of a batch is Σ wᵢ lᵢ ÷ n with the example weights wᵢ (1 if not
/// given) and the number of examples n. That is Keras's reduction; PyTorch divides a weighted
/// cross-entropy by Σ wᵢ instead.
public enum Loss: Sendable, Hashable {
  /// Mean over the outputs of (ŷ − y)².
  case meanSquaredError
  /// ½ Σ over the outputs of (ŷ − y)², as in many textbooks.
  case halfSumOfSquares
  /// Mean over the outputs of |ŷ − y|.
  case meanAbsoluteError
  /// Mean over the outputs of Huber's error.
  case huber(delta: Double = 1)
  /// Yes-or-no answers 0 or 1 from one score (logit) each: the network ends without activation.
  case binaryCrossEntropy
  /// Yes-or-no answers from probabilities: the network ends with a sigmoid.
  case binaryCrossEntropyOnProbabilities
  /// One class of many, from one score (logit) for each class: the network ends without activation.
  case crossEntropy
  /// One class of many, from probabilities: the network ends with a softmax.
  case crossEntropyOnProbabilities

  /// Each loss with its usual settings.
  public static let all: [Loss] = [
    .meanSquaredError, .halfSumOfSquares, .meanAbsoluteError, .huber(), .binaryCrossEntropy,
    .binaryCrossEntropyOnProbabilities, .crossEntropy, .crossEntropyOnProbabilities,
  ]

  /// Element-wise terms, for checks that loop over all of them.
  public static let terms: [any ElementwiseOp.Type] = [
    SquaredError.self, HalfSquaredError.self, AbsoluteError.self, HuberError.self,
    BinaryCrossEntropyOnLogits.self, BinaryCrossEntropyOnProbabilities.self,
  ]

  /// Its name on the command line and in files.
  public var name: String {
    switch self {
    case .meanSquaredError: "mean_squared_error"
    case .halfSumOfSquares: "half_sum_of_squares"
    case .meanAbsoluteError: "mean_absolute_error"
    case .huber: "huber"
    case .binaryCrossEntropy: "binary_cross_entropy"
    case .binaryCrossEntropyOnProbabilities: "binary_cross_entropy_on_probabilities"
    case .crossEntropy: "cross_entropy"
    case .crossEntropyOnProbabilities: "cross_entropy_on_probabilities"
    }
  }

  /// The loss of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public init(named name: String) throws {
    guard let found = Self.all.first(where: { $0.name == name }) else {
      throw Problem.data(
        "loss", expected: "one of \(Self.all.map(\.name).joined(separator: ", "))",
        found: "'\(name)'")
    }
    self = found
  }

  /// Are the targets class indices, one for each example?
  public var hasClassTargets: Bool {
    switch self {
    case .crossEntropy, .crossEntropyOnProbabilities: true
    default: false
    }
  }

  /// Turns the network's output into what users want: probabilities for scores, the output itself else.
  public func prediction(_ output: Node) throws -> Node {
    switch self {
    case .binaryCrossEntropy: try Ops.Sigmoid()(output)
    case .crossEntropy: try Ops.Softmax()(output)
    default: output
    }
  }

  /// The loss of a batch, a scalar.
  ///
  /// - Parameters:
  ///   - output: what the network made, [batch, outputs].
  ///   - target: class indices [batch] for the cross-entropies, else [batch, outputs].
  ///   - weights: one for each example, [batch].
  /// - Throws: `Problem` if output and target do not fit.
  public func callAsFunction(_ output: Node, target: Node, weights: Node? = nil) throws -> Node {
    let each = try perExample(output, target)
    let weighted = try weights.map { try each * $0 } ?? each
    return try Ops.Mean(axes: 0..<1)(weighted)
  }

  /// The loss of each example, [batch].
  package func perExample(_ output: Node, _ target: Node) throws -> Node {
    try check(output.shape, target.shape)
    switch self {
    case .meanSquaredError: return try overOutputs(SquaredError()(output, target))
    case .halfSumOfSquares:
      return try Ops.Sum(axes: 1..<output.shape.rank)(HalfSquaredError()(output, target))
    case .meanAbsoluteError: return try overOutputs(AbsoluteError()(output, target))
    case .huber(let delta): return try overOutputs(HuberError(delta: delta)(output, target))
    case .binaryCrossEntropy:
      return try overOutputs(BinaryCrossEntropyOnLogits()(output, target))
    case .binaryCrossEntropyOnProbabilities:
      return try overOutputs(BinaryCrossEntropyOnProbabilities()(output, target))
    case .crossEntropy:
      return try Ops.LogSumExp(axes: 1..<2)(output) - Ops.Pick()(output, target)
    case .crossEntropyOnProbabilities:
      let total = try Ops.Sum(axes: 1..<2)(output)
      let epsilon = BinaryCrossEntropyOnProbabilities.epsilon
      let share = try Ops.Pick()(output, target) / total
      return try Ops.Negate()(Ops.Logarithm()(Ops.Clip(low: epsilon, high: 1 - epsilon)(share)))
    }
  }

  private func overOutputs(_ errors: Node) throws -> Node {
    try Ops.Mean(axes: 1..<errors.shape.rank)(errors)
  }

  private func check(_ output: TensorShape, _ target: TensorShape) throws {
    let fits =
      hasClassTargets
      ? output.rank == 2 && target.extents == [output[0]]
      : output.rank >= 2 && target == output
    guard fits else {
      throw Problem.shape(
        "loss \(name)",
        expected: hasClassTargets
          ? "an output [batch, classes] and targets [batch]" : "an output and targets of one shape",
        found: "output \(output), targets \(target)",
        fix: hasClassTargets && output.rank > 2
          ? output.rank == 3
            ? "the network answers at every step; set return_sequences: false on the last recurrent "
              + "layer, or put a flatten before the last layer"
            : "put a flatten, or a global pool for images, before the last dense layer"
          : "give the last layer as many units as there are "
            + (hasClassTargets ? "classes" : "target columns"))
    }
  }
}

extension Loss: Codable {
  private enum Key: String, CodingKey { case name, delta }

  /// `"huber"` or `{"name": "huber", "delta": 0.5}`.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(named: name)
      return
    }
    let fields = try decoder.container(keyedBy: Key.self)
    try self.init(named: fields.decode(String.self, forKey: .name))
    if case .huber = self, let delta = try fields.decodeIfPresent(Double.self, forKey: .delta) {
      self = .huber(delta: delta)
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    if case .huber(let delta) = self, delta != 1 {
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode(name, forKey: .name)
      try fields.encode(delta, forKey: .delta)
    } else {
      var container = encoder.singleValueContainer()
      try container.encode(name)
    }
  }
}
