import Datasets
import Engine
import Networks
import Training

/// A training that is the same wherever it runs, small enough to be saved hundreds of times a second.
enum CrashTraining {
  /// Three steps for each epoch, and a checkpoint after each epoch.
  static let stepsPerSave = 3

  static let network = Sequential {
    Dense(24, activation: .relu)
    Dropout(0.2)
    Dense(3)
  }

  static func data() throws -> Dataset {
    var generator = RandomGenerator(seed: 21)
    let targets = (0..<48).map { Float($0 % 3) }
    let inputs = targets.flatMap { target in
      (0..<5).map { axis in Float(generator.normal()) + (axis % 3 == Int(target) ? 2 : 0) }
    }
    return try Dataset(
      inputs: Examples(shape: [5], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets)
    )
  }

  static func plan(epochs: Int) -> TrainingPlan {
    TrainingPlan(
      loss: .crossEntropy, optimizer: .adam(), schedule: .cosine(over: 5000), epochs: epochs,
      batch: 16, seed: 9)
  }

  /// From the beginning, or on from a checkpoint.
  static func run(from checkpoint: Checkpoint? = nil, epochs: Int = 1_000_000) throws
    -> TrainingLoop
  {
    let data = try data()
    let model = try Model(network, inputShape: [5], loss: .crossEntropy, seed: 9)
    if let checkpoint { return try TrainingLoop(resuming: checkpoint, model, train: data) }
    return try TrainingLoop(model, plan: plan(epochs: epochs), train: data)
  }
}
