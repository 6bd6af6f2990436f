extension RecurrentScan {
  public func derivative(_ backward: Backward) throws -> [Node?] {
    let (given, gradient) = RecurrentScanGradient.Part.find(backward.gradient)
    let op = RecurrentScanGradient(scan: self, given: given, reachesInput: backward.isNeeded[0])
    let inputs = backward.inputs
    let all = try op.apply(
      to: [backward.output, inputs[2], gradient, inputs[0]] + (op.reachesInput ? [inputs[1]] : [])
        + (cell.isMasked ? [inputs[inputs.count - 1]] : []))
    let layout = op.layout([backward.output, inputs[2], gradient, inputs[0]].map(\.shape))
    func part(_ first: Int, _ shape: Shape) throws -> Node {
      try Slice(from: [first], shape: Shape(checking: [shape.count]))(all).reshaped(to: shape)
    }
    func weights(fromRow row: Int, _ shape: Shape) throws -> Node {
      try part(row * layout.gateWidth, shape)
    }
    var gradients: [Node?] = [
      op.reachesInput ? try part(layout.weights, inputs[0].shape) : nil,
      try weights(fromRow: 0, inputs[1].shape),
      try weights(fromRow: layout.inputRows, inputs[2].shape),
    ]
    if cell.hasBias {
      let rows = [layout.width, layout.inputRows + layout.units].prefix(cell.biasRows)
      let row = try rows.map { try weights(fromRow: $0, [layout.gateWidth]) }
      gradients.append(
        try (row.count == 1 ? row[0] : Concatenate(axis: 0).apply(to: row))
          .reshaped(to: inputs[3].shape))
    }
    return gradients + (cell.isMasked ? [nil] : [])
  }
}
