import Engine
import Networks

/// A recurrent layer that reads numbers one after another, to see how much its last state still hears of
/// the first of them.
struct ThroughTime {
  static let steps = 30
  static let width = 8
  private static let inputs = 4

  /// Of the gate that forgets in an LSTM; nil for a simple layer, which has no gates.
  var forgetBias: Double?

  /// For each number read: √Σg², g its gradient with respect to the sum of the last state.
  func slopes() throws -> [Double] {
    let graph = Graph()
    let input = try graph.input("x", shape: [1, Self.steps, Self.inputs])
    let layer: any Layer = forgetBias == nil ? SimpleRNN(Self.width) : LSTM(Self.width)
    let gradient = try graph.gradients(
      of: Ops.Sum(axes: 0..<2)(layer(input)), withRespectTo: [input])
    var generator = RandomGenerator(seed: 7)
    var feeds: [String: [Double]] = [:]
    for variable in graph.variables {
      feeds[variable.name] = variable.initial(&generator).values.map(Double.init)
    }
    if let forgetBias {
      // The second of its gates.
      let gate = Self.width..<2 * Self.width
      feeds["lstm/bias"]?.replaceSubrange(gate, with: gate.map { _ in forgetBias })
    }
    feeds["x"] = (0..<Self.steps * Self.inputs).map { _ in generator.normal() }
    let values = try graph.evaluate(gradient, feeding: feeds)[0]
    return stride(from: 0, to: values.count, by: Self.inputs).map { first in
      values[first..<first + Self.inputs].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }
}
