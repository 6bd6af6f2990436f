extension Ops {
  /// Runs a `RecurrentCell` over the steps of sequences and keeps the states of every step, and what
  /// the gradient needs.
  ///
  /// h₍ₜ₎, … = cell(x₍ₜ₎ · W, h₍ₜ₋₁₎ · U, …), from zero states. The gradient walks back through the same steps
  /// (back-propagation through time; Werbos 1990), or through some of them if truncated.
  package struct RecurrentScan: CompiledOp {
    package static let name = "recurrent scan"
    package static let cellsShareWork = true

    package let cell: RecurrentCell
    /// Does it begin with the last step?
    package let isReversed: Bool
    /// The gradient does not flow past every so many steps; nil for all the way.
    package let truncation: Int?
    package let body: CellBody

    /// Inputs are the sequences, [batch, steps, width]; the kernel W, [width, gates · units]; the recurrent
    /// kernel U, [units, gates · units]; the bias if the cell has one, [gates · units] or
    /// [2, gates · units]; the mask if it has one, [steps, batch]. The result is [kept values, steps, batch, units], the
    /// states first.
    package init(_ cell: RecurrentCell, isReversed: Bool = false, truncation: Int? = nil) {
      self.cell = cell
      self.isReversed = isReversed
      self.truncation = truncation
      body = CellBody(writing: cell, given: 0..<1)
    }

    /// The step at a place of the walk.
    func step(_ place: Int, of steps: Int) -> Int { isReversed ? steps - 1 - place : place }

    func gradientFlows(intoPlaceBefore place: Int) -> Bool {
      truncation.map { place % $0 != 0 } ?? true
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      let gates = cell.gates
      let wide = "\(gates) · units"
      var expected = ["[batch, steps, width]", "[width, \(wide)]", "[units, \(wide)]"]
      if cell.hasBias { expected.append("bias") }
      if cell.isMasked { expected.append("mask [steps, batch]") }
      guard inputs.count == expected.count, inputs[0].rank == 3, inputs[1].rank == 2,
        inputs[2].rank == 2, inputs[0][1] > 0, inputs[1][0] == inputs[0][2],
        inputs[1][1] == gates * inputs[2][0], inputs[2][1] == inputs[1][1],
        !cell.hasBias || inputs[3].count == cell.biasRows * inputs[1][1],
        !cell.isMasked || inputs[inputs.count - 1].extents == [inputs[0][1], inputs[0][0]],
        truncation ?? 1 > 0
      else {
        throw Problem.shape(
          Self.name, expected: expected.joined(separator: ", "),
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: [body.slots, inputs[0][1], inputs[0][0], inputs[2][0]])
    }

    func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int {
      JoinedKernel(self, inputs).matrix.count
    }

    func steps(_ call: StepCall) -> [any Step] {
      let matrix = JoinedKernel(self, call.inputShapes).matrix
      return [JoinedKernelStep(self, call)] + matrix.steps(call.workspace, call.kernels)
        + [ScanStep(self, call)]
    }

    package static let examples: [OpExample] = [
      example(RecurrentCell(.simple)),
      example(RecurrentCell(.simple, activation: SiLU(), hasBias: false, isMasked: true)),
      example(RecurrentCell(.lstm)), example(RecurrentCell(.lstm), steps: 1, batch: 1, units: 1),
      example(RecurrentCell(.lstm, isMasked: true), steps: 4, isReversed: true),
      example(RecurrentCell(.gru)),
      example(RecurrentCell(.gru, hasBias: false, isMasked: true), isReversed: true),
      // More rows than one chunk has, and rows of whole vectors.
      example(RecurrentCell(.lstm), steps: 2, batch: 35, units: 1),
      example(RecurrentCell(.gru), steps: 2, batch: 1, units: 8),
    ]
  }
}
