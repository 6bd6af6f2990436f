import CKernels

/// The backward half of a ``RecurrentScan``: walks back through the steps and gives the gradients of
/// all that the scan reads, in one row of numbers; see ``ScanGradientLayout``.
///
/// Inputs: what the scan kept, its recurrent kernel, the gradient of a part of what it kept, the
/// sequences, the kernel if the gradient of the sequences is asked for, and the mask if there is one.
struct RecurrentScanGradient: CompiledOp {
  static let name = "recurrent scan gradient"
  static let examples: [OpExample] = []

  let scan: RecurrentScan
  /// Which part of what the scan kept the gradient is of; it is 0 elsewhere.
  let given: Part
  /// Is the gradient of the sequences asked for?
  let reachesInput: Bool

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

  /// A cell that was written once can be written again.
  var body: CellBody {
    guard let body = try? CellBody(scan.cell, given: given.slots) else {
      preconditionFailure("the cell of \(scan.cell.kind)")
    }
    return body
  }

  var formula: String { "∂L/∂W = Σₜ x[t]ᵀ · δ[t], ∂L/∂U = Σₜ h[t-1]ᵀ · δ[t], ∂L/∂x[t] = δ[t] · Wᵀ" }

  func layout(_ inputs: [Shape]) -> ScanGradientLayout {
    ScanGradientLayout(scan.cell, sequences: inputs[3], reachesInput, units: inputs[1][0])
  }

  func shape(_ inputs: [Shape]) throws -> Shape { try Shape(checking: [layout(inputs).count]) }

  func derivative(_ backward: Backward) throws -> [Node?] { backward.inputs.map { _ in nil } }

  // MARK: Fast

  func workspaceCount(_ inputs: [Shape], _ output: Shape) -> Int {
    ScanGradientMemory(self, inputs).count
  }

  func steps(_ call: StepCall) -> [any Step] {
    let memory = ScanGradientMemory(self, call.inputShapes)
    var steps = ([memory.recurrentKernel] + memory.kernel).flatMap { turn($0, call) }
    steps.append(ScanGradientStep(self, call))
    if memory.chunks > 1 {
      steps.append(
        ReduceStep(
          kernel: GB_SUM, outer: 1, extent: memory.chunks, inner: memory.layout.weights,
          source: call.workspace + memory.sums, destination: call.output, kernels: call.kernels))
    }
    return steps
  }

  /// Turns and lays out, once for all steps, what δ of each is multiplied with.
  private func turn(_ turned: ScanGradientMemory.Turned, _ call: StepCall) -> [any Step] {
    let matrix = turned.matrix
    let width = call.inputShapes[turned.input][1]
    let copy = CopyStep(
      extents: [matrix.depth, matrix.columns],
      source: call.inputs[turned.input] + turned.run.gate * call.inputShapes[1][0],
      sourceStrides: [1, width], destination: call.workspace + turned.place,
      destinationStrides: [matrix.columns, 1], kernels: call.kernels)
    return [copy] + matrix.steps(call.workspace + turned.place, call.kernels)
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
  private let reachesInput: Bool

  init(_ cell: RecurrentCell, sequences: Shape, _ reachesInput: Bool, units: Int) {
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
