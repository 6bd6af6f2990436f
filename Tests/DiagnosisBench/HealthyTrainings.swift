import Engine
import Networks

/// Trainings that should raise no alarm: every problem, optimiser and usual activation, mixed.
package enum HealthyTrainings {
  /// Forty, of which the last twenty have fewer than a hundred rows.
  /// - Parameter seed: of data, first weights and order; another seed makes other trainings.
  package static func all(seed: UInt64) -> [BenchTraining] {
    (0..<20).map { large($0, seed: seed + UInt64($0)) }
      + (0..<20).map { small($0, seed: seed + 20 + UInt64($0)) }
  }

  private static let optimizers: [(name: String, optimizer: Optimizer)] = [
    ("adam", .adam()), ("adam 0.01", .adam(learningRate: 0.01)),
    ("sgd 0.1", .sgd(learningRate: 0.1)), ("momentum", .sgd(learningRate: 0.05, momentum: 0.9)),
    ("rmsprop", .rmsprop()), ("adamw", .adamW()), ("adagrad", .adagrad(learningRate: 0.05)),
    ("nesterov", .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true)),
  ]
  private static let functions: [ActivationFunction] = [
    .relu, .tanh, .gelu, .sigmoid, .elu(), .leakyReLU(), .selu, .silu,
  ]

  private static func large(_ place: Int, seed: UInt64) -> BenchTraining {
    let problem = LearningProblem.allCases[place % 4]
    let (name, optimizer) = optimizers[(place * 3 + place / 8) % optimizers.count]
    let function = functions[(place * 5 + place / 4) % functions.count]
    let widths = [[32], [32, 16], [48, 24], [64, 32, 16]][(place / 4 + place) % 4]
    var layers = hidden(widths, function)
    var kind = "\(widths)"
    if place % 7 == 3 { layers.insert(Dropout(0.2), at: 1) }
    if place % 5 == 4 { layers.insert(BatchNorm(), at: 1) }
    if place == 11 {
      kind = "convolution"
      layers = [
        Reshaping(to: [8, 8, 1]), Conv2D(8, kernelSize: 3, activation: function), Flatten(),
        Dense(24, activation: function),
      ]
    }
    if place == 15 {
      kind = "GRU"
      layers = [Reshaping(to: [8, 8]), GRU(24)]
    }
    let isNoisy = place % 6 == 2
    var training = BenchTraining(
      "\(problem.rawValue)\(isNoisy ? " of which a third is noise" : ""), \(kind), "
        + "\(function.name), \(name)", problem, layers, optimizer: optimizer, seed: seed)
    if isNoisy { training.change = { try $0.shuffleLabels(share: 1 / 3, seed: seed) } }
    return training
  }

  private static func small(_ place: Int, seed: UInt64) -> BenchTraining {
    let problem = LearningProblem.allCases[place % 4]
    let (name, optimizer) = optimizers[(place * 3 + place / 8) % optimizers.count]
    let function = functions[(place * 5 + place / 4) % functions.count]
    let rows = [12, 24, 36, 48, 60, 72][(place + place / 4) % 6]
    let widths = [[8], [16], [12, 8]][place % 3]
    var layers = hidden(widths, function)
    if place % 7 == 3 { layers.insert(Dropout(0.2), at: 1) }
    var training = BenchTraining(
      "\(problem.rawValue), \(rows) + \(rows / 3) rows, \(widths), \(function.name), \(name)",
      problem, layers, optimizer: optimizer, seed: seed)
    (training.rows, training.batch) = (rows, [8, 16, 32][place % 3])
    // Enough steps for the slowest of them.
    training.epochs = 3000 * training.batch / max(rows, training.batch)
    return training
  }

  private static func hidden(_ widths: [Int], _ function: ActivationFunction) -> [any Layer] {
    widths.map {
      Dense(
        $0, activation: function,
        kernelInitializer: function == .tanh || function == .sigmoid ? .glorotUniform : .heNormal)
    }
  }
}
