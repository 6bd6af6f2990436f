import Engine
import Networks

/// The functions that a worked example may call. Activations and losses are the engine's, by their
/// names, so a new one can be used here without another word.
enum TermFunction {
  /// Short names of losses, as textbooks write them.
  private static let short = [
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "bce": "binary_cross_entropy",
  ]

  /// All names, for the message about an unknown one.
  static var names: [String] {
    [
      "dot", "transpose", "sum", "mean", "variance", "std", "min", "max", "argmax", "one_hot",
      "exp",
      "ln", "log", "sqrt", "abs", "step", "flatten", "conv1d", "conv2d", "max_pool", "average_pool",
      "grad",
    ]
      + Registry.standard.activations.map(\.name) + short.keys.sorted()
      + Registry.standard.losses.map(\.name)
  }

  static func value<N: NumericScalar>(_ name: String, _ inputs: [Elements<N>]) throws -> Elements<N>
  {
    let lower = name.lowercased()
    switch lower {
    case "exp": return try apply(Ops.Exponential(), try one(name, inputs))
    case "ln", "log": return try apply(Ops.Logarithm(), try one(name, inputs))
    case "sqrt": return try apply(Ops.SquareRoot(), try one(name, inputs))
    case "abs": return try apply(Ops.Absolute(), try one(name, inputs))
    case "step": return try step(one(name, inputs)[0])
    case "sum": return try reduce(inputs) { Ops.Sum(axes: $0) }
    case "mean": return try reduce(inputs) { Ops.Mean(axes: $0) }
    case "variance": return try variance(one(name, inputs)[0])
    case "std": return try apply(Ops.SquareRoot(), [variance(one(name, inputs)[0])])
    case "argmax": return try position(of: one(name, inputs)[0])
    case "one_hot": return try oneHot(inputs)
    case "flatten":
      let input = try one(name, inputs)[0]
      return try input.reshaped([input.values.count])
    case "conv1d", "conv2d": return try convolution(name, inputs)
    case "max_pool": return try pool(name, inputs) { Ops.MaxPool($0) }
    case "average_pool": return try pool(name, inputs) { Ops.AveragePool($0) }
    case "max": return try extreme(inputs, Ops.Maximum())
    case "min": return try extreme(inputs, Ops.Minimum())
    case "transpose": return try transpose(try one(name, inputs)[0])
    case "dot": return try dot(inputs)
    default: break
    }
    let activation = lower == "σ" ? "sigmoid" : lower
    if let function = try? Registry.standard.activation(named: activation) {
      return try apply(function.op, try one(name, inputs))
    }
    if let loss = Registry.standard.losses.first(where: { $0.name == short[lower] ?? lower }) {
      return try value(loss, inputs)
    }
    throw Problem.shape(
      name, expected: "one of the functions \(names.joined(separator: ", "))", found: "'\(name)'",
      fix: Problem.fix(name, among: names, otherwise: ""))
  }

  /// Every cell by the op's own definition.
  static func apply<N: NumericScalar>(_ op: some Op, _ inputs: [Elements<N>]) throws -> Elements<N>
  {
    let shape = try op.shape(inputs.map(\.shape))
    return Elements(shape: shape, values: (0..<shape.count).map { op.value(at: $0, inputs) })
  }

  private static func one<N>(_ name: String, _ inputs: [Elements<N>]) throws -> [Elements<N>] {
    guard inputs.count == 1 else {
      throw Problem.shape(name, expected: "one argument", found: "\(inputs.count)")
    }
    return inputs
  }

  /// 1 above 0, else 0: the slope of ReLU.
  private static func step<N: NumericScalar>(_ input: Elements<N>) throws -> Elements<N> {
    let relu = Ops.ReLU()
    return Elements(
      shape: input.shape, values: input.values.map { relu.derivative($0, relu.value($0)) })
  }

  private static func reduce<N: NumericScalar>(
    _ inputs: [Elements<N>], _ op: (Range<Int>) -> some Op
  ) throws -> Elements<N> {
    let input = try one("sum", inputs)[0]
    return input.shape.rank == 0 ? input : try apply(op(0..<input.shape.rank), [input])
  }

  private static func extreme<N: NumericScalar>(
    _ inputs: [Elements<N>], _ op: some Op
  ) throws -> Elements<N> {
    let numbers = inputs.flatMap(\.values).map { Elements(shape: .scalar, values: [$0]) }
    guard let first = numbers.first, inputs.count == 1 || inputs.count == numbers.count else {
      throw Problem.shape("max", expected: "single numbers or one list", found: "several lists")
    }
    return try numbers.dropFirst().reduce(first) { try apply(op, [$0, $1]) }
  }

  private static func transpose<N: NumericScalar>(_ matrix: Elements<N>) throws -> Elements<N> {
    guard matrix.shape.rank == 2 else {
      throw Problem.shape("transpose", expected: "a matrix", found: "shape \(matrix.shape)")
    }
    return try apply(Ops.Transpose(order: [1, 0]), [matrix])
  }

  private static func dot<N: NumericScalar>(_ inputs: [Elements<N>]) throws -> Elements<N> {
    guard inputs.count == 2, inputs[0].shape.rank == 1, inputs[0].shape == inputs[1].shape else {
      throw Problem.shape(
        "dot", expected: "two lists of one length",
        found: inputs.map { "\($0.shape)" }.joined(separator: " and "))
    }
    return try apply(Ops.Sum(axes: 0..<1), [apply(Ops.Multiply(), inputs)])
  }

  /// The loss of one example: output and target as lists, or a class counted from 1 for the losses
  /// of classes.
  private static func value<N: NumericScalar>(_ loss: any Loss, _ inputs: [Elements<N>]) throws
    -> Elements<N>
  {
    guard inputs.count == 2 else {
      throw Problem.shape(
        loss.name, expected: "the output and the target", found: "\(inputs.count) arguments")
    }
    let (output, target) = (inputs[0], inputs[1])
    let width = output.shape.count
    let graph = Graph()
    let outputNode = try graph.input("output", shape: TensorShape(checking: [1, width]))
    let targetCount = loss.hasClassTargets ? [1] : [1, target.shape.count]
    let targetNode = try graph.input("target", shape: TensorShape(checking: targetCount))
    var targets = target.values
    if loss.hasClassTargets {
      guard targets.count == 1, let label = Int(exactly: targets[0].real),
        (1...width).contains(label)
      else {
        throw Problem.shape(
          loss.name, expected: "a class from 1 to \(width) as the target",
          found: "\(targets.map(\.real))")
      }
      targets = [N(Double(label - 1))]
    }
    let node = try loss(outputNode, target: targetNode)
    let values = try graph.evaluate([node], feeding: ["output": output.values, "target": targets])
    return Elements(shape: .scalar, values: values[0])
  }
}
