import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// What frozen layers make of data is computed once: no bit of the training tells.
@Suite struct KeptFeaturesTests {
  private func images(_ count: Int) throws -> Dataset {
    var generator = RandomGenerator(seed: 8)
    let targets = (0..<count).map { _ in Float(generator.below(3)) }
    let inputs = targets.flatMap { target in
      (0..<75).map { Float(generator.normal()) + ($0 % 3 == Int(target) ? 1 : 0) }
    }
    return try Dataset(
      inputs: Examples(shape: [5, 5, 3], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
  }

  private static let images: [any Layer] = [
    FrozenLayers {
      Conv2D(8, kernelSize: 3, padding: .same, activation: .relu6)
      BatchNorm()
      Dropout(0.5)
      Residual { Conv2D(8, kernelSize: 3, padding: .same) }
      GlobalAveragePool2D()
      Dense(7, activation: .tanh)
    },
    Dense(9, activation: .relu), BatchNorm(), Dropout(0.3), Dense(3),
  ]

  private func train(
    _ layers: [any Layer], _ data: Dataset, validation: Dataset?, keepsFeatures: Bool
  ) throws -> (model: Model, loop: TrainingLoop) {
    let model = try Model(
      Sequential(layers), inputShape: data.inputs.shape, loss: .crossEntropy, seed: 3)
    let loop = try TrainingLoop(
      model, plan: toyPlan(epochs: 3), train: data, validation: validation,
      metrics: [.accuracy], threads: 2, kernels: nil, resuming: nil, keepsFeatures: keepsFeatures)
    try loop.run()
    return (try loop.bestModel(), loop)
  }

  @Test(arguments: [true, false]) func sameBits(hasValidation: Bool) throws {
    let (data, validation) = (try images(90), hasValidation ? try images(40) : nil)
    let plain = try train(Self.images, data, validation: validation, keepsFeatures: false)
    let kept = try train(Self.images, data, validation: validation, keepsFeatures: true)
    // The frozen layers are not computed at each step, and the model has them still.
    #expect(plain.loop.cycle.inputShape == [5, 5, 3])
    #expect(kept.loop.cycle.inputShape == [7])
    #expect(kept.model.inputShape == [5, 5, 3])
    #expect(kept.model.tensors.map(\.name) == plain.model.tensors.map(\.name))
    for (a, b) in zip(kept.model.tensors, plain.model.tensors) { #expect(a.tensor == b.tensor) }
    for (a, b) in zip(kept.loop.history, plain.loop.history) {
      #expect(a.train == b.train && a.validation == b.validation)
      #expect(a.gradientNorms == b.gradientNorms)
    }
  }

  /// Inputs that are varied differ from epoch to epoch; layers that learn must be computed.
  @Test func onlyWhereNothingChanges() throws {
    var varied = try images(20)
    varied.augmentation = Augmentation()
    let model = try Model(Sequential(Self.images), inputShape: [5, 5, 3], loss: .crossEntropy)
    #expect(try KeptFeatures(model, varied, nil, threads: 1, kernels: nil) == nil)
    let learning = try Model(toyNetwork, inputShape: [8], loss: .crossEntropy)
    #expect(try KeptFeatures(learning, clouds(20), nil, threads: 1, kernels: nil) == nil)
  }
}
