import Engine
import Networks

extension ONNXOperators {
  static let recurrences: [String: Operator] = [
    "LSTM": { call in try recurrence(&call, .lstm) },
    "GRU": { call in try recurrence(&call, .gru) },
    "RNN": { call in try recurrence(&call, .simple) },
  ]

  /// [steps, batch, width] there, [batch, steps, width] here; with `layout` 1 the same there.
  private static func recurrence(
    _ call: inout OperatorCall, _ kind: RecurrentCell.Kind
  ) throws -> [ImportedValue] {
    let isBatchFirst = call.integer("layout", usual: 0) == 1
    let given = try call.input(0)
    guard given.shape.rank == 3 else {
      throw Problem.shape("input", expected: "sequences of 3 axes", found: "\(given.shape)")
    }
    let x = isBatchFirst ? given : try given.transposed(order: [1, 0, 2])
    let (batch, steps) = (x.shape[0], x.shape[1])
    try check(&call, kind, batch: batch, steps: steps)
    let direction = call.text("direction", usual: "forward")
    let count = direction == "bidirectional" ? 2 : 1
    var (all, hidden, memory): ([Node], [Node], [Node]) = ([], [], [])
    for place in 0..<count {
      let isReversed = direction == "reverse" || place == 1
      let cell = try self.cell(call, kind, place)
      let scan = Ops.RecurrentScan(cell, isReversed: isReversed)
      let kept = try scan.apply(to: [x] + weights(&call, kind, place, cell.hasBias))
      let units = kept.shape[3]
      let last = isReversed ? 0 : steps - 1
      func state(_ slot: Int, _ first: Int, _ count: Int) throws -> Node {
        try kept.sliced(
          from: [slot, first, 0, 0], shape: TensorShape(checking: [1, count, batch, units]))
      }
      // [steps, 1, batch, units] and [1, batch, units].
      all.append(
        try state(0, 0, steps).reshaped(to: TensorShape(checking: [steps, 1, batch, units])))
      hidden.append(
        try state(0, last, 1).reshaped(to: TensorShape(checking: [1, batch, units])))
      if kind == .lstm {
        memory.append(
          try state(1, last, 1).reshaped(to: TensorShape(checking: [1, batch, units])))
      }
    }
    func joined(_ parts: [Node], _ axis: Int) throws -> Node {
      parts.count == 1 ? parts[0] : try Ops.Concatenate(axis: axis).apply(to: parts)
    }
    var results = [try joined(all, 1), try joined(hidden, 0)]
    if kind == .lstm { results.append(try joined(memory, 0)) }
    if isBatchFirst {
      results = try results.enumerated().map { place, node in
        try node.transposed(order: place == 0 ? [2, 0, 1, 3] : [1, 0, 2])
      }
    }
    return results.map { .computed($0) }
  }

  /// What the engine's cells do not have is refused by name.
  private static func check(
    _ call: inout OperatorCall, _ kind: RecurrentCell.Kind, batch: Int, steps: Int
  ) throws {
    if call.has(4) {
      guard let lengths = try? call.known(4)?.integers, lengths.allSatisfy({ $0 == steps }) else {
        throw call.unsupported(
          "sequence_lens", expected: "\(steps) for every sequence", found: "others")
      }
    }
    for place in [5, 6] where call.has(place) {
      guard let start = try? call.known(place)?.doubles, start.allSatisfy({ $0 == 0 }) else {
        throw call.unsupported(
          "initial state", expected: "zeros", found: "others")
      }
    }
    if call.has(7), try call.known(7)?.doubles?.allSatisfy({ $0 == 0 }) != true {
      throw call.unsupported("peepholes", expected: "none", found: "weights of them")
    }
    if call.node.attributes["clip"] != nil {
      throw call.unsupported("clip", expected: "none", found: "a bound")
    }
    if call.integer("input_forget", usual: 0) != 0 {
      throw call.unsupported("input_forget", expected: "0", found: "1")
    }
    if kind == .gru, call.integer("linear_before_reset", usual: 0) == 0 {
      throw call.unsupported(
        "linear_before_reset", expected: "1, as PyTorch and Keras have it", found: "0")
    }
  }

