import Engine
import Networks

/// A recurrent layer as ONNX has it: W [directions, gates · units, width], R [directions, gates · units, units],
/// B [directions, 2 · gates · units], and more that is seldom used.
struct ImportedRecurrence {
  let call: OperatorCall
  let kind: RecurrentCell.Kind
  let isBatchFirst: Bool
  /// [batch, steps, width].
  let x: Node
  var batch: Int { x.shape[0] }
  var steps: Int { x.shape[1] }
  private let direction: String
  var directions: Int { direction == "bidirectional" ? 2 : 1 }
  /// How many steps of each sequence count; nil for all.
  private(set) var lengths: [Int]?
  /// The same where it is computed, as 1 for those that count, [steps, batch].
  private(set) var mask: Node?

  /// What one direction makes.
  struct Track {
    /// Of all steps, [steps, batch, units] in some axes, the last, and the last memory of an LSTM.
    var all, hidden: Node
    var memory: Node?
  }

  init(_ call: OperatorCall, _ kind: RecurrentCell.Kind) throws {
    (self.call, self.kind) = (call, kind)
    isBatchFirst = call.integer("layout", usual: 0) == 1
    direction = call.text("direction", usual: "forward")
    let given = try call.input(0)
    guard given.shape.rank == 3, given.shape.count > 0 else {
      throw Problem.shape("input", expected: "sequences of 3 axes", found: "\(given.shape)")
    }
    x = isBatchFirst ? given : try given.transposed(order: [1, 0, 2])
    for place in 1...(call.has(3) ? 3 : 2) {
      let shape = try call.value(place).shape
      guard shape.rank == (place == 3 ? 2 : 3), shape[0] == directions, shape.count > 0,
        shape[1].isMultiple(of: (place == 3 ? 2 : 1) * gates)
      else {
        throw Problem.shape(
          "weights", expected: "[\(directions), \(gates) · units, width]", found: "\(shape)")
      }
    }
    if call.has(4), case .computed(let value) = try call.value(4) {
      mask = try mask(value.node)
    } else if let counts = try call.known(4)?.integers, counts.contains(where: { $0 != steps }) {
      guard counts.count == batch, counts.allSatisfy({ (0...steps).contains($0) }) else {
        throw Problem.shape(
          "sequence_lens", expected: "\(batch) numbers of 0 to \(steps)", found: "\(counts)")
      }
      lengths = counts
    }
  }

  /// 1 for the first steps of each sequence, as many as there are, [steps, batch].
  private func mask(_ lengths: Node) throws -> Node {
    guard lengths.shape.extents == [batch] else {
      throw Problem.shape("sequence_lens", expected: "\(batch) numbers", found: "\(lengths.shape)")
    }
    let shape = try TensorShape(checking: [steps, batch])
    let places = try call.known(
      ONNXTensor("", extents: [steps], (0..<steps).map { Float($0) + 0.5 })
    ).repeated(to: shape, axes: [0])
    return try lengths.repeated(to: shape, axes: [1]).selected(
      greaterThan: places, call.graph.constant(1, shape: shape),
      else: call.graph.constant(0, shape: shape))
  }

  var gates: Int { kind == .lstm ? 4 : kind == .gru ? 3 : 1 }

  func isReversed(_ place: Int) -> Bool { direction == "reverse" || place == 1 }

  // MARK: Parts

  /// One direction of an input, without the axis of directions.
  func part(_ place: Int, _ direction: Int) throws -> Node {
    try call.input(place, as: "direction \(direction)") { whole in
      try whole.part(0, direction, 1)
        .reshaped(to: TensorShape(checking: Array(whole.shape.extents.dropFirst())))
    }
  }

  /// Whether an input is given and not known to be 0 everywhere.
  func isUsed(_ place: Int) throws -> Bool {
    guard call.has(place) else { return false }
    guard case .known(let tensor) = try call.value(place) else { return !isZero(place) }
    return tensor.onlyNumber != 0
  }

  /// Whether an input is computed as the constant 0, as extents that are known only later make it.
  private func isZero(_ place: Int) -> Bool {
    guard case .computed(let value)? = try? call.value(place),
      case .constant(0) = value.node.graph.records[value.node.id].source
    else { return false }
    return true
  }

  /// Whether the engine's own scan has all of it.
  var isPlain: Bool {
    get throws {
      let isOdd = try isUsed(5) || isUsed(6) || isUsed(7)
      let names = try activations(0)
      return !isOdd && lengths == nil && call.node.attributes["clip"] == nil
        && call.integer("input_forget", usual: 0) == 0
        && (kind != .gru || call.integer("linear_before_reset", usual: 0) != 0)
        && (kind != .lstm || names[1] == names[2])
    }
  }

