import Engine
import Networks

/// What a network computes with each of its weights, from which follows how PyTorch lays them.
///
/// Read off the ops, so that layers of the user's own and layers of ops are known as well: the kernel of a
/// convolution is [rows, columns, in ÷ groups, out] here and [out, in ÷ groups, rows, columns] there, that of a
/// product [in, out] here and [out, in] there. Images that are made flat have their channels first there, which
/// orders the rows of the next product anew, and every weight in between.
struct WeightUses {
  /// What a weight is used as.
  enum Role {
    /// Added, multiplied: along the last axis, as it lies here.
    case plain
    /// Of a product or a convolution.
    case kernel
    /// Of which rows are looked up.
    case table
    /// Of a recurrence: its place among the inputs, 1 the kernel, 2 that of the state, 3 the bias.
    case recurrent(RecurrentCell.Kind, Int)
  }

  struct Use {
    var role = Role.plain
    /// From here to there. Of a recurrence's biases: of each of the two.
    var turns: [Turn] = []
  }

  /// By the names of the weights.
  private(set) var uses: [String: Use] = [:]
  private var values: [Value] = []

  /// What is known of a node's value.
  private struct Value {
    let shape: TensorShape
    let inputs: [Int]
    /// Does it depend on what the network is given?
    var isComputed = false
    /// Does PyTorch have its channels before its other axes?
    var isChannelsFirst = false
    /// Where it stands in another order along the last axis there: for each place there the one here.
    var order: [Int]?
    /// The weight that it is, and how it was laid anew since.
    var weight: (name: String, turns: [Turn])?
  }

