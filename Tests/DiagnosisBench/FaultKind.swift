package import Diagnosis
import Engine
import Networks
import Training

/// One way to spoil a training, planted on several problems.
package struct FaultKind: Sendable {
  package var name: String
  /// What has to be named first.
  package var cause: any Cause.Type
  /// Causes that are as right, as one is how the other works; decided before any run.
  package var equivalents: [any Cause.Type] = []
  var problems: [LearningProblem]
  var plant: @Sendable (inout BenchTraining) throws -> Void

  init(
    _ name: String, _ cause: any Cause.Type, or equivalents: [any Cause.Type] = [],
    _ problems: [LearningProblem], plant: @escaping @Sendable (inout BenchTraining) throws -> Void
  ) {
    (self.name, self.cause, self.equivalents) = (name, cause, equivalents)
    (self.problems, self.plant) = (problems, plant)
  }

  package static let all = inTheNetwork + inTheTraining + inTheData
}

/// A training that cannot work, and why.
package struct PlantedFault: Sendable {
  package var kind: FaultKind
  package var training: BenchTraining

  package var name: String { training.name }

  /// What a diagnosis names first: of the causes, or of what would help where most is learned.
  package func named(by diagnosis: Diagnosis) -> String? {
    (diagnosis.findings.first ?? diagnosis.dismissed.first(where: \.isHelpful))?.cause
  }

  /// Is this cause right?
  package func isRight(_ cause: String) -> Bool {
    ([kind.cause] + kind.equivalents).contains { $0.name == cause }
  }

  /// Every kind on each of its problems, in networks and with optimisers that take turns.
  /// - Parameter seed: of data, first weights and order; another seed makes other trainings.
  package static func all(seed: UInt64) throws -> [PlantedFault] {
    let places = FaultKind.all.flatMap { kind in kind.problems.map { (kind, $0) } }
    return try places.enumerated().map { place, planted in
      let (kind, problem) = planted
      let choice = problem == .digits ? networks + imageNetworks : networks
      let (network, layers) = choice[place % choice.count]
      let (rule, optimizer) = optimizers[place / 2 % optimizers.count]
      var training = BenchTraining(
        "\(problem.rawValue), \(network), \(rule): \(kind.name)", problem, layers,
        optimizer: optimizer, seed: seed + UInt64(place))
      try kind.plant(&training)
      return PlantedFault(kind: kind, training: training)
    }
  }

  private static let networks: [(name: String, layers: [any Layer])] = [
    ("[32] relu", [Dense(32, activation: .relu, kernelInitializer: .heNormal)]),
    ("[24] tanh", [Dense(24, activation: .tanh)]),
    (
      "[48, 24] relu",
      [48, 24].map { Dense($0, activation: .relu, kernelInitializer: .heNormal) }
    ),
    ("[32, 16] gelu", [32, 16].map { Dense($0, activation: .gelu, kernelInitializer: .heNormal) }),
    ("[24, 24] tanh", [24, 24].map { Dense($0, activation: .tanh) }),
  ]

  /// For rows that are images of 8×8 pixels.
  private static let imageNetworks: [(name: String, layers: [any Layer])] = [
    (
      "convolution relu",
      [Reshaping(to: [8, 8, 1]), Conv2D(8, kernelSize: 3, activation: .relu), Flatten()]
    ),
    ("GRU", [Reshaping(to: [8, 8]), GRU(24)]),
  ]

  private static let optimizers: [(name: String, optimizer: Optimizer)] = [
    ("adam", .adam()), ("sgd", .sgd(learningRate: 0.1)),
    ("momentum", .sgd(learningRate: 0.02, momentum: 0.9)),
  ]
}

extension BenchTraining {
  /// Takes the plan's rule at another rate.
  mutating func rate(_ rate: Double) { optimizer.learningRate = rate }

  /// Replaces the hidden layers.
  mutating func hidden(
    _ count: Int, of units: Int, _ function: ActivationFunction,
    kernel: any Initializer = .glorotUniform, bias: any Initializer = .zeros
  ) {
    hidden = (0..<count).map { _ in
      Dense(units, activation: function, kernelInitializer: kernel, biasInitializer: bias)
    }
  }
}
