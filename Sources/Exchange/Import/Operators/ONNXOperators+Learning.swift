import Engine
import Networks

extension ONNXOperators {
  /// Of the set `ai.onnx.ml`, what scikit-learn's networks and linear models are written with.
  /// Source: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md
  static let learning: [String: Operator] = [
    "ai.onnx.ml.Scaler": { call in
      let x = try call.input(0)
      let offset = try along(call, "offset", x.shape)
      let scale = try along(call, "scale", x.shape)
      return [.computed(try (x - offset) * scale)]
    },
    "ai.onnx.ml.Normalizer": { call in
      let x = try call.input(0)
      return [.computed(try x / norm(x, call.text("norm", usual: "MAX")))]
    },
    "ai.onnx.ml.LinearRegressor": { call in
      let targets = call.integer("targets", usual: 1)
      let y = try linear(call, targets)
      let rule = call.text("post_transform", usual: "NONE")
      guard rule == "NONE" else {
        throw call.unsupported("post_transform", expected: "NONE", found: rule)
      }
      return [.computed(y)]
    },
    "ai.onnx.ml.LinearClassifier": { call in try classified(call) },
  ]

  /// A list of numbers of a setting, one for each column or one for all.
  private static func along(
    _ call: OperatorCall, _ name: String, _ shape: TensorShape
  ) throws -> Node {
    guard case .floats(let list) = call.node.attributes[name], shape.rank > 0,
      list.count == 1 || list.count == shape[shape.rank - 1]
    else {
      throw Problem.shape(name, expected: "a number for each column of \(shape)", found: "others")
    }
    return try call.known(ONNXTensor("", extents: [list.count], list)).spread(to: shape)
  }

  /// Of each row; 1 where it would be 0.
  private static func norm(_ x: Node, _ rule: String) throws -> Node {
    guard x.shape.rank == 2, x.shape.count > 0 else {
      throw Problem.shape("input", expected: "rows of numbers", found: "\(x.shape)")
    }
    let length =
      switch rule {
      case "L1": try x.absolute().sum(axis: 1)
      case "L2": try (x * x).sum(axis: 1).squareRoot()
      default: try x.max(axis: 1)
      }
    let one = length.one
    return try length.absolute().selected(greaterThan: length.zero, length, else: one)
      .repeated(to: x.shape, axes: [0])
  }

  /// x · coefficientsᵀ + intercepts, with as many rows of coefficients as there are results.
  private static func linear(_ call: OperatorCall, _ count: Int) throws -> Node {
    let x = try call.input(0)
    guard case .floats(let list) = call.node.attributes["coefficients"], x.shape.rank == 2,
      count > 0, list.count / count == x.shape[1], list.count.isMultiple(of: count)
    else {
      throw Problem.shape(
        "coefficients", expected: "\(count) rows for inputs \(x.shape)", found: "others")
    }
    let name = call.node.outputs.last ?? "linear"
    let kernel = ONNXTensor("\(name)/coefficients", extents: [count, x.shape[1]], list)
    let y = try x.matmul(
      call.context.node(of: kernel, as: "columns") { try $0.transposed(order: [1, 0]) })
    guard case .floats(let shifts) = call.node.attributes["intercepts"], !shifts.isEmpty else {
      return y
    }
    let bias = ONNXTensor("\(name)/intercepts", extents: [shifts.count], shifts)
    return try y + call.context.node(of: bias).spread(to: y.shape)
  }

  /// The place of the best class, and what each class is given.
  private static func classified(_ call: OperatorCall) throws -> [ImportedValue] {
    var count = 0
    if case .integers(let list) = call.node.attributes["classlabels_ints"] { count = list.count }
    if case .texts(let list) = call.node.attributes["classlabels_strings"] { count = list.count }
    if case .floats(let list) = call.node.attributes["intercepts"] { count = list.count }
    let scores = try linear(call, count)
    let rule = call.text("post_transform", usual: "NONE")
    let answers: Node
    switch rule {
    case "NONE": answers = scores
    case "SOFTMAX": answers = try scores.softmax()
    case "LOGISTIC": answers = try scores.sigmoid()
    default:
      throw call.unsupported(
        "post_transform", expected: "NONE, SOFTMAX or LOGISTIC", found: rule)
    }
    let both =
      count > 1
      ? answers
      : try (rule == "NONE" ? -answers : 1 - answers).concatenated(with: answers, axis: 1)
    return [.computed(try both.argMax(axis: 1), .int64), .computed(both)]
  }
}
