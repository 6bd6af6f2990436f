/// What an op says of the gradient with respect to one of its inputs.
public enum InputGradient {
  /// This node, of the input's shape.
  case node(Node)
  /// The result does not change with the input, or only in jumps, as with an index.
  case zero
  /// There is no rule, or ``BackwardContext/isNeeded`` says that nobody asks. To ask all the same is an
  /// error.
  case notWritten
}

/// What a derivative rule works with.
public struct BackwardContext {
  /// The nodes the op was called on.
  public let inputs: [Node]
  /// The node it made.
  public let output: Node
  /// The gradient of the loss with respect to that node.
  public let gradient: Node
  /// Which of the inputs' gradients are asked for. Others may be left out where they cost something.
  public let isNeeded: [Bool]
}
