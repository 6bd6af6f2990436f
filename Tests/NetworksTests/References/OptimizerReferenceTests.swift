import TestSupport
import Testing

@testable import Engine
@testable import Networks

/// Ten steps of each optimiser on given gradients, through the graph that training runs.
@Suite struct OptimizerReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name, parametrisation: String
    let settings: [String: Double]
    let steps: [[String: [Double]]]

    var testDescription: String {
      let settings = settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      return "\(parametrisation) \(name): \(settings.joined(separator: ", "))"
    }

    /// What it is called here.
    var optimizer: Optimizer {
      get throws {
        var optimizer = try OptimizerReferenceTests.optimizer(name, settings)
        optimizer.weightDecay = settings["weightDecay"] ?? 0
        if let limit = settings["clipValue"] { optimizer.clipping = .value(limit) }
        if let limit = settings["clipNorm"] { optimizer.clipping = .norm(limit) }
        if let limit = settings["clipGlobalNorm"] { optimizer.clipping = .globalNorm(limit) }
        return optimizer
      }
    }

    /// Why this case is no measure for ours; nil if it is.
    var otherForm: String? {
      guard parametrisation == "torch" else { return nil }
      if settings["clipEpsilon"] != nil { return "adds 1e-6 to the norm it divides by" }
      return switch name {
      case "rmsprop": "adds ε to the root, ours under it"
      case "adagrad": "adds ε to the root, ours under it"
      case "adam", "adamw": "adds ε to the root of the corrected mean square"
      default: nil
      }
    }
  }

  struct File: Decodable, Sendable {
    let shapes: [String: [Int]]
    let start: [String: [Double]]
    let gradients: [[String: [Double]]]
    let cases: [Case]
    let kerasDefaults: [String: [String: Double]]
  }
  static let file = Result { try reference("optimizers.json", File.self) }

  /// An optimiser from Keras's names of settings.
  static func optimizer(_ name: String, _ settings: [String: Double]) throws -> Optimizer {
    func setting(_ key: String) throws -> Double { try #require(settings[key], "\(key)") }
    let rate = try setting("learningRate")
    switch name {
    case "sgd": return .sgd(learningRate: rate)
    case "momentum", "nesterov":
      return .sgd(
        learningRate: rate, momentum: try setting("momentum"), nesterov: name == "nesterov")
    case "rmsprop":
      return .rmsprop(
        learningRate: rate, decay: try setting("rho"), momentum: try setting("momentum"),
        epsilon: try setting("epsilon"), centered: settings["centered"] == 1)
    case "adagrad":
      return .adagrad(
        learningRate: rate, initialSum: try setting("initialAccumulator"),
        epsilon: try setting("epsilon"))
    case "adam", "adamw":
      return .adamW(
        learningRate: rate, weightDecay: settings["weightDecay"] ?? 0,
        beta1: try setting("beta1"), beta2: try setting("beta2"), epsilon: try setting("epsilon"))
    default: return try Optimizer(named: name)
    }
  }

  /// Each optimiser of the list is checked against Keras's numbers of the same name.
  @Test func everyOptimizerIsInTheFile() throws {
    for (name, _) in Optimizer.all {
      #expect(
        try Self.file.get().cases.contains { $0.name == name && $0.otherForm == nil },
        "no case of \(name)")
    }
  }

  /// Keras's defaults are ours.
  @Test func defaults() throws {
    for (name, settings) in try Self.file.get().kerasDefaults {
      let ours = try Optimizer(named: name)
      let theirs = try Self.optimizer(name, settings)
      #expect(AnyHashable(ours.rule) == AnyHashable(theirs.rule), "\(name)")
      #expect(ours.learningRate == theirs.learningRate, "\(name)")
      #expect(ours.weightDecay == theirs.weightDecay, "\(name)")
    }
  }

  /// What is left out, by name, so that nothing disappears from the checks unseen.
  @Test func casesOfOtherForms() throws {
    let left = try Self.file.get().cases.filter { $0.otherForm != nil }
    #expect(
      left.map(\.name) == [
        "rmsprop", "rmsprop", "adagrad", "adam", "adam", "adam", "adamw", "sgd",
      ])
    #expect(try Self.file.get().cases.count - left.count == 24)
  }

  @Test(arguments: try file.get().cases.filter { $0.otherForm == nil })
  func tenSteps(_ example: Case) throws {
    let optimizer = try example.optimizer
    let graph = Graph(isTraining: true)
    let names = ["kernel", "bias"]
    let parameters = try names.map { name in
      let shape = try TensorShape(checking: try #require(try Self.file.get().shapes[name]))
      return try graph.variable(
        Variable(name, shape: shape, isTrainable: true) { _ in Tensor(repeating: 0, shape: shape) })
    }
    var gradients = try zip(names, parameters).map {
      try graph.input("gradient of \($0)", shape: $1.shape)
    }
    if let decay = example.settings["l2"] {
      // PyTorch's weight decay: the gradient of a penalty with half the decay.
      var penalty = graph.constant(0)
      for parameter in parameters {
        if let part = try Penalty(l2: decay / 2)(parameter) { penalty = try penalty + part }
      }
      let added = try graph.gradients(of: penalty, withRespectTo: parameters)
      gradients = try zip(gradients, added).map { try $0 + $1 }
    }
    try optimizer.update(parameters, gradients: gradients, in: graph)
    var runs = try TwoRuns(
      graph, results: [], variables: firstValues(try Self.file.get().start, optimizer, graph))
    var worst = Worst()
    for (step, given) in try Self.file.get().gradients.enumerated() {
      var inputs = [Optimizer.rateInput: [optimizer.learningRate]]
      for name in names { inputs["gradient of \(name)"] = given[name] }
      _ = try runs.step(inputs)
      for name in names {
        let expected = try #require(example.steps[step][name])
        worst.note(
          exact: largestDistance(try #require(runs.exact[name]), expected),
          fast: largestDistance(runs.fast(name), expected))
      }
    }
    #expect(worst.exact <= 1e-12, "\(worst)")
    #expect(worst.fast <= 1e-5, "\(worst)")
  }
}

/// The parameters as given and the optimiser's state as its rule says, in 64 bits.
func firstValues(
  _ parameters: [String: [Double]], _ optimizer: Optimizer, _ graph: Graph
) -> [String: [Double]] {
  var values = parameters
  for variable in graph.variables where values[variable.name] == nil {
    let state = optimizer.rule.state.first { variable.name.hasSuffix("/\($0.name)") }
    values[variable.name] = [Double](
      repeating: state?.initial ?? 0, count: variable.shape.count)
  }
  return values
}
