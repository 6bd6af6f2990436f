extension Ops.RecurrentScan {
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
    let width = cell.gates * units
    let depth = inputs[0].shape[2]
    func input(_ step: Int, _ column: Int) -> N {
      var sum: N = 0
      for from in 0..<depth {
        sum =
          sum + inputs[0][flat: (batch * steps + step) * depth + from]
          * inputs[1][flat: from * width + column]
      }
      return sum
    }
    func bias(_ row: Int, _ column: Int) -> N { inputs[3][flat: row * width + column] }
    var found = [[N]](repeating: [], count: steps)
    var states = [N](repeating: 0, count: cell.states.count * units)
    func product(_ states: [N], _ column: Int) -> N {
      var sum: N = 0
      for unit in 0..<units { sum = sum + states[unit] * inputs[2][flat: unit * width + column] }
      return sum
    }
    for place in 0..<steps {
      let step = step(place, of: steps)
      var row = [N](repeating: 0, count: body.slots * units)
      for unit in 0..<units {
        let values: [N] = body.forward.evaluate { leaf in
          switch leaf {
          case .total(let gate):
            let column = gate * units + unit
            let sum = input(step, column) + (place > 0 ? product(states, column) : 0)
            return (0..<cell.biasRows).reduce(sum) { $0 + bias($1, column) }
          case .input(let gate): return input(step, gate * units + unit)
          case .product(let gate): return place > 0 ? product(states, gate * units + unit) : 0
          case .bias(let row, let gate): return bias(row, gate * units + unit)
          case .state(let state): return states[state * units + unit]
          default: return inputs[inputs.count - 1][[step, batch]]
          }
        }
        for slot in 0..<body.slots { row[slot * units + unit] = values[slot] }
      }
      found[step] = row
      if step == last { break }
      let flows = gradientFlows(intoPlaceBefore: place + 1)
      for unit in states.indices {
        let slot = (unit / units * steps + step) * inputs[0].shape[0] + batch
        states[unit] = N.ownResult(slot * units + unit % units, row[unit])
        if !flows { states[unit] = N.detached(states[unit]) }
      }
    }
    return found
  }
}
