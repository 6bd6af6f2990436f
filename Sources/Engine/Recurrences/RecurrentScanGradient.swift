import CKernels

extension Ops {
  /// The backward half of a ``RecurrentScan``: walks back through the steps and gives
  /// δ = ∂loss/∂(input's and recurrent product's parts of each gate), see ``CellBody/blocks``, and beside it
  /// what comes back to the states before through the formulas, see ``CellBody/carriedStates``.
  ///
  /// Inputs: what the scan kept, its recurrent kernel, the gradient of a part of what it kept, and the
  /// mask if there is one. The result is [steps, batch, (blocks + carried
  /// states) · units].
  struct RecurrentScanGradient: CompiledOp {
    static let name = "recurrent scan gradient"
    static let cellsShareWork = true
    static let examples = RecurrentScan.examples.map { example(of: $0) }

    let scan: RecurrentScan
    /// Which part of what the scan kept the gradient is of; it is 0 elsewhere.
    let given: Part
    let body: CellBody
    /// How many numbers of each unit the result has.
    private var blocks: Int { body.blocks + body.carriedStates.count }

    init(_ scan: RecurrentScan, given: Part) {
      self.scan = scan
      self.given = given
      body = CellBody(writing: scan.cell, given: given.slots)
    }

    struct Part: Sendable {
      let slots, steps: Range<Int>

      /// All of it, or what a gradient is padded from.
      static func find(_ gradient: Node) -> (part: Part, gradient: Node) {
        let graph = gradient.graph
        let record = graph.records[gradient.id]
        if case .op(let pad as Pad) = record.source, pad.before[2...].allSatisfy({ $0 == 0 }),
          pad.after[2...].allSatisfy({ $0 == 0 })
        {
          let inside = Node(graph: graph, id: record.inputs[0])
          return (
            Part(
              slots: pad.before[0]..<pad.before[0] + inside.shape[0],
              steps: pad.before[1]..<pad.before[1] + inside.shape[1]), inside
          )
        }
        return (Part(slots: 0..<gradient.shape[0], steps: 0..<gradient.shape[1]), gradient)
      }
    }

    func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      let isMasked = scan.cell.isMasked
      guard inputs.count == (isMasked ? 4 : 3), inputs[0].rank == 4, inputs[1].rank == 2,
        inputs[0][0] == body.slots, given.steps.upperBound <= inputs[0][1],
        inputs[1].extents == [inputs[0][3], scan.cell.gates * inputs[0][3]],
        inputs[2].extents
          == [given.slots.count, given.steps.count] + inputs[0].extents.suffix(2),
        !isMasked || inputs[3].extents == Array(inputs[0].extents[1...2])
      else {
        throw Problem.shape(
          Self.name,
          expected:
            "[kept values, steps, batch, units], the recurrent kernel, the gradient of a part"
            + (isMasked ? " and the mask" : ""),
          found: inputs.map(\.description).joined(separator: " and "))
      }
      let kept = inputs[0]
      return try TensorShape(checking: [kept[1], kept[2], blocks * kept[3]])
    }

    func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let kept = inputs[0].shape
      let width = blocks * kept[3]
      let step = cell / width / kept[2]
      return rows(inputs, batch: cell / width % kept[2], downTo: step)[step][cell % width]
    }

    func values<N: NumericScalar>(_ inputs: [Elements<N>], count: Int) -> [N] {
      let kept = inputs[0].shape
      let all = (0..<kept[2]).map { rows(inputs, batch: $0) }
      return (0..<kept[1]).flatMap { step in all.flatMap { $0[step] } }
    }

    /// By step, [block, unit] of one example; empty for steps before `last` (in the order of the walk).
    func rows<N: NumericScalar>(_ inputs: [Elements<N>], batch: Int, downTo last: Int? = nil)
      -> [[N]]
    {
      let kept = inputs[0].shape
      let (steps, units) = (kept[1], kept[3])
      var found = [[N]](repeating: [], count: steps)
      var carry = [[N]](
        repeating: [N](repeating: 0, count: units), count: scan.cell.states.count)
      var productCarry = [N](repeating: 0, count: units)
      for place in stride(from: steps - 1, through: 0, by: -1) {
        let step = scan.step(place, of: steps)
        var row = [N](repeating: 0, count: blocks * units)
        for unit in 0..<units {
          let values: [N] = body.backward.evaluate { leaf in
            switch leaf {
            case .carry(let state): carry[state][unit]
            case .productCarry: productCarry[unit]
            default: known(leaf, inputs, place: place, batch: batch, unit: unit)
            }
          }
          for block in 0..<body.blocks { row[block * units + unit] = values[block] }
          for (place, state) in body.carriedStates.enumerated() {
            row[(body.blocks + place) * units + unit] = values[body.blocks + state]
          }
        }
        found[step] = row
        if step == last { break }
        let flows = scan.gradientFlows(intoPlaceBefore: place)
        for (place, state) in body.carriedStates.enumerated() {
          let first = (body.blocks + place) * units
          carry[state] = flows ? Array(row[first..<first + units]) : carry[state].map { _ in 0 }
        }
        for unit in 0..<units {
          productCarry[unit] = flows ? product(inputs, unit) { row[$0] } : 0
        }
      }
      return found
    }

    /// What a unit's hidden state gets back through the next step's recurrent product.
    ///
    /// - Parameter delta: of the next step, by its place in a row.
    func product<N: NumericScalar>(
      _ inputs: [Elements<N>], _ unit: Int, delta: (Int) -> N
    ) -> N {
      let units = inputs[0].shape[3]
      let width = scan.cell.gates * units
      return (0..<width).reduce(0) { sum, gate in
        sum + delta(body.firstRecurrentBlock * units + gate) * inputs[1][flat: unit * width + gate]
      }
    }

    /// What the formulas read from the inputs.
    func known<N: NumericScalar>(
      _ leaf: CellLeaf, _ inputs: [Elements<N>], place: Int, batch: Int, unit: Int
    ) -> N {
      let steps = inputs[0].shape[1]
      let step = scan.step(place, of: steps)
      return switch leaf {
      case .saved(let slot): inputs[0][[slot, step, batch, unit]]
      case .state(let state):
        place == 0 ? 0 : inputs[0][[state, scan.step(place - 1, of: steps), batch, unit]]
      case .gradient(let slot):
        gradient(inputs[2], slot: slot, step: step, batch: batch, unit: unit)
      case .mask: inputs[3][[step, batch]]
      case .carry, .productCarry, .total, .input, .product, .bias:
        preconditionFailure("not kept: \(leaf)")
      }
    }

    private func gradient<N: NumericScalar>(
      _ input: Elements<N>, slot: Int, step: Int, batch: Int, unit: Int
    ) -> N {
      guard given.steps.contains(step) else { return 0 }
      return input[[slot - given.slots.lowerBound, step - given.steps.lowerBound, batch, unit]]
    }

    // MARK: Fast

    func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int {
      ScanGradientMemory(self, weights: nil, inputs).count
    }

    func steps(_ call: StepCall) -> [any Step] { ScanGradientStep.steps(self, call, weights: nil) }
  }
}