  /// - Throws: `Problem` for a network that cannot be built.
  init(_ model: Model) throws {
    let graph = Graph()
    // With a batch of more than one no axis is taken for another.
    let input = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [2] + model.inputShape.extents))
    _ = try model.network(input)
    for record in graph.records { try add(record) }
  }

  private mutating func add(_ record: Graph.Record) throws {
    var value = Value(shape: record.shape, inputs: record.inputs)
    switch record.source {
    case .input:
      value.isComputed = true
      value.isChannelsFirst = record.shape.rank == 4
    case .variable(let variable): value.weight = (variable.name, [])
    case .constant: break
    case .op(let op):
      let inputs = record.inputs.map { values[$0] }
      value.isComputed = inputs.contains(where: \.isComputed)
      value.isChannelsFirst = Self.isChannelsFirst(op, inputs, record.shape)
      value.weight = Self.weight(op, inputs, record.shape)
      value.order = order(op, inputs, record.shape)
      if value.weight == nil { try use(op, record) }
      // What is computed with numbers in another order is in that order itself.
      if let order = value.order, inputs.contains(where: { $0.order == nil }) {
        for place in record.inputs where values[place].order == nil { mark(place, order) }
      }
    }
    values.append(value)
  }

  // MARK: Values

  /// Whether what an op makes has its channels first there: windows make it so, products of rows the opposite, and
  /// axes that are turned here stand as they stand there.
  private static func isChannelsFirst(
    _ op: any Op, _ inputs: [Value], _ shape: TensorShape
  ) -> Bool {
    switch op {
    case is Ops.Convolution, is Ops.MaxPool, is Ops.AveragePool: return true
    case is Ops.MatrixProduct, is Ops.BatchedMatrixProduct, is Ops.RecurrentScan, is Ops.Gather,
      is Ops.Transpose:
      return false
    default:
      guard let first = inputs.first(where: \.isComputed) else { return false }
      // A row that becomes an image.
      let isImage = shape.rank == 4 && first.shape.rank == 2 && shape[0] == first.shape[0]
      return first.isChannelsFirst || isImage
    }
  }

  /// A weight in another shape is still the weight.
  private static func weight(
    _ op: any Op, _ inputs: [Value], _ shape: TensorShape
  ) -> (name: String, turns: [Turn])? {
    guard inputs.count == 1, let (name, turns) = inputs[0].weight else { return nil }
    switch op {
    case is Ops.Reshape: return (name, turns + [.shape(from: inputs[0].shape, to: shape)])
    case let op as Ops.Transpose: return (name, turns + [.axes(op.order)])
    default: return nil
    }
  }

  /// The order along the last axis of what an op makes, where it is another one there.
  private func order(_ op: any Op, _ inputs: [Value], _ shape: TensorShape) -> [Int]? {
    if op is Ops.Reshape, let made = madeFlat(inputs[0], shape) { return made }
    if let op = op as? Ops.Concatenate, op.axis == shape.rank - 1,
      inputs.contains(where: { $0.order != nil })
    {
      var (order, first) = ([Int](), 0)
      for input in inputs {
        let width = input.shape.extents.last ?? 0
        order += (input.order ?? Array(0..<width)).map { $0 + first }
        first += width
      }
      return order
    }
    guard op is any ElementwiseOp || op is Ops.Reshape || op is Ops.Softmax || op is Ops.LogSoftmax
    else { return nil }
    return inputs.first { $0.order != nil && $0.shape == shape }?.order
  }

  /// The order of an image, or a series, that was made flat.
  private func madeFlat(_ image: Value, _ shape: TensorShape) -> [Int]? {
    let extents = image.shape.extents
    guard image.isComputed, image.isChannelsFirst, (3...4).contains(extents.count),
      let channels = extents.last, shape.extents == [extents[0], image.shape.count / extents[0]]
    else { return nil }
    let cells = extents.dropFirst().dropLast().reduce(1, *)
    guard cells > 1, channels > 1 else { return nil }
    return (0..<channels).flatMap { channel in (0..<cells).map { $0 * channels + channel } }
  }

  // MARK: Weights

  private mutating func use(_ op: any Op, _ record: Graph.Record) throws {
    switch op {
    case is Ops.Convolution:
      let kernel = values[record.inputs[1]]
      try set(record.inputs[1], .kernel) { own in
        // A series has a window of one row.
        let there = try kernel.shape.turned(by: [.axes([3, 2, 0, 1])])
        let series = try TensorShape(checking: [there[0], there[1], there[2] * there[3]])
        return [.axes([3, 2, 0, 1])] + (own == 3 ? [.shape(from: there, to: series)] : [])
      }
    case let op as Ops.MatrixProduct:
      let order = values[record.inputs[0]].order
      try set(record.inputs[1], .kernel) { _ in
        let rows = order.map { [Turn.rows($0)] } ?? []
        return (op.transposesB ? [.axes([1, 0])] : []) + rows + [.axes([1, 0])]
      }
    case is Ops.Gather: try set(record.inputs[0], .table) { _ in [] }
    case let op as Ops.RecurrentScan:
      let units = values[record.inputs[2]].shape[0]
      for part in 1...(op.cell.hasBias ? 3 : 2) {
        try set(record.inputs[part], .recurrent(op.cell.kind, part)) { _ in
          (part < 3 ? [.axes([1, 0])] : []) + Self.gates(op.cell, units)
        }
      }
    default:
      for place in record.inputs where values[place].shape.rank < 2 {
        try set(place, .plain) { _ in [] }
      }
    }
  }

  /// The update gate of a GRU comes first here, its reset gate there.
  private static func gates(_ cell: RecurrentCell, _ units: Int) -> [Turn] {
    guard cell.kind == .gru else { return [] }
    return [.rows([1, 0, 2].flatMap { gate in (0..<units).map { gate * units + $0 } })]
  }

  /// - Parameter turns: what is done after the weight was laid anew, for its rank here.
  private mutating func set(
    _ place: Int, _ role: Role, _ turns: (Int) throws -> [Turn]
  ) throws {
    guard let (name, before) = values[place].weight else { return }
    if let known = uses[name] {
      guard case .plain = known.role else { return }
    }
    let rank =
      switch before.first {
      case .shape(let from, _): from.rank
      default: values[place].shape.rank
      }
    uses[name] = try Use(role: role, turns: before + turns(rank))
  }

  /// Weights along an axis whose order is another one there, and what is computed from them alone.
  private mutating func mark(_ place: Int, _ order: [Int]) {
    let value = values[place]
    guard !value.isComputed, value.order == nil, value.shape.extents.last == order.count else {
      return
    }
    values[place].order = order
    if let (name, turns) = value.weight, value.shape.rank == 1 {
      if case .plain = uses[name, default: Use()].role {
        uses[name] = Use(turns: turns + [.rows(order)])
      }
    }
    for input in value.inputs { mark(input, order) }
  }
}
