import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Diagnosis

/// A training that cannot work, and why.
struct PlantedFault: Sendable, CustomTestStringConvertible {
  var name: String
  /// The cause to be found first.
  var cause: any Cause.Type
  var problem: LearningProblem
  var hidden: [any Layer]
  var last: ActivationFunction = .linear
  var optimizer: Optimizer = .adam()
  var seed: UInt64 = 1
  var change: @Sendable (inout TrainingSetup) throws -> Void = { _ in }

  var testDescription: String { name }

  init(
    _ name: String, _ cause: any Cause.Type, _ problem: LearningProblem, _ hidden: [any Layer],
    last: ActivationFunction = .linear, optimizer: Optimizer = .adam(), seed: UInt64 = 1,
    change: @escaping @Sendable (inout TrainingSetup) throws -> Void = { _ in }
  ) {
    (self.name, self.cause, self.problem, self.hidden) = (name, cause, problem, hidden)
    (self.last, self.optimizer, self.seed, self.change) = (last, optimizer, seed, change)
  }

  func setup() throws -> TrainingSetup {
    let healthy = HealthyRun(
      name: name, problem: problem, layers: hidden + [Dense(problem.outputs, activation: last)],
      optimizer: optimizer, seed: seed, change: change)
    return try healthy.setup()
  }

  private static func relu(_ widths: Int...) -> [any Layer] {
    widths.map { Dense($0, activation: .relu, kernelInitializer: .heNormal) }
  }

  private static func layers(
    _ count: Int, of units: Int, _ function: ActivationFunction,
    kernel: any Initializer = .glorotUniform, bias: any Initializer = .zeros
  ) -> [any Layer] {
    (0..<count).map { _ in
      Dense(units, activation: function, kernelInitializer: kernel, biasInitializer: bias)
    }
  }

  static let all: [PlantedFault] = network + training + data

  // MARK: In the network

  private static let network: [PlantedFault] = [
    PlantedFault(
      "digits: biases of −10 before ReLU", DeadReLU.self, .digits,
      layers(1, of: 32, .relu, kernel: .heNormal, bias: .constant(-10))),
    PlantedFault(
      "clouds: second ReLU layer dead", DeadReLU.self, .clouds,
      relu(32) + layers(1, of: 16, .relu, kernel: .heNormal, bias: .constant(-8)),
      optimizer: .sgd(learningRate: 0.1)),
    PlantedFault(
      "surface: biases of −12 before ReLU", DeadReLU.self, .surface,
      layers(2, of: 24, .relu, kernel: .heNormal, bias: .constant(-12)), seed: 4),
    PlantedFault(
      "ring: tanh pushed flat", Saturation.self, .ring,
      layers(2, of: 24, .tanh, bias: .constant(9)), optimizer: .sgd(learningRate: 0.1)),
    PlantedFault(
      "digits: sigmoid pushed flat", Saturation.self, .digits,
      layers(1, of: 32, .sigmoid, bias: .constant(-14)), optimizer: .sgd(learningRate: 0.1)),
    PlantedFault(
      "digits: every weight 0", EqualUnits.self, .digits,
      layers(2, of: 32, .tanh, kernel: .zeros), optimizer: .sgd(learningRate: 0.1)),
    PlantedFault(
      "clouds: every weight 0.5", EqualUnits.self, .clouds,
      layers(1, of: 32, .tanh, kernel: .constant(0.5))),
    PlantedFault(
      "digits: weights of deviation 5", LargeWeights.self, .digits,
      layers(3, of: 32, .tanh, kernel: .normal(deviation: 5)),
      optimizer: .sgd(learningRate: 0.02)),
    PlantedFault(
      "surface: weights of deviation 3", LargeWeights.self, .surface,
      layers(3, of: 32, .relu, kernel: .normal(deviation: 3))),
    PlantedFault(
      "digits: weights of deviation 0.0001", SmallWeights.self, .digits,
      layers(2, of: 32, .tanh, kernel: .normal(deviation: 0.0001)),
      optimizer: .sgd(learningRate: 0.02)),
    PlantedFault(
      "clouds: ten sigmoid layers", VanishingGradients.self, .clouds, layers(10, of: 16, .sigmoid),
      optimizer: .sgd(learningRate: 0.1)),
    PlantedFault(
      "digits: eight sigmoid layers", VanishingGradients.self, .digits, layers(8, of: 24, .sigmoid),
      seed: 2),
    PlantedFault(
      "surface: eight linear layers that enlarge", ExplodingGradients.self, .surface,
      layers(8, of: 24, .linear, kernel: .normal(deviation: 0.6)),
      optimizer: .sgd(learningRate: 0.01)),
    PlantedFault(
      "clouds: dropout of 0.97", StrongDropout.self, .clouds,
      [Dense(32, activation: .relu), Dropout(0.97), Dense(32, activation: .relu), Dropout(0.97)]),
    PlantedFault(
      "digits: softmax before a loss on scores", LossMismatch.self, .digits, relu(32),
      last: .softmax),
    PlantedFault(
      "clouds: ReLU before a loss on scores", LossMismatch.self, .clouds, relu(32), last: .relu),
    PlantedFault(
      "ring: sigmoid before a loss on scores", LossMismatch.self, .ring, relu(32), last: .sigmoid),
    PlantedFault(
      "surface: ReLU after the last layer", LossMismatch.self, .surface, relu(32), last: .relu),
    PlantedFault(
      "digits: scores into a loss on probabilities", LossMismatch.self, .digits, relu(32),
      change: {
        $0 = try $0.with(
          network: $0.model.network, loss: .crossEntropyOnProbabilities, keepingWeights: true)
      }),
  ]

