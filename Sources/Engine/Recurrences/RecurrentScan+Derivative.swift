extension Ops.RecurrentScan {
  public func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    let (given, gradient) = Ops.RecurrentScanGradient.Part.find(backward.gradient)
    let inputs = backward.inputs
    let walk = Ops.RecurrentScanGradient(self, given: given)
    let walked =
      [backward.output, inputs[2], gradient] + (cell.isMasked ? [inputs[inputs.count - 1]] : [])
    let op = Ops.RecurrentWeightGradient(deltas: walk, reachesInput: backward.isNeeded[0])
    let own = Array(inputs[..<op.ownInputs])
    let all = try op.apply(to: [walk.apply(to: walked)] + own + walked)
    let layout = op.layout((own + walked).map(\.shape))
    func part(_ first: Int, _ shape: TensorShape) throws -> Node {
      try Ops.Slice(from: [first], shape: TensorShape(checking: [shape.count]))(all).reshaped(
        to: shape)
    }
    func weights(fromRow row: Int, _ shape: TensorShape) throws -> Node {
      try part(row * layout.gateWidth, shape)
    }
    var gradients: [InputGradient] = [
      op.reachesInput ? .node(try part(layout.weights, inputs[0].shape)) : .notWritten,
      .node(try weights(fromRow: 0, inputs[1].shape)),
      .node(try weights(fromRow: layout.inputRows, inputs[2].shape)),
    ]
    if cell.hasBias {
      let rows = try [layout.width, layout.inputRows + layout.units].prefix(cell.biasRows)
        .map { try weights(fromRow: $0, TensorShape(checking: [layout.gateWidth])) }
      let bias = rows.count == 1 ? rows[0] : try Ops.Concatenate(axis: 0).apply(to: rows)
      gradients.append(.node(try bias.reshaped(to: inputs[3].shape)))
    }
    return gradients + (cell.isMasked ? [.zero] : [])
  }
}
