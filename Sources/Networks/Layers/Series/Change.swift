package import Engine
import Formatting

/// Layers that learn how far the answer lies from a number of the input, such as the last value of a
/// series: what they know of its level does not count, so that they go on where a trend leaves the range
/// of the training (compare the NLinear of Zeng and others, *Are transformers effective for time series
/// forecasting?*, AAAI 2023).
///
/// y[j] = x[from[j]] + unit · layers(x′)[j], with x′[i] = (x[i] − x[base]) ÷ spread for the inputs i of
/// `relative` and x′[i] = x[i] for all others. Input [batch, inputs] or [batch, steps, channels], whose
/// cells are counted in their order; output [batch, answers]. The places and sizes are settings and are not
/// learned; the tensors `from`, `relative` and `divisors` say them again.
package struct Change: IdentifiedLayer {
  package static let kind = "change"
  package static var usual: Self { Self([], from: [], base: 0, relative: []) }
  package static var settings: [Setting<Self>] {
    [
      .required("layers", \.list), .required("from", \.from, in: NetworkLimits.place),
      .required("base", \.base, in: NetworkLimits.place),
      .required("relative", \.relative, in: NetworkLimits.place),
      .usual("spread", \.spread, in: NetworkLimits.above0),
      .usual("unit", \.unit, in: NetworkLimits.above0), .name,
    ]
  }

  /// In the order they are called.
  package var layers: [any Layer]
  /// For each answer the place of the input that it is added to.
  package var from: [Int]
  /// The place of the input that is taken from the others.
  package var base: Int
  /// The places of the inputs that it is taken from.
  package var relative: [Int]
  /// What their differences are divided by.
  package var spread: Double
  /// What the layers' answers are multiplied by.
  package var unit: Double
  package var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `change` if not given.
  package init(
    _ layers: [any Layer], from: [Int], base: Int, relative: [Int], spread: Double = 1,
    unit: Double = 1, name: String? = nil
  ) {
    self.layers = layers
    (self.from, self.base, self.relative) = (from, base, relative)
    (self.spread, self.unit) = (spread, unit)
    identity = LayerIdentity(name: name)
  }

  package var innerLayers: [any Layer] { layers }
  package var detail: String { "unit \(unit.brief)" }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }

  /// What the layers inside see of an example's inputs.
  package func inner(_ input: [Float]) -> [Float] {
    var inner = input
    for place in relative { inner[place] = (input[place] - input[base]) / Float(spread) }
    return inner
  }

  package func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      let batch = input.shape[0]
      let flat = try input.reshaped(to: TensorShape(checking: [batch, input.shape.count / batch]))
      let width = flat.shape[1]
      guard (from + relative + [base]).allSatisfy((0..<width).contains), !from.isEmpty else {
        throw Problem.shape(
          graph.path, expected: "places from 0 to \(width - 1), those of the inputs",
          found: "from \(from), base \(base), relative \(relative)")
      }
      guard Float(spread) > 0, Float(unit) > 0 else {
        throw Problem.shape(
          graph.path, expected: "`spread` and `unit` above 0 in 32 bits",
          found: "\(spread.brief) and \(unit.brief)")
      }
      func fixed(_ name: String, _ values: [Float]) throws -> Node {
        let tensor = try Tensor(TensorShape(checking: [values.count]), values)
        return try graph.parameter(name, shape: tensor.shape, isTrainable: false) { _ in tensor }
      }
      let isRelative = (0..<width).map(Set(relative).contains)
      let taken = try flat.sliced(from: [0, base], shape: TensorShape(checking: [batch, 1]))
        .reshaped(to: TensorShape(checking: [batch]))
        .repeated(to: flat.shape, axes: [0])
      let inner =
        try (flat - taken * fixed("relative", isRelative.map { $0 ? 1 : 0 }))
        / fixed("divisors", isRelative.map { $0 ? Float(spread) : 1 })
      let change = try Sequential(layers)(inner.reshaped(to: input.shape))
      let places = try fixed("from", from.map(Float.init))
      let reference = try Ops.Gather()(flat.transposed(), places).transposed()
      guard change.shape == reference.shape else {
        throw Problem.shape(
          graph.path,
          expected: "layers that answer with \(reference.shape), a number for each of `from`",
          found: "\(change.shape)", fix: "give the last layer \(from.count) units")
      }
      let answers = try reference + change * unit
      guard let members = change.members else { return answers }
      answers.members =
        try reference.repeated(to: members.shape, axes: [0, 2]) + members * unit
      return answers
    }
  }
}
