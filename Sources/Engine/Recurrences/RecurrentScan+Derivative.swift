extension RecurrentScan {
  public func derivative(_ backward: Backward) throws -> [Node?] {
    let (x, kernel) = (backward.inputs[0], backward.inputs[1])
    let (kept, recurrentKernel) = (backward.output, backward.inputs[2])
    let (part, gradient) = RecurrentScanGradient.Part.find(backward.gradient)
    let op = RecurrentScanGradient(scan: self, given: part)
    let mask = cell.isMasked ? [backward.inputs[backward.inputs.count - 1]] : []
    let all = try op.apply(to: [kept, recurrentKernel, gradient] + mask)
    let (body, units) = (op.body, recurrentKernel.shape[0])
    let first = body.firstRecurrentBlock * units
    // All steps at once, step by step so that their rows are neighbours.
    let (batch, steps, width) = (x.shape[0], x.shape[1], x.shape[2])
    let ofInput = try Self.columns(body.inputBlocks, of: all, units: units)
      .reshaped(to: Shape(checking: [steps * batch, kernel.shape[1]]))
    let rows = try Transpose(order: [1, 0, 2])(x)
      .reshaped(to: Shape(checking: [steps * batch, width]))
    let inputGradient = try MatrixProduct(transposesB: true)(ofInput, kernel)
      .reshaped(to: Shape(checking: [steps, batch, width]))
    var gradients: [Node?] = [
      try Transpose(order: [1, 0, 2])(inputGradient),
      try MatrixProduct(transposesA: true)(rows, ofInput),
      try RecurrentKernelGradient(scan: self, firstColumn: first)(kept, all),
    ]
    if cell.hasBias {
      let sums = try Sum(axes: 0..<2)(all)
      var rows = [try Self.columns(body.inputBlocks, of: sums, units: units)]
      if cell.biasRows == 2 {
        let products = Array(body.firstRecurrentBlock..<body.blocks)
        rows.append(try Self.columns(products, of: sums, units: units))
      }
      let row = rows.count == 1 ? rows[0] : try Concatenate(axis: 0).apply(to: rows)
      gradients.append(try row.reshaped(to: backward.inputs[3].shape))
    }
    return gradients + mask.map { _ in nil }
  }

  /// Blocks of the last axis in another order.
  private static func columns(_ blocks: [Int], of node: Node, units: Int) throws -> Node {
    let axis = node.shape.rank - 1
    if blocks == Array(0..<node.shape[axis] / units) { return node }
    let parts = try blocks.map { block in
      var starts = [Int](repeating: 0, count: axis + 1)
      starts[axis] = block * units
      let extents = node.shape.extents.dropLast() + [units]
      return try Slice(from: starts, shape: Shape(checking: Array(extents)))(node)
    }
    return parts.count == 1 ? parts[0] : try Concatenate(axis: axis).apply(to: parts)
  }
}
