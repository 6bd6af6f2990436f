import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Three noisy clouds in eight dimensions: a classification that a small network learns in seconds.
func clouds(_ count: Int, seed: UInt64 = 3) throws -> Dataset {
  var generator = RandomGenerator(seed: seed)
  var inputs: [Float] = []
  var targets: [Float] = []
  for _ in 0..<count {
    let label = generator.below(3)
    targets.append(Float(label))
    inputs += (0..<8).map { axis in
      Float(generator.normal() + (axis % 3 == label ? 1.5 : 0))
    }
  }
  return try Dataset(
    inputs: Examples(shape: [8], floats: inputs), targets: Examples(shape: .scalar, floats: targets)
  )
}

/// A network with every kind of layer that trains, dropout included.
let toyNetwork = Sequential {
  Dense(96, activation: .relu)
  BatchNorm(momentum: 0.9)
  Dropout(0.2)
  Dense(64, activation: .tanh)
  Dense(3)
}

func toyPlan(epochs: Int = 4, batch: Int = 16) -> TrainingPlan {
  TrainingPlan(
    loss: .crossEntropy, optimizer: .adamW(), schedule: .cosine(over: 200),
    penalty: Penalty(l2: 1e-4), epochs: epochs, batch: batch, seed: 11)
}

/// Trains with several numbers of threads and expects the same weights of all.
func expectSameWeights(
  _ network: Sequential, inputShape: TensorShape, _ data: Dataset, _ plan: TrainingPlan, steps: Int,
  seed: UInt64, kernels name: String, _ location: SourceLocation = #_sourceLocation
) throws {
  var hashes: Set<String> = []
  for threads in [1, 2, 3, 8] {
    let model = try Model(network, inputShape: inputShape, loss: plan.loss, seed: seed)
    let run = try TrainingLoop(
      model, plan: plan, train: data, threads: threads, kernels: Kernels(named: name))
    try run.run()
    #expect(run.checkpoint().steps == steps, sourceLocation: location)
    hashes.insert(try run.bestModel().weightsSHA256)
  }
  #expect(hashes.count == 1, sourceLocation: location)
}
