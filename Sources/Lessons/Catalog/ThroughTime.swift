import Engine
import Networks

/// A cell that reads numbers one after another, to see how much its last state still hears of the
/// first of them.
struct ThroughTime {
  static let steps = 30
  static let width = 8

  /// What the cell does with its state.
  enum Cell {
    /// The new state is a squashed sum of input and old state.
    case simple
    /// A memory of its own that a gate keeps or forgets: LSTM (Hochreiter and Schmidhuber 1997), with
    /// this bias at the gate that forgets.
    case gated(forgetBias: Double)
  }

  var cell: Cell

  /// For each number read: √Σg², g its gradient with respect to the sum of the last state.
  func slopes() throws -> [Double] {
    let graph = Graph()
    let inputs = try (1...Self.steps).map { try graph.input("x\($0)", shape: [1, 4]) }
    let last =
      switch cell {
      case .simple: try simple(inputs)
      case .gated(let forgetBias): try gated(inputs, forgetBias)
      }
    let gradients = try graph.gradients(of: Ops.Sum(axes: 0..<2)(last), withRespectTo: inputs)
    var generator = RandomGenerator(seed: 7)
    var feeds: [String: [Double]] = [:]
    for variable in graph.variables {
      feeds[variable.name] = variable.initial(&generator).values.map(Double.init)
    }
    for place in 1...Self.steps { feeds["x\(place)"] = (0..<4).map { _ in generator.normal() } }
    return try graph.evaluate(gradients, feeding: feeds).map { gradient in
      gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  private func simple(_ inputs: [Node]) throws -> Node {
    let cell = Gate("cell")
    var state = inputs[0].graph.constant(0, shape: [1, Self.width])
    for input in inputs { state = try Ops.Tanh()(cell.sum(input, state)) }
    return state
  }

  private func gated(_ inputs: [Node], _ forgetBias: Double) throws -> Node {
    let (forget, write, show, content) = (
      Gate("forget", bias: forgetBias), Gate("write"), Gate("show"), Gate("content")
    )
    var state = inputs[0].graph.constant(0, shape: [1, Self.width])
    var memory = state
    for input in inputs {
      let kept = try Ops.Sigmoid()(forget.sum(input, state)) * memory
      let written =
        try Ops.Sigmoid()(write.sum(input, state)) * Ops.Tanh()(content.sum(input, state))
      memory = try kept + written
      state = try Ops.Sigmoid()(show.sum(input, state)) * Ops.Tanh()(memory)
    }
    return state
  }

  /// A weighted sum of input and state, with the same weights at every step.
  private struct Gate {
    let ofInput: Dense
    let ofState: Dense

    init(_ name: String, bias: Double = 0) {
      ofInput = Dense(
        ThroughTime.width, biasInitializer: .constant(bias), name: "\(name)_input")
      ofState = Dense(ThroughTime.width, usesBias: false, name: "\(name)_state")
    }

    func sum(_ input: Node, _ state: Node) throws -> Node { try ofInput(input) + ofState(state) }
  }
}