  private static func cell(
    _ call: OperatorCall, _ kind: RecurrentCell.Kind, _ direction: Int
  ) throws -> RecurrentCell {
    let each = kind == .lstm ? 3 : kind == .gru ? 2 : 1
    let usual = kind == .simple ? ["Tanh"] : ["Sigmoid", "Tanh", "Tanh"]
    var names = Array(usual.prefix(each))
    if case .texts(let list) = call.node.attributes["activations"],
      list.count >= each * (direction + 1)
    {
      names = Array(list[each * direction..<each * (direction + 1)])
    }
    var alphas: [Float] = []
    if case .floats(let list) = call.node.attributes["activation_alpha"] { alphas = list }
    func function(_ place: Int) throws -> any ElementwiseOp {
      let alpha =
        each * direction + place < alphas.count ? Double(alphas[each * direction + place]) : nil
      switch names[place].lowercased() {
      case "sigmoid": return Ops.Sigmoid()
      case "tanh": return Ops.Tanh()
      case "relu": return Ops.ReLU()
      case "softplus": return Ops.Softplus()
      case "leakyrelu": return Ops.LeakyReLU(slope: alpha ?? 0.01)
      case "elu": return Ops.ELU(scale: alpha ?? 1)
      default:
        throw call.unsupported(
          "activations", expected: "Sigmoid, Tanh, Relu, Softplus, LeakyRelu or Elu",
          found: names[place])
      }
    }
    if kind == .lstm, names[1] != names[2] {
      throw call.unsupported(
        "activations", expected: "the same for candidate and output",
        found: "\(names[1]), \(names[2])")
    }
    return RecurrentCell(
      kind, activation: try function(kind == .simple ? 0 : 1), gateActivation: try function(0),
      hasBias: call.has(3))
  }

  /// Kernel, recurrent kernel and bias of one direction, in the order of our gates.
  private static func weights(
    _ call: inout OperatorCall, _ kind: RecurrentCell.Kind, _ direction: Int, _ hasBias: Bool
  ) throws -> [Node] {
    // i, o, f, c there, i, f, c, o here.
    let order = kind == .lstm ? [0, 2, 3, 1] : kind == .gru ? [0, 1, 2] : [0]
    func kernel(_ place: Int) throws -> Node {
      try call.weight(place, as: "direction \(direction)") { tensor in
        try tensor.gates(order, direction).transposed([1, 0])
      }
    }
    var weights = [try kernel(1), try kernel(2)]
    if hasBias {
      weights.append(
        try call.weight(3, as: "direction \(direction)") { tensor in
          let count = tensor.shape[1] / 2
          let flat = Array(tensor.values[direction * 2 * count..<(direction + 1) * 2 * count])
          let parts = try [flat[..<count], flat[count...]].map { part in
            try Tensor(TensorShape(checking: [1, count, 1]), Array(part)).gates(order, 0).values
          }
          // Two rows of a GRU, whose reset stands between them; else their sum.
          return kind == .gru
            ? try Tensor(TensorShape(checking: [2, count]), parts[0] + parts[1])
            : try Tensor(TensorShape(checking: [count]), zip(parts[0], parts[1]).map { $0 + $1 })
        })
    }
    return weights
  }
}

extension Tensor {
  /// Of [directions, gates · units, width] one direction, with its gates in another order.
  fileprivate func gates(_ order: [Int], _ direction: Int) throws -> Tensor {
    guard shape.rank == 3, direction < shape[0], shape[1] % order.count == 0 else {
      throw Problem.shape(
        "weights", expected: "[directions, \(order.count) · units, width]", found: "\(shape)")
    }
    let size = shape[1] / order.count * shape[2]
    let first = direction * shape[1] * shape[2]
    let values = order.flatMap { Array(self.values[first + $0 * size..<first + ($0 + 1) * size]) }
    return try Tensor(TensorShape(checking: [shape[1], shape[2]]), values)
  }
}
