/// The definition.
extension RecurrentScanGradient {
  func value<N: Number>(at cell: Int, _ inputs: [Cells<N>]) -> N {
    let layout = layout(inputs.map(\.shape))
    if cell >= layout.weights {
      let (place, body) = (cell - layout.weights, body)
      let batch = place / layout.width / layout.steps
      let rows = rows(inputs, body, batch: batch)
      return inputGradient(place, layout, body, inputs) { _, step in rows[step] }
    }
    let body = body
    let all = (0..<layout.batch).map { rows(inputs, body, batch: $0) }
    return weightGradient(cell, layout, body, inputs) { all[$0][$1] }
  }

  func values<N: Number>(_ inputs: [Cells<N>], count: Int) -> [N] {
    let (layout, body) = (layout(inputs.map(\.shape)), body)
    let all = (0..<layout.batch).map { rows(inputs, body, batch: $0) }
    return (0..<count).map { cell in
      cell < layout.weights
        ? weightGradient(cell, layout, body, inputs) { all[$0][$1] }
        : inputGradient(cell - layout.weights, layout, body, inputs) { all[$0][$1] }
    }
  }

  /// Σ over steps and examples of what a row of the weights was multiplied with, times δ.
  private func weightGradient<N: Number>(
    _ cell: Int, _ layout: ScanGradientLayout, _ body: CellBody, _ inputs: [Cells<N>],
    _ rows: (_ batch: Int, _ step: Int) -> [N]
  ) -> N {
    let (row, column) = (cell / layout.gateWidth, cell % layout.gateWidth)
    let isOfInput = row < layout.inputRows
    let first = isOfInput ? body.inputBlocks[column / layout.units] : body.firstRecurrentBlock
    let place =
      isOfInput ? first * layout.units + column % layout.units : first * layout.units + column
    var sum: N = 0
    for at in 0..<layout.steps {
      let step = scan.step(at, of: layout.steps)
      for batch in 0..<layout.batch {
        let delta = rows(batch, step)[place]
        if row == layout.width && isOfInput || row - layout.inputRows == layout.units {
          sum = sum + delta
        } else if isOfInput {
          sum = sum + inputs[3][[batch, step, row]] * delta
        } else if at > 0 {
          let before = scan.step(at - 1, of: layout.steps)
          sum = sum + inputs[0][[0, before, batch, row - layout.inputRows]] * delta
        }
      }
    }
    return sum
  }

  private func inputGradient<N: Number>(
    _ place: Int, _ layout: ScanGradientLayout, _ body: CellBody, _ inputs: [Cells<N>],
    _ rows: (_ batch: Int, _ step: Int) -> [N]
  ) -> N {
    let row = rows(place / layout.width / layout.steps, place / layout.width % layout.steps)
    return (0..<layout.gateWidth).reduce(0) { sum, column in
      let block = body.inputBlocks[column / layout.units]
      return sum + row[block * layout.units + column % layout.units]
        * inputs[4][[place % layout.width, column]]
    }
  }

  /// By step, [block, unit] of one example: δ, ∂loss/∂(input's and recurrent product's parts of each gate);
  /// see ``CellBody/blocks``.
  private func rows<N: Number>(
    _ inputs: [Cells<N>], _ body: CellBody, batch: Int
  ) -> [[N]] {
    let kept = inputs[0].shape
    let (steps, units) = (kept[1], kept[3])
    var found = [[N]](repeating: [], count: steps)
    var carry = [[N]](
      repeating: [N](repeating: 0, count: units), count: scan.cell.states.count)
    var productCarry = [N](repeating: 0, count: units)
    for place in stride(from: steps - 1, through: 0, by: -1) {
      let step = scan.step(place, of: steps)
      var row = [N](repeating: 0, count: body.blocks * units)
      var next = carry
      for unit in 0..<units {
        let values: [N] = body.backward.evaluate { leaf in
          switch leaf {
          case .saved(let slot): inputs[0][[slot, step, batch, unit]]
          case .state(let state):
            place == 0
              ? 0 : inputs[0][[state, scan.step(place - 1, of: steps), batch, unit]]
          case .gradient(let slot): gradient(inputs[2], slot, step, batch, unit)
          case .carry(let state): carry[state][unit]
          case .productCarry: productCarry[unit]
          case .mask: inputs[inputs.count - 1][[step, batch]]
          case .total, .input, .product, .bias: preconditionFailure("not kept: \(leaf)")
          }
        }
        for block in 0..<body.blocks { row[block * units + unit] = values[block] }
        for state in carry.indices { next[state][unit] = values[body.blocks + state] }
      }
      found[step] = row
      let flows = scan.gradientFlows(intoPlaceBefore: place)
      carry = flows ? next : next.map { $0.map { _ in 0 } }
      let first = body.firstRecurrentBlock * units
      for unit in 0..<units {
        var sum: N = 0
        for gate in 0..<scan.cell.gates * units where flows {
          sum = sum + row[first + gate] * inputs[1][[unit, gate]]
        }
        productCarry[unit] = sum
      }
    }
    return found
  }

  private func gradient<N: Number>(
    _ input: Cells<N>, _ slot: Int, _ step: Int, _ batch: Int, _ unit: Int
  ) -> N {
    guard given.steps.contains(step) else { return 0 }
    return input[[slot - given.slots.lowerBound, step - given.steps.lowerBound, batch, unit]]
  }
}
