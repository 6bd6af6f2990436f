import Engine
import Networks

extension Ops.RecurrentScan: ExportedOp {
  /// [kept values, steps, batch, units] here, [steps, directions, batch, units] there: of what is kept ONNX
  /// gives the outputs alone, which are all that a network in use reads.
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    guard !cell.isMasked else {
      throw Problem.shape(
        "masking",
        expected: "sequences without left-out steps, since ONNX's recurrences have no mask",
        found: "a mask", fix: "make all sequences equally long, or leave `masking` out")
    }
    guard let kernel = export.tensor(of: call.inputs[1]),
      let recurrent = export.tensor(of: call.inputs[2]),
      let name = export.variable(of: call.inputs[1])
    else {
      throw Problem.shape(
        Self.name, expected: "weights that are kept", found: "weights that are computed")
    }
    let units = recurrent.shape[0]
    let order = gateOrder
    var inputs = [
      export.add(
        "Transpose", [try export.name(of: call.inputs[0])], ["perm": .integers([1, 0, 2])]),
      export.weight(name, try kernel.gates(order, units)),
      export.weight(
        export.variable(of: call.inputs[2]) ?? name, try recurrent.gates(order, units)),
    ]
    if cell.hasBias, let bias = export.tensor(of: call.inputs[3]) {
      inputs.append(
        export.weight(
          export.variable(of: call.inputs[3]) ?? name, try bias.biases(order, units)))
    }
    var attributes: [String: ONNXAttribute] = [
      "hidden_size": .integer(units), "direction": .text(isReversed ? "reverse" : "forward"),
    ]
    let functions = try activations.map { try Self.function($0) }
    attributes["activations"] = .texts(functions.map(\.name))
    if functions.contains(where: { $0.alpha != nil }) {
      attributes["activation_alpha"] = .floats(functions.map { $0.alpha ?? 0 })
    }
    if cell.kind == .gru { attributes["linear_before_reset"] = .integer(1) }
    let operation = ["simple": "RNN", "lstm": "LSTM", "gru": "GRU"][cell.kind.rawValue]!
    let states = export.add(operation, inputs, attributes)
    return (export.add("Transpose", [states], ["perm": .integers([1, 0, 2, 3])]), .ours)
  }

  /// Where each of ONNX's gates stands among ours: i, o, f, c of an LSTM, z, r, h of a GRU.
  private var gateOrder: [Int] { cell.kind == .lstm ? [0, 3, 1, 2] : Array(0..<cell.gates) }

  private var activations: [any ElementwiseOp] {
    switch cell.kind {
    case .simple: [cell.activation]
    case .gru: [cell.gateActivation, cell.activation]
    case .lstm: [cell.gateActivation, cell.activation, cell.activation]
    }
  }

  private static func function(_ op: any ElementwiseOp) throws -> (name: String, alpha: Float?) {
    switch op {
    case is Ops.Sigmoid: ("Sigmoid", nil)
    case is Ops.Tanh: ("Tanh", nil)
    case is Ops.ReLU: ("Relu", nil)
    case is Ops.Softplus: ("Softplus", nil)
    case let op as Ops.LeakyReLU: ("LeakyRelu", Float(op.slope))
    case let op as Ops.ELU: ("Elu", Float(op.scale))
    default:
      throw Problem.shape(
        Self.name,
        expected: "sigmoid, tanh, relu, softplus, leaky_relu or elu, which ONNX's recurrences have",
        found: type(of: op).name, fix: "train with one of these activations")
    }
  }
}

extension Tensor {
  /// From [width, gates · units] to [1, gates · units, width] with the gates in another order.
  fileprivate func gates(_ order: [Int], _ units: Int) throws -> Tensor {
    let width = shape[0]
    var values: [Float] = []
    for gate in order {
      for unit in 0..<units {
        for row in 0..<width {
          values.append(self.values[row * shape[1] + gate * units + unit])
        }
      }
    }
    return try Tensor(TensorShape(checking: [1, shape[1], width]), values)
  }

  /// The biases of input and state, [1, 2 · gates · units]; those of the state are 0 where one is enough.
  fileprivate func biases(_ order: [Int], _ units: Int) throws -> Tensor {
    let count = order.count * units
    var values: [Float] = []
    for row in 0..<2 {
      for gate in order {
        let first = row * count + gate * units
        values +=
          first + units <= self.values.count
          ? Array(self.values[first..<first + units]) : Array(repeating: 0, count: units)
      }
    }
    return try Tensor(TensorShape(checking: [1, 2 * count]), values)
  }
}
