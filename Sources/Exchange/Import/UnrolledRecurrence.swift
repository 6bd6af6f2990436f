import Engine
import Networks

extension ImportedRecurrence {
  // MARK: Step by step

  /// The most steps that are written out.
  private static let mostSteps = 512

  /// What the engine's scan has not: a first state, lengths, peepholes, bounds, and a GRU that is reset before its
  /// product. Formulas: https://onnx.ai/onnx/operators, LSTM, GRU and RNN.
  func unrolled(_ direction: Int) throws -> Track {
    guard steps <= Self.mostSteps else {
      throw call.unsupported(
        "sequences", expected: "at most \(Self.mostSteps) steps for such a layer", found: "\(steps)"
      )
    }
    let (w, r) = (try part(1, direction), try part(2, direction))
    let units = w.shape[0] / gates
    let rows = try x.transposed(order: [1, 0, 2])
      .reshaped(
        to: TensorShape(checking: [TensorShape(checking: [steps, batch]).count, x.shape[2]]))
    let projected = try rows.matmul(w, otherTransposed: true)
      .reshaped(to: TensorShape(checking: [steps, batch, gates * units]))
    let cell = UnrolledCell(
      call: call, kind: kind, units: units, functions: try activations(direction), recurrent: r,
      bias: try call.has(3) ? part(3, direction) : nil,
      peepholes: try isUsed(7) ? part(7, direction) : nil)
    let shape = try TensorShape(checking: [batch, units])
    func first(_ place: Int) throws -> Node {
      guard try isUsed(place) else { return call.graph.constant(0, shape: shape) }
      let all = try call.input(place)
      let axis = isBatchFirst ? 1 : 0
      return try all.part(axis, direction, 1).reshaped(to: shape)
    }
    var (hidden, memory) = (try first(5), try first(6))
    var made = [Node?](repeating: nil, count: steps)
    for step in isReversed(direction) ? Array((0..<steps).reversed()) : Array(0..<steps) {
      let input = try projected.part(0, step, 1)
        .reshaped(to: TensorShape(checking: [batch, gates * units]))
      let next = try cell.next(input, hidden, memory)
      let counts = try marks(step, shape)
      made[step] = try counts.map { try next.hidden * $0 } ?? next.hidden
      hidden = try chosen(counts, next.hidden, hidden)
      memory = try chosen(counts, next.memory, memory)
    }
    let all = try made.map { try $0!.reshaped(to: TensorShape(checking: [1, batch, units])) }
    return Track(
      all: try Node.joined(all, axis: 0), hidden: hidden, memory: kind == .lstm ? memory : nil)
  }

  /// Which sequences have a step, 1 or 0; nil if all have it.
  private func marks(_ step: Int, _ shape: TensorShape) throws -> Node? {
    if let mask {
      return try mask.part(0, step, 1).reshaped(to: TensorShape(checking: [batch]))
    }
    guard let lengths, lengths.contains(where: { $0 <= step }) else { return nil }
    return try call.known(ONNXTensor("", extents: [batch], lengths.map { $0 > step ? 1 : 0 }))
      .repeated(to: shape, axes: [0])
  }

  private func chosen(_ marks: Node?, _ new: Node, _ old: Node) throws -> Node {
    guard let marks else { return new }
    return try marks.selected(
      greaterThan: call.graph.constant(0.5, shape: marks.shape), new, else: old)
  }
}

/// One step of a recurrent layer, as ops.
private struct UnrolledCell {
  let call: OperatorCall
  let kind: RecurrentCell.Kind
  let units: Int
  let functions: [ActivationFunction]
  /// [gates · units, units].
  let recurrent: Node
  /// Of the input and, behind it, of the state.
  let bias: Node?
  /// Of input, output and forget gate.
  let peepholes: Node?

  /// - Parameter input: its product with W, without bias.
  func next(_ input: Node, _ hidden: Node, _ memory: Node) throws -> (hidden: Node, memory: Node) {
    switch kind {
    case .lstm: try lstm(input, hidden, memory)
    case .gru: (try gru(input, hidden), memory)
    default:
      (try apply(0, gate(0, input, hidden.matmul(recurrent, otherTransposed: true))), memory)
    }
  }

  private func lstm(
    _ input: Node, _ hidden: Node, _ memory: Node
  ) throws -> (hidden: Node, memory: Node) {
    let state = try hidden.matmul(recurrent, otherTransposed: true)
    func through(_ place: Int, _ gate: Node, _ memory: Node) throws -> Node {
      guard let peepholes else { return gate }
      return try gate + memory
        * peepholes.part(0, place * units, units).repeated(to: memory.shape, axes: [1])
    }
    let opened = try apply(0, through(0, gate(0, input, state), memory))
    let isJoined = call.integer("input_forget", usual: 0) != 0
    let kept = try isJoined ? 1 - opened : apply(0, through(2, gate(2, input, state), memory))
    let new = try kept * memory + opened * apply(1, gate(3, input, state))
    let shown = try apply(0, through(1, gate(1, input, state), new))
    return (try shown * apply(2, new), new)
  }

  private func gru(_ input: Node, _ hidden: Node) throws -> Node {
    let state = try hidden.matmul(recurrent, otherTransposed: true)
    let update = try apply(0, gate(0, input, state))
    let reset = try apply(0, gate(1, input, state))
    let candidate: Node
    if call.integer("linear_before_reset", usual: 0) != 0 {
      let inner = try biased(columns(2, state), 3 + 2)
      candidate = try biased(columns(2, input), 2) + reset * inner
    } else {
      let rows = try recurrent.part(0, 2 * units, units)
      candidate = try gate(2, input, nil) + (reset * hidden).matmul(rows, otherTransposed: true)
    }
    return try (1 - update) * apply(1, bounded(candidate)) + update * hidden
  }

  /// The sum that goes into a gate; both biases with it.
  private func gate(_ place: Int, _ input: Node, _ state: Node?) throws -> Node {
    let gates = input.shape[1] / units
    let sum = try biased(biased(columns(place, input), place), gates + place)
    return try state.map { try bounded(sum + columns(place, $0)) } ?? sum
  }

  private func columns(_ place: Int, _ rows: Node) throws -> Node {
    try rows.part(1, place * units, units)
  }

  private func biased(_ sum: Node, _ place: Int) throws -> Node {
    guard let bias else { return sum }
    return try sum + bias.part(0, place * units, units).repeated(to: sum.shape, axes: [1])
  }

  private func bounded(_ sum: Node) throws -> Node {
    guard call.node.attributes["clip"] != nil else { return sum }
    let bound = call.number("clip", usual: 0).magnitude.inRange
    return try sum.clipped(low: -bound, high: bound)
  }

  private func apply(_ place: Int, _ sum: Node) throws -> Node { try functions[place](sum) }
}