  /// The functions of a direction: gates, candidate, and of an LSTM its output.
  func activations(_ direction: Int) throws -> [ActivationFunction] {
    let each = kind == .lstm ? 3 : kind == .gru ? 2 : 1
    var names = kind == .simple ? ["Tanh"] : ["Sigmoid", "Tanh", "Tanh"]
    var alphas: [Float] = []
    if case .floats(let list) = call.node.attributes["activation_alpha"] { alphas = list }
    if case .texts(let list) = call.node.attributes["activations"],
      list.count >= each * (direction + 1)
    {
      names = Array(list[each * direction..<each * (direction + 1)])
    }
    return try (0..<each).map { place in
      let number = each * direction + place
      let alpha = number < alphas.count ? Double(alphas[number]) : nil
      return switch names[place].lowercased() {
      case "sigmoid": ActivationFunction(Ops.Sigmoid())
      case "tanh": ActivationFunction(Ops.Tanh())
      case "relu": ActivationFunction(Ops.ReLU())
      case "softplus": ActivationFunction(Ops.Softplus())
      case "leakyrelu": ActivationFunction(Ops.LeakyReLU(slope: alpha ?? 0.01))
      case "elu": ActivationFunction(Ops.ELU(scale: alpha ?? 1))
      default:
        throw call.unsupported(
          "activations", expected: "Sigmoid, Tanh, Relu, Softplus, LeakyRelu or Elu",
          found: names[place])
      }
    }
  }
}

extension ImportedRecurrence {
  // MARK: The engine's scan

  func scanned(_ direction: Int) throws -> Track {
    let functions = try activations(direction)
    func op(_ place: Int) -> any ElementwiseOp {
      (functions[place].op as? any ElementwiseOp) ?? Ops.Linear()
    }
    let cell = RecurrentCell(
      kind, activation: op(kind == .simple ? 0 : 1), gateActivation: op(0), hasBias: call.has(3),
      isMasked: mask != nil)
    let scan = Ops.RecurrentScan(cell, isReversed: isReversed(direction))
    var inputs = [x, try kernel(1, direction), try kernel(2, direction)]
    if cell.hasBias { inputs.append(try bias(direction)) }
    if let mask { inputs.append(mask) }
    let kept = try scan.apply(to: inputs)
    let units = kept.shape[3]
    func state(_ slot: Int, _ first: Int, _ count: Int) throws -> Node {
      try kept.sliced(
        from: [slot, first, 0, 0], shape: TensorShape(checking: [1, count, batch, units]))
    }
    func last(_ slot: Int) throws -> Node {
      try state(slot, isReversed(direction) ? 0 : steps - 1, 1)
        .reshaped(to: TensorShape(checking: [batch, units]))
    }
    // What is left out keeps the state here, and is 0 there.
    let all = try state(0, 0, steps)
    let whole = try mask.map { try all * $0.repeated(to: all.shape, axes: [1, 2]) } ?? all
    return Track(
      all: whole, hidden: try last(0), memory: try kind == .lstm ? last(1) : nil)
  }

  /// Gates in our order: i, o, f, c there, i, f, c, o here.
  private func ordered(_ rows: Node) throws -> Node {
    guard kind == .lstm else { return rows }
    let size = rows.shape[0] / 4
    return try Node.joined([0, 2, 3, 1].map { try rows.part(0, $0 * size, size) }, axis: 0)
  }

  private func kernel(_ place: Int, _ direction: Int) throws -> Node {
    try call.input(place, as: "kernel of direction \(direction)") { whole in
      let rows = try whole.part(0, direction, 1)
        .reshaped(to: TensorShape(checking: [whole.shape[1], whole.shape[2]]))
      return try ordered(rows).transposed(order: [1, 0])
    }
  }

  /// Two rows of a GRU, whose reset stands between them; else their sum.
  private func bias(_ direction: Int) throws -> Node {
    try call.input(3, as: "bias of direction \(direction)") { whole in
      let count = whole.shape[1] / 2
      let both = try whole.part(0, direction, 1).reshaped(to: TensorShape(checking: [2 * count]))
      let (input, state) = (try both.part(0, 0, count), try both.part(0, count, count))
      guard kind == .gru else { return try ordered(input) + ordered(state) }
      return try both.reshaped(to: TensorShape(checking: [2, count]))
    }
  }
}
