extension Ops.RecurrentScan: StepwiseOp {
  package var cellKinds: [CellKind] { body.kinds }

  package func place(of cell: Int, in shape: TensorShape) -> CellPlace {
    let (batch, units) = (shape[2], shape[3])
    return CellPlace(
      kind: body.slotPlaces[cell / (shape[1] * batch * units)],
      step: cell / (batch * units) % shape[1], example: cell / units % batch, unit: cell % units)
  }

  package func value<N: NumericScalar>(
    at cell: Int, _ inputs: [Elements<N>], results: Elements<N>
  ) -> N {
    let shape = results.shape
    let position = shape.position(ofFlatIndex: cell)
    let (step, batch, unit) = (position[1], position[2], position[3])
    let place = isReversed ? shape[1] - 1 - step : step
    let before = place > 0 ? self.step(place - 1, of: shape[1]) : nil
    let sums = GateSums(self, inputs, step: step, batch: batch)
    func state(_ state: Int, _ unit: Int) -> N {
      before.map { results[[state, $0, batch, unit]] } ?? 0
    }
    let mask: N = self.cell.isMasked ? inputs[inputs.count - 1][[step, batch]] : 1
    return body.forward.evaluate(
      result: position[0], counts: mask.real > 0.5,
      other: { body.slotPlaces[$0] == nil ? nil : results[[$0, step, batch, unit]] }
    ) { leaf in
      sums.value(leaf, unit, before == nil ? nil : { state(0, $0) })
        ?? {
          if case .state(let place) = leaf { state(place, unit) } else { mask }
        }()
    }
  }

  public func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    let (batch, steps, units) = (inputs[0].shape[0], inputs[0].shape[1], inputs[2].shape[0])
    let slot = cell / (steps * batch * units)
    let step = cell / (batch * units) % steps
    let rows = rows(inputs, body, batch: cell / units % batch, upTo: step)
    return rows[step][slot * units + cell % units]
  }

  public func values<N: NumericScalar>(_ inputs: [Elements<N>], count: Int) -> [N] {
    let (shape, units, body) = (inputs[0].shape, inputs[2].shape[0], body)
    let all = (0..<shape[0]).map { rows(inputs, body, batch: $0, upTo: nil) }
    var values: [N] = []
    for slot in 0..<body.slots {
      for step in 0..<shape[1] {
        for rows in all { values += rows[step][slot * units..<(slot + 1) * units] }
      }
    }
    return values
  }

  /// By step, [slot, unit] of one example; empty for steps after `last` (in the order of the walk).
  private func rows<N: NumericScalar>(
    _ inputs: [Elements<N>], _ body: CellBody, batch: Int, upTo last: Int?
  ) -> [[N]] {
    let (steps, units) = (inputs[0].shape[1], inputs[2].shape[0])
    var found = [[N]](repeating: [], count: steps)
    var states = [N](repeating: 0, count: cell.states.count * units)
    for place in 0..<steps {
      let step = step(place, of: steps)
      var row = [N](repeating: 0, count: body.slots * units)
      let sums = GateSums(self, inputs, step: step, batch: batch)
      for unit in 0..<units {
        let values: [N] = body.forward.evaluate { leaf in
          sums.value(leaf, unit, place > 0 ? { states[$0] } : nil)
            ?? {
              if case .state(let state) = leaf {
                states[state * units + unit]
              } else {
                inputs[inputs.count - 1][[step, batch]]
              }
            }()
        }
        for slot in 0..<body.slots { row[slot * units + unit] = values[slot] }
      }
      found[step] = row
      if step == last { break }
      let flows = gradientFlows(intoPlaceBefore: place + 1)
      for unit in states.indices { states[unit] = flows ? row[unit] : N.detached(row[unit]) }
    }
    return found
  }
}

/// What the gates of one step sum up.
private struct GateSums<N: NumericScalar> {
  let cell: RecurrentCell
  let inputs: [Elements<N>]
  let step, batch, units: Int
  private var width: Int { cell.gates * units }

  init(_ scan: Ops.RecurrentScan, _ inputs: [Elements<N>], step: Int, batch: Int) {
    (cell, self.inputs, self.step, self.batch) = (scan.cell, inputs, step, batch)
    units = inputs[2].shape[0]
  }

  /// The sum that a leaf of a unit stands for; nil for a leaf that is none.
  ///
  /// - Parameter state: the hidden state of each unit before the step; nil at the first.
  func value(_ leaf: CellLeaf, _ unit: Int, _ state: ((Int) -> N)?) -> N? {
    switch leaf {
    case .total(let gate):
      let column = gate * units + unit
      let sum = input(column) + product(column, state)
      return (0..<cell.biasRows).reduce(sum) { $0 + bias($1, column) }
    case .input(let gate): return input(gate * units + unit)
    case .product(let gate): return product(gate * units + unit, state)
    case .bias(let row, let gate): return bias(row, gate * units + unit)
    default: return nil
    }
  }

  private func input(_ column: Int) -> N {
    let (steps, depth) = (inputs[0].shape[1], inputs[0].shape[2])
    return (0..<depth).reduce(0) { sum, from in
      sum + inputs[0][flat: (batch * steps + step) * depth + from]
        * inputs[1][flat: from * width + column]
    }
  }

  private func product(_ column: Int, _ state: ((Int) -> N)?) -> N {
    guard let state else { return 0 }
    return (0..<units).reduce(0) { $0 + state($1) * inputs[2][flat: $1 * width + column] }
  }

  private func bias(_ row: Int, _ column: Int) -> N { inputs[3][flat: row * width + column] }
}
