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
  package var gates: Int {
    switch kind {
    case .simple: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// What is carried from step to step, the output first.
  package var states: [String] { kind == .lstm ? ["h", "c"] : ["h"] }

  /// How many gates, the first ones, need only the sum of their parts.
  var joinedGates: Int { kind == .gru ? 2 : gates }

  /// How many rows the bias has: the GRU adds one before and one after its reset.
  package var biasRows: Int { hasBias ? kind == .gru ? 2 : 1 : 0 }

  /// Writes the cell down for one unit.
  ///
  /// - Parameter leaf: gives the node of what comes from outside.
  /// - Returns: the new states.
  func write(in graph: Graph, _ leaf: (CellLeaf) throws -> Node) throws -> [Node] {
    func sum(_ gate: Int) throws -> Node { try leaf(.total(gate)) }
    let one = graph.constant(1, shape: [1])
    let new: [Node]
    switch kind {
    case .simple: new = [try activation.apply(to: [sum(0)])]
    case .lstm:
      let i = try gateActivation.apply(to: [sum(0)])
      let f = try gateActivation.apply(to: [sum(1)])
      let g = try activation.apply(to: [sum(2)])
      let o = try gateActivation.apply(to: [sum(3)])
      let c = try f * leaf(.state(1)) + i * g
      new = [try o * activation.apply(to: [c]), c]
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
    }
    guard isMasked else { return new }
    let half = graph.constant(0.5, shape: [1])
    return try new.enumerated().map { state, value in
      try Ops.Select()(leaf(.mask), half, value, leaf(.state(state)))
    }
  }
}

/// What the formulas of a cell read.
enum CellLeaf: Hashable, Sendable {
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
