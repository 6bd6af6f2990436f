import Engine

extension ElementwiseKernel.Operation {
  /// ONNX's operator for a step of a formula.
  var onnx: String {
    switch self {
    case .add: "Add"
    case .subtract: "Sub"
    case .multiply: "Mul"
    case .divide: "Div"
    case .maximum: "Max"
    case .minimum: "Min"
    case .negate: "Neg"
    case .absolute: "Abs"
    case .squareRoot: "Sqrt"
    case .exponential: "Exp"
    case .logarithm: "Log"
    case .hyperbolicTangent: "Tanh"
    case .errorFunction: "Erf"
    case .copy: "Identity"
    // A choice needs two operators; what the engine joins stands in no formula.
    case .selectGreater, .multiplyAdd, .multiplySubtract, .subtractProduct, .sumOfProducts,
      .divideByRoot, .logistic:
      preconditionFailure("\(self) in a formula")
    }
  }
}

/// An op that ONNX has under a name of its own, which says more to a reader than its formula.
protocol ONNXNamedOp: Op {
  /// The operator, its settings, and the first opset that has it.
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { get }
}

extension Ops.Sigmoid: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { ("Sigmoid", [:], 6) }
}
extension Ops.ReLU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { ("Relu", [:], 6) }
}
extension Ops.LeakyReLU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) {
    ("LeakyRelu", ["alpha": .float(Float(slope))], 6)
  }
}
extension Ops.ELU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) {
    ("Elu", ["alpha": .float(Float(scale))], 6)
  }
}
extension Ops.SELU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { ("Selu", [:], 6) }
}
extension Ops.PReLU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { ("PRelu", [:], 16) }
}
extension Ops.Softplus: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) {
    ("Softplus", [:], 1)
  }
}
extension Ops.GELU: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) { ("Gelu", [:], 20) }
}
extension Ops.GELUTanh: ONNXNamedOp {
  var onnx: (name: String, attributes: [String: ONNXAttribute], since: Int) {
    ("Gelu", ["approximate": .text("tanh")], 20)
  }
}
