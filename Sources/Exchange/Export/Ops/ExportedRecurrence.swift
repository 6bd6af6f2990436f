import Engine
import Networks

extension Ops.RecurrentScan: ExportedOp {
  /// [kept values, steps, batch, units] here, [steps, directions, batch, units] there: of what is kept ONNX
  /// gives the outputs alone, which are all that a network in use reads.
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    guard let kernel = export.tensor(of: call.inputs[1]),
      let recurrent = export.tensor(of: call.inputs[2]),
      let name = export.variable(of: call.inputs[1])
    else {
      throw Problem.shape(
        Self.name, expected: "weights that are kept", found: "weights that are computed")
    }
    let units = recurrent.shape[0]
    let order = gateOrder
    let steps = export.add(
      "Transpose", [try export.name(of: call.inputs[0])], ["perm": .integers([1, 0, 2])])
    let counted =
      cell.isMasked
      ? try CountedSteps(
        mask: export.name(of: call.inputs[call.inputs.count - 1]),
        export.extents(of: call.inputs[0]), &export) : nil
    var inputs = [
      counted?.inFront(steps, &export) ?? steps,
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
    if let counted {
      // The bias is left out by an empty name.
      inputs += (inputs.count == 3 ? [""] : []) + [counted.lengths]
    }
    var states = export.add(operation, inputs, attributes)
    if let counted { states = counted.inPlace(states, isReversed: isReversed, &export) }
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

/// Steps that count, where others are left out: ONNX's recurrences know how long each sequence is and no mask, so
/// those that count are brought to the front, and what comes of them back to their places.
///
/// A step that is left out keeps the state before it, as it does here, wherever in the sequence it stands. All is
/// counted in whole numbers, so that who reads the file sees them to be whole.
private struct CountedSteps {
  /// How many there are of each example, [batch].
  let lengths: String
  /// 1 for those that count, [steps, batch].
  private let counts: String
  /// The places of those that count, then of the others, [steps, batch].
  private let order: String
  private let last: Int

  /// - Parameters:
  ///   - mask: [steps, batch].
  ///   - extents: of what is read, [batch, steps, width].
  init(mask: String, _ extents: BatchExtents, _ export: inout GraphExport) throws {
    guard let steps = extents.known[1] else {
      throw Problem.shape(
        "masking", expected: "steps that do not depend on the batch", found: "some")
    }
    last = steps - 1
    let isCounted = export.add("Greater", [mask, export.number(0.5)])
    counts = export.add("Cast", [isCounted], ["to": .integer(6)])
    lengths = export.add(
      "ReduceSum", [counts, export.integers([0])], ["keepdims": .integer(0)])
    // The first that counts has the largest key.
    let keys = export.list(
      "steps from the end \(steps)", "steps_from_the_end_\(steps)",
      .integers((0..<steps).map { steps - $0 }), .int32, extents: [steps, 1])
    let sorted = export.add(
      "TopK", [export.add("Mul", [counts, keys]), export.integers([steps])],
      ["axis": .integer(0)], outputs: 2)
    order = "\(sorted):1"
  }

  /// Steps [steps, batch, width] with those that count in front.
  func inFront(_ steps: String, _ export: inout GraphExport) -> String {
    taken(steps, export.add("Unsqueeze", [order, export.integers([2])]), &export)
  }

  /// States [steps, directions, batch, units] of those in front, for all steps.
  func inPlace(_ states: String, isReversed: Bool, _ export: inout GraphExport) -> String {
    // How many count from where the recurrence begins up to a step.
    let seen = export.add(
      "CumSum", [counts, export.integer(0)], ["reverse": .integer(isReversed ? 1 : 0)])
    let place =
      isReversed
      ? export.add("Sub", [lengths, seen]) : export.add("Sub", [seen, whole(1, &export)])
    let first = export.add("Max", [place, whole(0, &export)])
    let axes = export.integers([1, 3])
    let places = export.add("Unsqueeze", [export.add("Min", [first, whole(last, &export)]), axes])
    let found = taken(states, places, &export)
    // Before the first that counts the state is 0.
    let hasBegun = export.add(
      "Cast", [export.add("Greater", [seen, whole(0, &export)])], ["to": .integer(1)])
    return export.add("Mul", [found, export.add("Unsqueeze", [hasBegun, axes])])
  }

  private func whole(_ value: Int, _ export: inout GraphExport) -> String {
    export.list("count \(value)", "count_\(value)", .integers([value]), .int32, extents: [])
  }

  /// Values at places along the first axis.
  private func taken(
    _ values: String, _ places: String, _ export: inout GraphExport
  ) -> String {
    let all = export.add("Expand", [places, export.add("Shape", [values])])
    return export.add("GatherElements", [values, all], ["axis": .integer(0)])
  }
}