  // MARK: In the plan

  private static let training: [PlantedFault] = [
    PlantedFault(
      "digits: gradient descent at rate 20", LargeLearningRate.self, .digits, relu(32),
      optimizer: .sgd(learningRate: 20)),
    PlantedFault(
      "clouds: adam at rate 3", LargeLearningRate.self, .clouds, relu(32, 16),
      optimizer: .adam(learningRate: 3)),
    PlantedFault(
      "surface: gradient descent at rate 5", LargeLearningRate.self, .surface, relu(32),
      optimizer: .sgd(learningRate: 5)),
    PlantedFault(
      "ring: adam at rate 2", LargeLearningRate.self, .ring, layers(2, of: 24, .tanh),
      optimizer: .adam(learningRate: 2)),
    PlantedFault(
      "digits: adam at rate 1e-7", SmallLearningRate.self, .digits, relu(32),
      optimizer: .adam(learningRate: 1e-7)),
    PlantedFault(
      "surface: gradient descent at rate 1e-5", SmallLearningRate.self, .surface, relu(32),
      optimizer: .sgd(learningRate: 1e-5)),
    PlantedFault(
      "ring: momentum at rate 1e-6", SmallLearningRate.self, .ring, layers(1, of: 32, .tanh),
      optimizer: .sgd(learningRate: 1e-6, momentum: 0.9)),
    PlantedFault(
      "clouds: schedule that is 0", Frozen.self, .clouds, relu(32),
      change: { $0.plan.schedule = .zero }),
    PlantedFault(
      "digits: first layers frozen, last too", Frozen.self, .digits, [],
      change: {
        $0 = try $0.with(network: Fixed(inner: $0.model.network), keepingWeights: false)
      }),
    PlantedFault(
      "digits: global norm limited to 1e-5", ClippedAway.self, .digits, relu(32),
      optimizer: .sgd(learningRate: 0.1).clipped(.globalNorm(1e-5))),
    PlantedFault(
      "surface: gradients limited to 1e-5", ClippedAway.self, .surface, relu(32),
      optimizer: .sgd(learningRate: 0.1).clipped(.value(1e-5))),
    PlantedFault(
      "digits: penalty of 10 Σw²", StrongPenalty.self, .digits, relu(32),
      change: { $0.plan.penalty = Penalty(l2: 10) }),
    PlantedFault(
      "clouds: penalty of Σ|w|", StrongPenalty.self, .clouds, relu(32),
      change: { $0.plan.penalty = Penalty(l1: 1) }),
    PlantedFault(
      "surface: weight decay of 200", StrongPenalty.self, .surface, relu(32),
      optimizer: .adamW(weightDecay: 200)),
    PlantedFault(
      "digits: batches of one row at a rate for 32", SmallBatch.self, .digits, relu(32),
      optimizer: .sgd(learningRate: 0.3), change: { $0.plan.batch = 1 }),
    PlantedFault(
      "digits: one batch for each of 5 epochs", LargeBatch.self, .digits, relu(32),
      change: { ($0.plan.batch, $0.plan.epochs) = (1000, 5) }),
  ]

  // MARK: In the data

