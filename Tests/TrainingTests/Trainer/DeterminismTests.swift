import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct DeterminismTests {
  /// 200 steps of a network large enough that every product and element-wise kernel is cut into chunks.
  @Test(arguments: Kernels.available)
  func weightsAreTheSameForAnyNumberOfThreads(kernels name: String) throws {
    let network = Sequential {
      Dense(512, activation: .gelu)
      Dropout(0.3)
      Dense(512, activation: .relu)
      Dense(3)
    }
    let data = try clouds(1600)
    var plan = toyPlan(epochs: 2)
    plan.optimizer.clipping = .globalNorm(1)
    try expectSameWeights(
      network, inputShape: [8], data, plan, steps: 200, seed: plan.seed, kernels: name)
  }

  /// Every layer with windows, in shapes that are cut into chunks.
  @Test(arguments: Kernels.available)
  func convolutionsAreTheSameForAnyNumberOfThreads(kernels name: String) throws {
    let network = Sequential {
      Conv2D(24, kernelSize: 3, padding: .same, activation: .relu)
      MaxPool2D(poolSize: 3, strides: 2)
      DepthwiseConv2D(kernelSize: 3, padding: .same)
      Conv2D(32, kernelSize: 3, strides: 2, padding: .same, groups: 2, activation: .tanh)
      AveragePool2D(poolSize: 2, strides: 1)
      Conv2D(16, kernelSize: 1)
      Flatten()
      Dense(3)
    }
    var generator = RandomGenerator(seed: 5)
    let images = (0..<120 * 400).map { _ in Float(generator.normal()) }
    let data = try Dataset(
      inputs: Examples(shape: [20, 20, 1], floats: images),
      targets: Examples(shape: .scalar, floats: (0..<120).map { Float($0 % 3) }))
    let plan = toyPlan(epochs: 2, batch: 40)
    try expectSameWeights(
      network, inputShape: [20, 20, 1], data, plan, steps: 6, seed: plan.seed, kernels: name)
  }

  @Test func resumingAtFiftyMomentsEqualsUnbrokenTraining() throws {
    let data = try clouds(300)
    let validation = try clouds(90, seed: 4)
    let plan = toyPlan()
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: plan.seed)
    func run(_ checkpoint: Checkpoint?) throws -> TrainingLoop {
      try TrainingLoop(
        model, plan: plan, train: data, validation: validation, metrics: [.accuracy], threads: 2,
        kernels: nil, resuming: checkpoint)
    }
    let unbroken = try run(nil)
    try unbroken.run()
    let steps = unbroken.checkpoint().steps
    let temporary = try TemporaryFolder()
    let path = temporary.path("resume.safetensors")
    var generator = RandomGenerator(seed: 8)
    for cut in generator.permutation(steps - 1).prefix(50).map({ $0 + 1 }) {
      let first = try run(nil)
      var done = 0
      try first.run(listen: { event in
        if case .step = event { done += 1 }
        return done >= cut ? .stop : .continue
      })
      try first.checkpoint().write(to: path)
      let second = try run(Checkpoint(path: path))
      try second.run()
      #expect(second.checkpoint().steps == steps)
      #expect(
        try second.bestModel().weightsSHA256 == unbroken.bestModel().weightsSHA256, "cut \(cut)")
      #expect(
        Model.sha256(second) == Model.sha256(unbroken), "last weights and optimiser, cut \(cut)")
      #expect(second.history.map(\.withoutTime) == unbroken.history.map(\.withoutTime))
    }
  }

  @Test func theSameSeedGivesTheSameWeightsAndAnotherSeedOthers() throws {
    let hash = { (seed: UInt64) in
      try Model(toyNetwork, inputShape: [8], loss: .crossEntropy, seed: seed).weightsSHA256
    }
    #expect(try hash(1) == hash(1))
    #expect(try hash(1) != hash(2))
  }
}

extension Model {
  fileprivate static func sha256(_ run: TrainingLoop) -> String {
    var hash = SHA256()
    for (_, tensor) in run.checkpoint().variables {
      tensor.values.withUnsafeBytes { hash.update($0) }
    }
    return SHA256.text(hash.finalize())
  }
}

extension EpochRecord {
  fileprivate var withoutTime: EpochRecord {
    var record = self
    record.seconds = 0
    return record
  }
}
