import Glassbox

/// Are a noisy point's two corners of the unit square the same? No straight line tells.
enum Corners {
  struct Point: Encodable {
    var x: Double
    var y: Double
  }

  static func preprocessing() throws -> Preprocessing {
    try Preprocessing(columns: ["x", "y"], target: "corners", classes: ["same", "different"])
  }

  static func data() throws -> (train: Dataset, validation: Dataset) {
    var generator = RandomGenerator(seed: 5)
    var (inputs, targets): ([Float], [Float]) = ([], [])
    for _ in 0..<400 {
      let (a, b) = (generator.below(2), generator.below(2))
      inputs.append(Float(Double(a) + 0.1 * generator.normal()))
      inputs.append(Float(Double(b) + 0.1 * generator.normal()))
      targets.append(Float(a ^ b))
    }
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
    return (try data.subset(Array(0..<300)), try data.subset(Array(300..<400)))
  }

  static func learned() throws -> TrainedModel {
    let network = Sequential {
      Dense(8, activation: .tanh)
      Dense(1)
    }
    var trainer = Trainer(
      network, loss: .binaryCrossEntropy, optimizer: .adam(learningRate: 0.03),
      metrics: [.accuracy])
    let (train, validation) = try data()
    try trainer.fit(train, validation: validation, epochs: 60)
    return try TrainedModel(trainer, preprocessing: preprocessing(), data: "corners")
  }
}