  private static let data: [PlantedFault] = [
    PlantedFault(
      "digits: inputs times 1000", UnscaledInput.self, .digits, layers(1, of: 32, .tanh),
      optimizer: .sgd(learningRate: 0.1),
      change: { try $0.changeInputs { _, _, x in x * 1000 } }),
    PlantedFault(
      "clouds: inputs divided by 1000", UnscaledInput.self, .clouds, relu(32),
      optimizer: .sgd(learningRate: 0.05),
      change: { try $0.changeInputs { _, _, x in x / 1000 } }),
    PlantedFault(
      "surface: one column in other units", UnscaledInput.self, .surface, relu(32),
      change: { try $0.changeInputs { _, column, x in column == 4 ? x * 20_000 : x } }),
    PlantedFault(
      "ring: inputs like years", UnscaledInput.self, .ring, layers(1, of: 32, .tanh),
      change: { try $0.changeInputs { _, _, x in 2000 + 10 * x } }),
    PlantedFault(
      "surface: target in euros", UnscaledTarget.self, .surface, relu(32),
      change: { try $0.changeTargets { _, y in 250_000 + 80_000 * y } }),
    PlantedFault(
      "clouds: labels shuffled", UnrelatedLabels.self, .clouds, relu(32),
      change: { try $0.shuffleLabels() }),
    PlantedFault(
      "digits: labels shuffled", UnrelatedLabels.self, .digits, relu(32),
      change: { try $0.shuffleLabels() }),
    PlantedFault(
      "surface: targets shuffled", UnrelatedLabels.self, .surface, relu(32),
      change: { try $0.shuffleLabels() }),
    PlantedFault(
      "digits: one number that is none", UnusableData.self, .digits, relu(32),
      change: { try $0.changeInputs { row, column, x in row == 7 && column == 5 ? .nan : x } }),
    PlantedFault(
      "clouds: a class that does not exist", UnusableData.self, .clouds, relu(32),
      change: { try $0.changeTargets { row, y in row == 3 ? 3 : y } }),
    PlantedFault(
      "surface: every input the same", ConstantData.self, .surface, relu(32),
      change: { try $0.changeInputs { _, _, _ in 1 } }),
    PlantedFault(
      "ring: twelve rows copied", FewExamples.self, .ring, relu(32),
      change: { setup in
        let train = setup.train
        setup.train = try train.subset((0..<600).map { $0 % 12 })
        setup.train = try setup.train.mappingTargets { row, _ in Float(row % 12 % 2) }
      }),
    PlantedFault(
      "clouds: one class of a hundred rows to one", ClassImbalance.self, .clouds, relu(16),
      optimizer: .sgd(learningRate: 0.02),
      change: { setup in
        setup.train = try setup.train.keepingFew(of: 2, 3)
        setup.heldOut = try setup.heldOut.keepingFew(of: 2, 12)
      }),
  ]
}

/// Layers whose weights are kept as they are.
private struct Fixed: Layer {
  let inner: any Layer

  func callAsFunction(_ input: Node) throws -> Node {
    let kernel = try input.graph.variable(
      Variable("fixed/kernel", shape: [64, 10], isTrainable: false) { generator in
        Initializers.GlorotUniform().values(shape: [64, 10], generator: &generator)
      })
    return try Ops.MatrixProduct()(input, kernel)
  }
}

extension Schedule where Self == Schedules.Cosine {
  /// The first step only has any length.
  fileprivate static var zero: Self { Self(over: 1) }
}

extension Optimizer {
  fileprivate func clipped(_ clipping: Clipping) -> Optimizer {
    var optimizer = self
    optimizer.clipping = clipping
    return optimizer
  }
}

extension TrainingSetup {
  fileprivate mutating func changeInputs(_ change: (Int, Int, Float) -> Float) throws {
    (train, heldOut) = (try train.mappingInputs(change), try heldOut.mappingInputs(change))
  }

  fileprivate mutating func changeTargets(_ change: (Int, Float) -> Float) throws {
    (train, heldOut) = (try train.mappingTargets(change), try heldOut.mappingTargets(change))
  }

  fileprivate mutating func shuffleLabels() throws {
    func shuffled(_ data: Dataset, _ stream: UInt64) throws -> Dataset {
      var generator = RandomGenerator(seed: 77, stream: stream)
      let order = generator.permutation(data.count)
      return try data.mappingTargets { row, _ in data.targets[order[row]][0] }
    }
    (train, heldOut) = (try shuffled(train, 0), try shuffled(heldOut, 1))
  }
}

extension Dataset {
  /// Only some rows of one class.
  fileprivate func keepingFew(of label: Float, _ most: Int) throws -> Dataset {
    var kept = 0
    return try subset(
      (0..<count).filter { row in
        guard targets[row][0] == label else { return true }
        kept += 1
        return kept <= most
      })
  }
}
