import Engine

/// A formula as nodes of an ONNX graph: the same generic line that the engine computes by, run once on these,
/// leaves the operators that compute it elsewhere.
indirect enum ONNXFormula: Scalar, Hashable {
  /// An input by its number.
  case input(Int)
  case number(Double)
  case apply(String, [ONNXFormula])

  init(_ constant: Double) { self = .number(constant) }

  static func + (a: Self, b: Self) -> Self { .apply("Add", [a, b]) }
  static func - (a: Self, b: Self) -> Self { .apply("Sub", [a, b]) }
  static func * (a: Self, b: Self) -> Self { .apply("Mul", [a, b]) }
  static func / (a: Self, b: Self) -> Self { .apply("Div", [a, b]) }
  static prefix func - (a: Self) -> Self { .apply("Neg", [a]) }
  static func exp(_ x: Self) -> Self { .apply("Exp", [x]) }
  static func log(_ x: Self) -> Self { .apply("Log", [x]) }
  static func tanh(_ x: Self) -> Self { .apply("Tanh", [x]) }
  static func erf(_ x: Self) -> Self { .apply("Erf", [x]) }
  static func sqrt(_ x: Self) -> Self { .apply("Sqrt", [x]) }
  static func abs(_ x: Self) -> Self { .apply("Abs", [x]) }
  static func max(_ a: Self, _ b: Self) -> Self { .apply("Max", [a, b]) }
  static func min(_ a: Self, _ b: Self) -> Self { .apply("Min", [a, b]) }
  static func select(_ a: Self, greaterThan b: Self, _ yes: Self, else no: Self) -> Self {
    .apply("Where", [.apply("Greater", [a, b]), yes, no])
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
