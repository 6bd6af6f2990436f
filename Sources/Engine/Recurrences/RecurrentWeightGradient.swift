extension Ops {
  /// The gradients of what a ``RecurrentScan`` reads, from its δ: one row of numbers; see
  /// ``ScanGradientLayout``.
  ///
  /// Inputs: δ, the sequences, the kernel if the gradient of the sequences is asked for, then those of
  /// the ``RecurrentScanGradient``.
  struct RecurrentWeightGradient: ComposedOp {
    static let name = "recurrent weight gradient"
    static let examples = RecurrentScan.examples.flatMap { scan in
      [true, false].map { example(of: scan, reachesInput: $0) }
    }

    let deltas: RecurrentScanGradient
    /// Is the gradient of the sequences asked for?
    let reachesInput: Bool

    /// How many inputs come before those of the ``RecurrentScanGradient``, without δ.
    var ownInputs: Int { reachesInput ? 2 : 1 }

    /// - Parameter inputs: without δ.
    func layout(_ inputs: [TensorShape]) -> ScanGradientLayout {
      ScanGradientLayout(
        deltas.scan.cell, sequences: inputs[0], reachesInput, units: inputs[ownInputs + 1][0])
    }

    func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      try checkedShape(Array(inputs.dropFirst()), deltas: inputs.first)
    }

    /// - Parameter inputs: without δ.
    func checkedShape(_ inputs: [TensorShape], deltas given: TensorShape? = nil) throws
      -> TensorShape
    {
      let own = inputs.prefix(ownInputs)
      let walked = try? deltas.shape(Array(inputs.dropFirst(ownInputs)))
      guard let walked, own[0].rank == 3, own[0].extents[..<2] == [walked[1], walked[0]],
        given ?? walked == walked,
        own.dropFirst().allSatisfy({
          $0.extents == [own[0][2], inputs[ownInputs + 1][1]]
        })
      else {
        throw Problem.shape(
          Self.name,
          expected:
            "[batch, steps, width], \(reachesInput ? "the kernel, " : "")and what the walk reads",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: [layout(inputs).count])
    }

    func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      value(at: cell, Array(inputs.dropFirst())) { batch, step, place in
        inputs[0][[step, batch, place]]
      }
    }

    /// - Parameters:
    ///   - inputs: without δ.
    ///   - delta: δ of an example at a step.
    func value<N: NumericScalar>(
      at cell: Int, _ inputs: [Elements<N>], delta: (_ batch: Int, _ step: Int, _ place: Int) -> N
    ) -> N {
      let layout = layout(inputs.map(\.shape))
      if cell >= layout.weights {
        let place = cell - layout.weights
        let (batch, step) = (
          place / layout.width / layout.steps, place / layout.width % layout.steps
        )
        return (0..<layout.gateWidth).reduce(0) { sum, column in
          sum + delta(batch, step, inputPlace(column, layout))
            * inputs[1][[place % layout.width, column]]
        }
      }
      let (row, column) = (cell / layout.gateWidth, cell % layout.gateWidth)
      let place =
        row < layout.inputRows
        ? inputPlace(column, layout) : deltas.body.firstRecurrentBlock * layout.units + column
      var sum: N = 0
      for at in 0..<layout.steps {
        for batch in 0..<layout.batch {
          guard let factor = factor(row, place: at, batch: batch, layout, inputs) else { continue }
          sum = sum + factor * delta(batch, deltas.scan.step(at, of: layout.steps), place)
        }
      }
      return sum
    }

    /// Where the input's part of a gate's unit stands in δ.
    private func inputPlace(_ column: Int, _ layout: ScanGradientLayout) -> Int {
      deltas.body.inputBlocks[column / layout.units] * layout.units + column % layout.units
    }

    /// What a row of the weights was multiplied with at a place of the walk: input, state or 1; nil where
    /// there was no state yet.
    private func factor<N: NumericScalar>(
      _ row: Int, place: Int, batch: Int, _ layout: ScanGradientLayout, _ inputs: [Elements<N>]
    ) -> N? {
      let scan = deltas.scan
      if row < layout.width { return inputs[0][[batch, scan.step(place, of: layout.steps), row]] }
      let unit = row - layout.inputRows
      if unit < 0 || unit == layout.units { return 1 }
      guard place > 0 else { return nil }
      return inputs[ownInputs][[0, scan.step(place - 1, of: layout.steps), batch, unit]]
    }

    func composed(_ inputs: [Node]) throws -> Node {
      try JoinedScanGradient(weights: self).apply(to: Array(inputs.dropFirst()))
    }
  }
}

extension Ops {
  /// ``RecurrentScanGradient`` and ``RecurrentWeightGradient`` in one walk, which never keeps more of δ
  /// than a few steps.
  struct JoinedScanGradient: CompiledOp {
    static let name = "joined recurrent gradient"
    static let cellsShareWork = true
    static let examples = RecurrentWeightGradient.examples.map { example(of: $0) }

    let weights: RecurrentWeightGradient

    func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      try weights.checkedShape(inputs)
    }

    func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let deltas = deltas(inputs)
      return weights.value(at: cell, inputs) { deltas[$0][$1][$2] }
    }

    func values<N: NumericScalar>(_ inputs: [Elements<N>], count: Int) -> [N] {
      let deltas = deltas(inputs)
      return (0..<count).map { weights.value(at: $0, inputs) { deltas[$0][$1][$2] } }
    }

    /// δ by example, step and place.
    private func deltas<N: NumericScalar>(_ inputs: [Elements<N>]) -> [[[N]]] {
      let walked = Array(inputs[weights.ownInputs...])
      return (0..<inputs[0].shape[0]).map { weights.deltas.rows(walked, batch: $0) }
    }

    func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int {
      ScanGradientMemory(weights.deltas, weights: weights, inputs).count
    }

    func steps(_ call: StepCall) -> [any Step] {
      ScanGradientStep.steps(weights.deltas, call, weights: weights)
    }
  }
}

/// How the gradients of a scan's inputs lie in one row of numbers: those of [kernel, first bias] ‖
/// [recurrent kernel, second bias] below each other, each row as wide as all gates, then those of the
/// sequences.
struct ScanGradientLayout {
  let batch, steps, width, units, gateWidth: Int
  /// Rows of the kernel and, if there is one, its bias.
  let inputRows: Int
  /// Rows of the recurrent kernel and, if there is one, its bias.
  let stateRows: Int
  let reachesInput: Bool

  init(_ cell: RecurrentCell, sequences: TensorShape, _ reachesInput: Bool, units: Int) {
    (batch, steps, width) = (sequences[0], sequences[1], sequences[2])
    self.units = units
    self.reachesInput = reachesInput
    gateWidth = cell.gates * units
    inputRows = width + (cell.biasRows > 0 ? 1 : 0)
    stateRows = units + (cell.biasRows > 1 ? 1 : 0)
  }

  var rows: Int { inputRows + stateRows }
  /// How many numbers the weights have; the gradient of the sequences begins here.
  var weights: Int { rows * gateWidth }
  var count: Int { weights + (reachesInput ? batch * steps * width : 0) }
}
