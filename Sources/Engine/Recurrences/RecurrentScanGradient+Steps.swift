extension Ops.RecurrentScanGradient: StepwiseOp {
  package var cellKinds: [CellKind] {
    let gates = scan.cell.gateKinds
    let own = gates.indices.filter { body.inputBlocks[$0] < body.firstRecurrentBlock }
    return own.map {
      Self.kind(gates[$0], of: "the input's part of what \(gates[$0].letter) sums up")
    }
      + gates.indices.map { gate in
        own.contains(gate)
          ? Self.kind(
            gates[gate], "u", of: "the recurrent part of what \(gates[gate].letter) sums up")
          : Self.kind(gates[gate], of: "what \(gates[gate].letter) sums up")
      }
      + body.carriedStates.map { state in
        let kind = scan.cell.states[state]
        return Self.kind(
          kind, "p", of: "\(kind.letter) of the step before, through this step's formulas alone")
      }
  }

  private static func kind(_ kind: CellKind, _ mark: String = "", of what: String) -> CellKind {
    CellKind(letter: "δ" + kind.letter + mark, meaning: "∂L/∂ of " + what)
  }

  package func place(of cell: Int, in shape: TensorShape) -> CellPlace {
    let units = shape[2] / (body.blocks + body.carriedStates.count)
    return CellPlace(
      kind: cell % shape[2] / units, step: cell / (shape[1] * shape[2]),
      example: cell / shape[2] % shape[1], unit: cell % units)
  }

  package func value<N: NumericScalar>(
    at cell: Int, _ inputs: [Elements<N>], results: Elements<N>
  ) -> N {
    let (steps, units) = (inputs[0].shape[1], inputs[0].shape[3])
    let position = results.shape.position(ofFlatIndex: cell)
    let (step, batch, unit) = (position[0], position[1], position[2] % units)
    let place = scan.isReversed ? steps - 1 - step : step
    let after =
      place + 1 < steps && scan.gradientFlows(intoPlaceBefore: place + 1)
      ? scan.step(place + 1, of: steps) : nil
    func delta(_ column: Int) -> N { after.map { results[[$0, batch, column]] } ?? 0 }
    let block = position[2] / units
    let result =
      block < body.blocks ? block : body.blocks + body.carriedStates[block - body.blocks]
    let counts = !scan.cell.isMasked || inputs[3][[step, batch]].real > 0.5
    return body.backward.evaluate(result: result, counts: counts, other: { _ in nil }) { leaf in
      switch leaf {
      case .carry(let state):
        body.carriedStates.firstIndex(of: state).map { place in
          let carried = delta((body.blocks + place) * units + unit)
          // Where a step counts, nothing comes past its gates.
          return carried.real == 0 ? 0 : carried
        } ?? 0
      case .productCarry: after == nil ? 0 : product(inputs, unit, delta: delta)
      default: known(leaf, inputs, place: place, batch: batch, unit: unit)
      }
    }
  }
}
