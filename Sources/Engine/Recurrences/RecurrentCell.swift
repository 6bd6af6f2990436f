/// What a recurrent layer does at each step of a sequence, as formulas of element-wise ops: gradient,
/// fast code and explanation all come from these lines.
///
/// For each unit and gate there are the input's part x = input · kernel and the recurrent part
/// r = h₍ₜ₋₁₎ · recurrent kernel; most gates need only their sum with the bias.
package struct RecurrentCell: Sendable {
  /// The kinds there are.
  package enum Kind: String, Sendable {
    /// h = activation(x + r + b) (Elman 1990).
    case simple
    /// i, f, o = σ(x + r + b), g = activation(x + r + b), c = f · c₍ₜ₋₁₎ + i · g, h = o · activation(c)
    /// (Hochreiter and Schmidhuber 1997; Gers et al. 2000). Gates in Keras's order i, f, g, o.
    case lstm
    /// z, r = σ(x + b + r + b′), n = activation(x + b + r · (r + b′)), h = z · h₍ₜ₋₁₎ + (1 − z) · n (Cho
    /// et al. 2014, with the reset after the product). Gates in Keras's order z, r, n.
    case gru
  }

  package let kind: Kind
  /// Of the candidate and of what leaves the cell.
  package let activation: any ElementwiseOp
  /// Of the gates.
  package let gateActivation: any ElementwiseOp
  package let hasBias: Bool
  /// Is there a mask? Where it is 0, the state stays as it is.
  package let isMasked: Bool

  /// A cell without weights; these are inputs of the ``RecurrentScan``.
  package init(
    _ kind: Kind, activation: any ElementwiseOp = Ops.Tanh(),
    gateActivation: any ElementwiseOp = Ops.Sigmoid(), hasBias: Bool = true, isMasked: Bool = false
  ) {
    self.kind = kind
    self.activation = activation
    self.gateActivation = gateActivation
    self.hasBias = hasBias
    self.isMasked = isMasked
  }

  /// How many values each unit computes from input and state.
  package var gates: Int { gateKinds.count }

  /// What is carried from step to step, the output first.
  package var states: [CellKind] { kind == .lstm ? [.hidden, .memory] : [.hidden] }

  /// What each unit computes from input and state, in the order of the weights.
  package var gateKinds: [CellKind] {
    switch kind {
    case .simple: [.hidden]
    case .lstm: [.inputGate, .forgetGate, .candidate, .outputGate]
    case .gru: [.updateGate, .resetGate, .newState]
    }
  }

  /// How many gates, the first ones, need only the sum of their parts.
  var joinedGates: Int { kind == .gru ? 2 : gates }

  /// How many rows the bias has: the GRU adds one before and one after its reset.
  package var biasRows: Int { hasBias ? kind == .gru ? 2 : 1 : 0 }

  /// Writes the cell down for one unit.
  ///
  /// - Parameter leaf: gives the node of what comes from outside.
  /// - Returns: the new states, the same before any mask, and the gates.
  func write(in graph: Graph, _ leaf: (CellLeaf) throws -> Node) throws -> WrittenCell {
    func sum(_ gate: Int) throws -> Node { try leaf(.total(gate)) }
    let one = graph.constant(1, shape: [1])
    let new: [Node]
    let gates: [Node]
    switch kind {
    case .simple:
      new = [try activation.apply(to: [sum(0)])]
      gates = []
    case .lstm:
      let i = try gateActivation.apply(to: [sum(0)])
      let f = try gateActivation.apply(to: [sum(1)])
      let g = try activation.apply(to: [sum(2)])
      let o = try gateActivation.apply(to: [sum(3)])
      let c = try f * leaf(.state(1)) + i * g
      new = [try o * activation.apply(to: [c]), c]
      gates = [i, f, g, o]
    case .gru:
      let z = try gateActivation.apply(to: [sum(0)])
      let reset = try gateActivation.apply(to: [sum(1)])
      var (inner, outer) = (try leaf(.product(2)), try leaf(.input(2)))
      if hasBias {
        outer = try outer + leaf(.bias(row: 0, gate: 2))
        inner = try inner + leaf(.bias(row: 1, gate: 2))
      }
      let n = try activation.apply(to: [outer + reset * inner])
      new = [try z * leaf(.state(0)) + (one - z) * n]
      gates = [z, reset, n]
    }
    guard isMasked else { return WrittenCell(states: new, unmasked: new, gates: gates) }
    let half = graph.constant(0.5, shape: [1])
    let kept = try new.enumerated().map { state, value in
      try Ops.Select()(leaf(.mask), half, value, leaf(.state(state)))
    }
    return WrittenCell(states: kept, unmasked: new, gates: gates)
  }
}

/// A cell as nodes of one unit.
struct WrittenCell {
  var states: [Node]
  /// The states of a step that counts.
  var unmasked: [Node]
  /// In the order of the weights; none for a cell whose state is all it computes.
  var gates: [Node]
}

extension CellKind {
  static let hidden = CellKind(
    letter: "h", meaning: "hidden state: what the recurrent layer says after a step")
  static let memory = CellKind(
    letter: "c", meaning: "cell state: what the layer remembers after a step")
  static let inputGate = CellKind(
    letter: "i", meaning: "input gate: how much of the candidate is taken into the cell state")
  static let forgetGate = CellKind(
    letter: "f", meaning: "forget gate: how much of the cell state is kept")
  static let candidate = CellKind(
    letter: "g", meaning: "cell candidate: what could be added to the cell state")
  static let outputGate = CellKind(
    letter: "o", meaning: "output gate: how much of the cell state is said")
  static let updateGate = CellKind(
    letter: "update", meaning: "update gate: how much of the hidden state is kept")
  static let resetGate = CellKind(
    letter: "r", meaning: "reset gate: how much of the hidden state the candidate sees")
  static let newState = CellKind(
    letter: "n", meaning: "candidate: what the hidden state could become")
}

/// What the formulas of a cell read.
package enum CellLeaf: Hashable, Sendable {
  /// Input's part, recurrent part and bias of a gate together.
  case total(Int)
  /// The input's part of a gate.
  case input(Int)
  /// The recurrent product of a gate.
  case product(Int)
  case bias(row: Int, gate: Int)
  /// A state after the step before.
  case state(Int)
  case mask
  /// A value that the forward pass kept.
  case saved(Int)
  /// ∂loss/∂(a kept value), as far as it comes from outside.
  case gradient(Int)
  /// ∂loss/∂state, as far as it comes from the next step's formulas.
  case carry(Int)
  /// ∂loss/∂h, as far as it comes through the next step's recurrent product.
  case productCarry
}
