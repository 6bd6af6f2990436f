import Datasets
import Engine
import Networks

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
    inputs: Samples(shape: [8], floats: inputs), targets: Samples(shape: .scalar, floats: targets))
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
