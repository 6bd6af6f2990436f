extension RecurrentScan {
  public func derivative(_ backward: Backward) throws -> [Node?] {
    let (kept, kernel) = (backward.output, backward.inputs[1])
    let (part, gradient) = RecurrentScanGradient.Part.find(backward.gradient)
    let op = RecurrentScanGradient(scan: self, given: part)
    let mask = cell.isMasked ? [backward.inputs[backward.inputs.count - 1]] : []
    let all = try op.apply(to: [kept, kernel, gradient] + mask)
    let (body, units) = (op.body, kernel.shape[0])
    let first = body.firstRecurrentBlock * units
    let kernelGradient = try RecurrentKernelGradient(scan: self, firstColumn: first)(kept, all)
    var gradients: [Node?] = [
      try Self.columns(body.inputBlocks, of: all, units: units), kernelGradient,
    ]
    if cell.hasBias {
      let sums = try Sum(axes: 0..<2)(all)
      var rows = [try Self.columns(body.inputBlocks, of: sums, units: units)]
      if cell.biasRows == 2 {
        let products = Array(body.firstRecurrentBlock..<body.blocks)
        rows.append(try Self.columns(products, of: sums, units: units))
      }
      let row = rows.count == 1 ? rows[0] : try Concatenate(axis: 0).apply(to: rows)
      gradients.append(try row.reshaped(to: backward.inputs[2].shape))
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
