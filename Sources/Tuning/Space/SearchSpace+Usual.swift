import Datasets
import Engine
import Networks
package import Training

extension SearchSpace {
  /// A sensible space for a task, as a file would say it: what matters for its kind of network, around the
  /// usual values.
  package static func usual(
    for experiment: Experiment, of given: RunConfiguration
  ) throws -> LocatedValue {
    let rate = experiment.plan.optimizer.learningRate
    let batch = experiment.plan.batch
    var members: [String: LocatedValue] = [
      "learning_rate": range(rate / 30, rate * 10, isLogarithmic: true),
      "weight_decay": range(1e-6, 0.1, isLogarithmic: true),
      "batch": choices(
        [batch / 2, batch, batch * 2, batch * 4]
          .filter { $0 >= 4 && $0 <= max(batch, experiment.data.train.count / 4) }
          .map { .integer($0) }),
    ]
    // Whoever gives the layers, or a model that brings them, means these.
    guard given.network.layers == nil, given.network.from == nil else {
      return LocatedValue(.object(members))
    }
    members["dropout"] = range(0, 0.5)
    switch given.kind(for: experiment.data.preprocessing, rows: experiment.data.train.count) {
    case .cnn, .resnet:
      members["augment"] = choices(
        [.text("none")]
          + [["rotate": 10, "zoom": 0.1, "translate": 0.1]].map {
            .object($0.mapValues { LocatedValue(.number($0)) })
          })
    case .lstm, .gru:
      members["network"] = choices([.text("lstm"), .text("gru")])
      members["hidden"] = hidden(1...2, 16...128)
    case .table:
      members["network"] = choices([.text("table"), .text("dense")])
      members["hidden"] = hidden(1...3, 16...256)
    case .dense:
      members["activation"] = choices([.text("relu"), .text("tanh"), .text("gelu")])
      members["hidden"] = hidden(1...3, 16...256)
    }
    return LocatedValue(.object(members))
  }

  private static func range(
    _ low: Double, _ high: Double, isLogarithmic: Bool = false
  ) -> LocatedValue {
    var members: [String: LocatedValue] = [
      "from": LocatedValue(.number(low)), "to": LocatedValue(.number(high)),
    ]
    if isLogarithmic { members["scale"] = LocatedValue(.text("log")) }
    return LocatedValue(.object(members))
  }

  private static func choices(_ values: [LocatedValue.Content]) -> LocatedValue {
    LocatedValue(.list(values.map { LocatedValue($0) }))
  }

  private static func hidden(_ lengths: ClosedRange<Int>, _ units: ClosedRange<Int>) -> LocatedValue
  {
    func ends(_ range: ClosedRange<Int>) -> [String: LocatedValue] {
      [
        "from": LocatedValue(.integer(range.lowerBound)),
        "to": LocatedValue(.integer(range.upperBound)),
      ]
    }
    let each = ends(units).merging(["scale": LocatedValue(.text("log"))]) { $1 }
    return LocatedValue(
      .object([
        "length": LocatedValue(.object(ends(lengths))), "each": LocatedValue(.object(each)),
      ]))
  }
}

extension Experiment {
  /// Everything decided, with the kind of network and its hidden layers as settings say them instead of its
  /// layers.
  func decidedForSpaces(_ given: RunConfiguration) -> RunConfiguration {
    var decided = configuration
    guard given.network.layers == nil, given.network.from == nil else { return decided }
    decided.network.architecture = .kind(
      given.kind(for: data.preprocessing, rows: data.train.count))
    decided.network.hidden = given.network.hidden ?? start.layers.hiddenUnits
    return decided
  }
}

extension [any Layer] {
  /// Units of the layers between inputs and answers.
  fileprivate var hiddenUnits: [Int] {
    flattened.compactMap { layer in
      (layer as? Dense)?.units ?? (layer as? any RecurrentLayer)?.settings.units
    }.dropLast()
  }
}
