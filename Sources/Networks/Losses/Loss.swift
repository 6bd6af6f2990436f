public import Engine

/// One number that says how wrong the predictions are; training makes it small.
///
/// Each example has its loss; the loss of a batch is Σ wᵢ lᵢ ÷ n with the example weights wᵢ (1 if not
/// given) and the number of examples n. That is Keras's reduction; PyTorch divides a weighted
/// cross-entropy by Σ wᵢ instead.
///
/// Where the targets are classes and the network answers at every step, [batch, steps, classes], each step
/// is an example of its own, with a weight of its own; 0 leaves one out, such as padding.
///
/// A loss of your own says what its targets are and how it takes the network's last numbers, and writes
/// down the loss of each example; see ``ElementwiseLoss`` for those that are a mean over the outputs.
public protocol Loss: Component {
  /// What its targets are; numbers if not said.
  var target: LossTarget { get }
  /// What it takes the network's last numbers for; the answers themselves if not said.
  var output: LossOutput { get }
  /// Whether the answer that is best for all examples together, where the targets are numbers, is their
  /// median; their mean if not said.
  var isLeastAtMedian: Bool { get }
  /// The loss of each example.
  ///
  /// - Parameters:
  ///   - output: what the network made, [batch, outputs].
  ///   - target: of the same shape, or [batch] for class indices.
  /// - Returns: a node of shape [batch].
  func perExample(_ output: Node, _ target: Node) throws -> Node
}

/// What the targets of a loss are.
public enum LossTarget: String, Sendable, CaseIterable {
  /// A number for each output.
  case numbers
  /// 0 or 1 for each output.
  case yesOrNo
  /// The index of one class, for all outputs together.
  case classIndex
}

/// What a loss takes the network's last numbers for.
public enum LossOutput: String, Sendable, CaseIterable {
  /// The answers.
  case values
  /// Scores (logits) of any size, from which the loss makes probabilities by itself.
  case scores
  /// Probabilities.
  case probabilities
}

extension Loss {
  public var target: LossTarget { .numbers }
  public var output: LossOutput { .values }
  public var isLeastAtMedian: Bool { false }

  /// Are the targets class indices, one for each example?
  public var hasClassTargets: Bool { target == .classIndex }

  /// Is it for class labels, not for numbers?
  public var isForClasses: Bool { target != .numbers }

  /// How many classes the targets tell apart when the network has so many outputs; nil where they are
  /// numbers, or several yes-or-no answers.
  public func classCount(outputs: Int) -> Int? {
    switch target {
    case .numbers: nil
    case .yesOrNo: outputs == 1 ? 2 : nil
    case .classIndex: max(2, outputs)
    }
  }

  /// The function that makes probabilities of scores, for these targets.
  private var probabilities: ActivationFunction { hasClassTargets ? .softmax : .sigmoid }

  /// What the last layer must end with.
  public var outputActivation: ActivationFunction {
    output == .probabilities ? probabilities : .linear
  }

  /// Turns the network's output into what users want: probabilities for scores, the output itself else.
  public func prediction(_ output: Node) throws -> Node {
    try self.output == .scores ? probabilities(output) : output
  }

  /// The loss of a batch, a scalar.
  ///
  /// - Parameters:
  ///   - output: what the network made, [batch, outputs], or [batch, steps, classes].
  ///   - target: class indices [batch] or [batch, steps] for the cross-entropies, else [batch, outputs].
  ///   - weights: one for each class index, or for each example, [batch].
  /// - Throws: `Problem` if output and target do not fit.
  public func callAsFunction(_ output: Node, target: Node, weights: Node? = nil) throws -> Node {
    let each = try ofAnswers(output, target)
    let weighted = try weights.map { try each * $0.reshaped(to: each.shape) } ?? each
    return try Ops.Mean(axes: 0..<1)(weighted)
  }

  /// The loss of each answer, one behind the other: of each example, or of each of its steps.
  package func ofAnswers(_ output: Node, _ target: Node) throws -> Node {
    try check(output.shape, target.shape)
    var (output, target) = (output, target)
    if answersAtSteps(output.shape) {
      let count = output.shape[0] * output.shape[1]
      output = try output.reshaped(to: TensorShape(checking: [count, output.shape[2]]))
      target = try target.reshaped(to: TensorShape(checking: [count]))
    }
    let each = try perExample(output, target)
    guard each.shape.extents == [output.shape[0]] else {
      throw Problem.shape(
        "loss \(name)", expected: "one number for each example, [\(output.shape[0])]",
        found: "shape \(each.shape)")
    }
    return each
  }

  /// Whether an output has a class at every step.
  func answersAtSteps(_ output: TensorShape) -> Bool { hasClassTargets && output.rank == 3 }

  /// What to do about a network that answers at every step, where one answer is learned.
  package static var answersAtEveryStep: String {
    "the network answers at every step; set return_sequences: false on the last recurrent layer, or put "
      + "a flatten before the last layer"
  }

  private func check(_ output: TensorShape, _ target: TensorShape) throws {
    let fits =
      try (2...(hasClassTargets ? 3 : .max)).contains(output.rank)
      && target == targetShape(of: output)
    guard fits else {
      throw Problem.shape(
        "loss \(name)",
        expected: hasClassTargets
          ? "an output [batch, classes] and targets [batch], or both with steps after the batch"
          : "an output and targets of one shape",
        found: "output \(output), targets \(target)",
        fix: hasClassTargets && output.rank > 2
          ? output.rank == 3
            ? Self.answersAtEveryStep
            : "put a flatten, or a global pool for images, before the last dense layer"
          : "give the last layer as many units as there are "
            + (hasClassTargets ? "classes" : "target columns"))
    }
  }
}

/// A loss that is the mean, or the sum, over the outputs of one formula of output and target.
public protocol ElementwiseLoss: Loss {
  /// The formula; its inputs are output and target.
  var term: any BinaryOp { get }
  /// The sum over the outputs instead of the mean?
  var sumsOutputs: Bool { get }
}

extension ElementwiseLoss {
  public var sumsOutputs: Bool { false }

  public func perExample(_ output: Node, _ target: Node) throws -> Node {
    let errors = try term.apply(to: [output, target])
    let axes = 1..<errors.shape.rank
    return try sumsOutputs ? Ops.Sum(axes: axes)(errors) : Ops.Mean(axes: axes)(errors)
  }
}

/// All losses, and the place of the built-in ones.
///
/// Swift finds `.huber()` where any loss is asked for by way of one public type of that kind.
/// For all of them this is ``Losses/MeanSquaredError``; what each gives back is its own type.
public enum Losses: Family {
  public typealias Member = any Loss
  public static let word = "loss"
  public static let standard: [any Configurable.Type] = [
    MeanSquaredError.self, HalfSumOfSquares.self, MeanAbsoluteError.self, Huber.self,
    Pinball.self,
    BinaryCrossEntropy.self, BinaryCrossEntropyOnProbabilities.self, CrossEntropy.self,
    CrossEntropyOnProbabilities.self,
  ]
}
