import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Diagnosis

/// A training that should raise no alarm.
struct HealthyRun: Sendable, CustomTestStringConvertible {
  var name: String
  var problem: LearningProblem
  var layers: [any Layer]
  var optimizer: Optimizer
  var seed: UInt64
  var change: @Sendable (inout TrainingSetup) throws -> Void = { _ in }

  var testDescription: String { name }

  func setup() throws -> TrainingSetup {
    let (train, validation) = try problem.data(seed: seed)
    let plan = TrainingPlan(
      loss: problem.loss, optimizer: optimizer, epochs: 60, batch: 32, seed: seed)
    let model = try Model(
      Sequential(layers), inputShape: train.inputs.shape, loss: problem.loss, seed: seed)
    var setup = try TrainingSetup(model, plan: plan, train: train, validation: validation)
    try change(&setup)
    return setup
  }

  /// Every problem, optimiser and usual activation, mixed.
  static let all: [HealthyRun] = {
    let optimizers: [(String, Optimizer)] = [
      ("adam", .adam()), ("adam 0.01", .adam(learningRate: 0.01)),
      ("sgd 0.1", .sgd(learningRate: 0.1)), ("momentum", .sgd(learningRate: 0.05, momentum: 0.9)),
      ("rmsprop", .rmsprop()), ("adamw", .adamW()),
      ("adagrad", .adagrad(learningRate: 0.05)),
      ("nesterov", .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true)),
    ]
    let functions: [ActivationFunction] = [
      .relu, .tanh, .gelu, .sigmoid, .elu(), .leakyReLU(), .selu, .silu,
    ]
    var runs: [HealthyRun] = []
    for place in 0..<20 {
      let problem = LearningProblem.allCases[place % 4]
      let (name, optimizer) = optimizers[(place * 3 + place / 8) % optimizers.count]
      let function = functions[(place * 5 + place / 4) % functions.count]
      let widths = [[32], [32, 16], [48, 24], [64, 32, 16]][(place / 4 + place) % 4]
      var layers: [any Layer] = widths.map {
        Dense(
          $0, activation: function,
          kernelInitializer: function == .tanh || function == .sigmoid ? .glorotUniform : .heNormal)
      }
      if place % 7 == 3 { layers.insert(Dropout(0.2), at: 1) }
      layers.append(Dense(problem.outputs))
      runs.append(
        HealthyRun(
          name: "\(problem.rawValue), \(widths), \(function.name), \(name)", problem: problem,
          layers: layers, optimizer: optimizer, seed: UInt64(place + 1)))
    }
    return runs
  }()
}

extension HealthyRun {
  /// The share of the loss of knowing nothing that is gone after the whole training.
  func learnedByTheTrainer(_ setup: TrainingSetup) throws -> Double {
    let run = try TrainingLoop(
      setup.model, plan: setup.plan, train: setup.train, validation: setup.heldOut)
    try run.run()
    let best = run.history.compactMap { $0.validation?["loss"] }.min()!
    let nothing = try Baseline(setup.plan.loss, train: setup.train, classes: setup.classCount)
      .losses(of: setup.heldOut)
    return 1 - best / Measurements.mean(nothing)
  }
}
