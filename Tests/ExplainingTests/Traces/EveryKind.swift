import Engine
import Networks
import RunSupport
import Testing
import Training

@testable import Explaining

/// Networks that together use every layer, activation, loss and optimiser there is.
enum EveryKind {
  struct Case: CustomTestStringConvertible {
    var name: String
    var tracer: Tracer
    var inputs: [Float]
    var targets: [Float]
    var testDescription: String { name }
  }

  static func all() throws -> [Case] {
    try NetworkExample.all().map { example in
      Case(
        name: example.name,
        tracer: Tracer(
          example.model, plan: TrainingPlan(loss: example.model.loss, optimizer: .sgd())),
        inputs: example.inputs, targets: example.targets)
    } + Optimizer.all.map { try optimizer($0.name, $0.optimizer) }
      + clippings()
  }

  private static func make(
    _ name: String, _ network: Sequential, optimizer: Optimizer
  ) throws -> Case {
    let model = try Model(network, inputShape: [4], loss: .meanSquaredError, seed: 4)
    var generator = RandomGenerator(seed: 6)
    return Case(
      name: name,
      tracer: Tracer(model, plan: TrainingPlan(loss: model.loss, optimizer: optimizer)),
      inputs: (0..<4).map { _ in Float(generator.uniform() * 2 - 0.8) }, targets: [0.3, 0.8])
  }

  private static func optimizer(_ name: String, _ optimizer: Optimizer) throws -> Case {
    try make("optimizer \(name)", Sequential { Dense(2) }, optimizer: optimizer)
  }

  private static func clippings() throws -> [Case] {
    try [Clipping.value(0.01), .norm(0.02), .globalNorm(0.03)].map { clipping in
      var optimizer = Optimizer.adam()
      optimizer.clipping = clipping
      return try make(
        "clipping \(clipping)",
        Sequential {
          Dense(3, activation: .tanh); Dense(2)
        },
        optimizer: optimizer)
    }
  }
}
