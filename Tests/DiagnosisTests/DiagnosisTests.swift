import Datasets
import DiagnosisBench
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Diagnosis

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct DiagnosisTests {
  private func fault(_ kind: String, _ problem: LearningProblem) throws -> TrainingSetup {
    let all = try PlantedFault.all(seed: 1)
    let fault = try #require(all.first { $0.kind.name == kind && $0.training.problem == problem })
    return try fault.training.setup()
  }

  @Test func rehearsedStepsAreTheTrainersBitForBit() throws {
    for optimizer in [Optimizer.adam(), .sgd(learningRate: 0.1, momentum: 0.9)] {
      let hidden: [any Layer] = [Dense(16, activation: .tanh), Dropout(0.3)]
      var clipped = optimizer
      clipped.clipping = .globalNorm(0.5)
      let training = BenchTraining(
        "", .clouds, hidden, optimizer: clipped, seed: 5)
      var setup = try training.setup()
      setup.plan.epochs = 2
      setup.plan.schedule = .cosine(over: 30)
      setup.plan.penalty = Penalty(l2: 0.001)
      setup.plan.classWeights = [1, 2, 3]
      let trainer = try TrainingLoop(setup.model, plan: setup.plan, train: setup.train)
      var last: Model?
      try trainer.run(listen: { event in
        if case .epoch(let record) = event, record.epoch == 2 { last = try? trainer.bestModel() }
        return .continue
      })
      #expect(trainer.history.last?.isBest == true)
      let trialRun = try TrialRun(setup, steps: setup.plannedSteps, kernels: .chosen())
      #expect(try trialRun.model().weightsSHA256 == last?.weightsSHA256)
    }
  }

  /// Biases with two axes are no kernels, and the gates of a recurrent layer are not linear.
  @Test func layersOfSequencesAreReadAsWhatTheyAre() throws {
    let network = Sequential {
      Embedding(tokens: 9, units: 4, masksZero: true)
      PositionEmbedding()
      Attention(heads: 2, keyWidth: 3)
      GRU(5, returnsSequences: true)
      Bidirectional(LSTM(3))
      Dense(2)
    }
    let model = try Model(network, inputShape: [6], loss: .crossEntropy)
    var generator = RandomGenerator(seed: 2)
    let data = try Dataset(
      inputs: Examples(shape: [6], floats: (0..<120).map { _ in Float(generator.below(9)) }),
      targets: Examples(shape: .scalar, floats: (0..<20).map { Float($0 % 2) }))
    let seen = try NetworkObservation(model, loss: .crossEntropy, data: data, kernels: .chosen())
    #expect(
      seen.layers.map { "\($0.name) \($0.function) \($0.units)" } == [
        "attention/query linear 6", "attention/key linear 6", "attention/value linear 6",
        "attention/attention_output linear 4", "gru recurrent scan 5",
        "bidirectional/forward_lstm recurrent scan 3",
        "bidirectional/backward_lstm recurrent scan 3", "dense linear 2",
      ])
    #expect(seen.layers.allSatisfy { !$0.hasEqualUnits && (0.3...3).contains($0.gain) })
    let setup = try TrainingSetup(
      model, plan: TrainingPlan(loss: .crossEntropy, optimizer: .adam()), train: data)
    let found = try Measurements(setup, trained: nil, steps: 5, kernels: .chosen())
    #expect(EqualUnits.evidence(found, setup) == nil)
    #expect(SmallWeights.evidence(found, setup) == nil)
  }

  @Test func layerStatisticsAreTheOnesOfTheDefinition() throws {
    let setup = try fault("biases of −12 before ReLU", .clouds)
    let seen = try NetworkObservation(
      setup.model, loss: setup.plan.loss, data: setup.train, kernels: .chosen())
    #expect(seen.layers.map(\.name) == ["dense", "dense_1", "dense_2"])
    #expect(seen.layers.map(\.function) == ["relu", "relu", "linear"])
    #expect(seen.layers.map(\.isLast) == [false, false, true])
    // The first layer again, by hand in Double.
    let tensors = Dictionary(uniqueKeysWithValues: setup.model.tensors.map { ($0.name, $0.tensor) })
    func layer(_ name: String, _ x: [Double]) -> [Double] {
      let (kernel, bias) = (tensors["\(name)/kernel"]!, tensors["\(name)/bias"]!)
      let units = bias.values.count
      return (0..<units).map { unit in
        let sum = x.indices.reduce(Double(bias.values[unit])) {
          $0 + x[$1] * Double(kernel.values[$1 * units + unit])
        }
        return max(0, sum)
      }
    }
    let outputs = (0..<256).map { row in layer("dense", setup.train[row].input.map(Double.init)) }
    let dead = (0..<24).count { unit in outputs.allSatisfy { $0[unit] == 0 } }
    #expect(seen.layers[0].deadShare == Double(dead) / 24 && seen.layers[1].deadShare == 1)
    let mean = outputs.joined().reduce(0, +) / Double(256 * 24)
    #expect((seen.layers[0].activations.mean - mean).magnitude < 1e-5)
  }

  @Test func theLossOfKnowingNothingIsTheEntropyOrTheVariance() throws {
    let clouds = try LearningProblem.clouds.data(seed: 3).train
    let counts = (0..<3).map { label in
      Double((0..<clouds.count).count { clouds.targets[$0][0] == Float(label) })
    }
    let shares = counts.map { ($0 + 0.5) / (Double(clouds.count) + 1.5) }
    let entropy = zip(counts, shares).reduce(0) { $0 - $1.0 / 600 * Double.log($1.1) }
    let baseline = try Baseline(.crossEntropy, train: clouds, classes: 3).losses(of: clouds)
    #expect((Measurements.mean(baseline) - entropy).magnitude < 1e-12)

    let surface = try LearningProblem.surface.data(seed: 3).train
    let spread = Spread((0..<surface.count).map { surface.targets[$0][0] })
    let squares = try Baseline(.meanSquaredError, train: surface, classes: nil).losses(of: surface)
    let variance = spread.deviation * spread.deviation
    #expect((Measurements.mean(squares) - variance).magnitude < 1e-9)
  }

  @Test func neighboursAgreeOnlyWhereLabelsBelong() throws {
    for problem in LearningProblem.allCases {
      let isClasses = problem != .surface
      let train = try problem.data(seed: 3).train
      #expect(Relation(train, isClasses: isClasses).significance > 3, "\(problem)")
    }
    let shuffled = try fault("labels shuffled", .digits).train
    #expect(Relation(shuffled, isClasses: true).significance < 3)
  }

  @Test func theSameSetupGivesTheSameDiagnosis() throws {
    let setup = try fault("adam at a rate of 3", .clouds)
    let texts = try (0..<2).map { _ in try JSONText.encode(Diagnosis(of: setup)) }
    #expect(texts[0] == texts[1])
  }

  @Test func isReadBackFromItsJSONAndFitsEightyColumns() throws {
    for name in ["labels shuffled", "biases of −12 before ReLU"] {
      let diagnosis = try Diagnosis(of: fault(name, .clouds))
      let json = try JSONText.encode(diagnosis)
      let back = try JSONText.decode(Diagnosis.self, from: json, at: "diagnosis")
      #expect(try JSONText.encode(back) == json)
      #expect(back.text == diagnosis.text)
      #expect(diagnosis.verdict == .fault)
      for line in diagnosis.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      #expect(diagnosis.text.contains(diagnosis.findings[0].cause))
    }
  }

  @Test func aNetworkOfOnesOwnIsDiagnosedWithoutATrial() throws {
    struct Own: Layer {
      let hidden = Dense(32, activation: .relu, biasInitializer: .constant(-30))
      let last = Dense(3, activation: .softmax)
      func callAsFunction(_ input: Node) throws -> Node { try last(hidden(input)) }
    }
    let parts = try LearningProblem.clouds.data(seed: 3)
    let model = try Model(Own(), inputShape: [8], loss: .crossEntropy)
    let diagnosis = try Diagnosis(
      of: model, plan: TrainingPlan(loss: .crossEntropy), train: parts.train,
      validation: parts.validation)
    #expect(diagnosis.findings.first?.cause == LossMismatch.name)
    #expect(diagnosis.findings.first?.trial == nil)
    #expect(diagnosis.dismissed.contains { $0.cause == DeadReLU.name })
  }

  /// Whatever kinds of layers a network is made of, what has a setting can be changed.
  @Test func everyLayerWithASettingIsChanged() throws {
    let shared = Dense(4, activation: .tanh, biasInitializer: .constant(-9), name: "shared")
    let network = Sequential {
      Conv2D(2, kernelSize: 3, activation: .relu, biasInitializer: .constant(-9))
      Flatten()
      Residual([shared, Dropout(0.9)])
      shared
      FrozenLayers([Dense(3, activation: .relu), Dropout(0.9)])
      Activation(.sigmoid)
      Sequential([Dense(2), Activation(.softmax)])
    }
    let change = NetworkChange(network)
    #expect(change.dropoutRate == 0.9)
    let drawn = try #require(change.drawnAnew(function: .leakyReLU(), kernels: .heNormal))
    let layers = [drawn].flattened
    let functions = layers.compactMap { layer in
      layer.setting("activation", as: ActivationFunction.self)
        ?? layer.setting("function", as: ActivationFunction.self)
    }
    // The residual sum has no function, frozen layers keep theirs, and so does the last layer.
    #expect(
      functions == [
        .leakyReLU(), .linear, .leakyReLU(), .leakyReLU(), .relu, .leakyReLU(), .linear, .softmax,
      ])
    let kernels = layers.compactMap { layer in
      layer.setting("kernel_initializer", as: (any Initializer).self)?.name
    }
    #expect(kernels.count { $0 == "he_normal" } == 4 && kernels.count == 5)
    let conv = try #require(layers.compactMap { $0 as? Conv2D }.first)
    #expect(conv.setting("bias_initializer", as: (any Initializer).self)?.name == "zeros")
    // A layer that is used twice stays one layer.
    let dense = layers.compactMap { $0 as? Dense }.filter { $0.name == "shared" }
    #expect(dense.count == 2 && dense[0].identity == dense[1].identity)

    let limited = [change.limitingDropout(to: 0.2)].flattened
    #expect(limited.compactMap { ($0 as? Dropout)?.rate } == [0.2, 0.9])
    let bare = try #require(change.withoutLastFunction())
    #expect([bare].flattened.compactMap { ($0 as? Activation)?.function } == [.sigmoid, .linear])
    #expect(NetworkChange(Sequential { Dense(2) }).withoutLastFunction() == nil)
    #expect(NetworkChange(Sequential { Flatten() }).drawnAnew() == nil)
    // The functions of a recurrent layer stand in a loop and stay, gates and all.
    let recurrent = NetworkChange(Sequential([LSTM(3), Dense(2)])).drawnAnew(function: .relu)
    let lstm = try #require([recurrent!].flattened.compactMap { $0 as? LSTM }.first)
    #expect(lstm.settings.activation == .tanh && lstm.settings.gateActivation == .sigmoid)
  }

  /// What makes the rehearsed steps easy to get wrong: inputs varied by the epoch, a rate that falls with
  /// the validation loss, no validation data, several batches for each step.
  private func training(
    _ name: String
  ) throws -> (model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset?) {
    let parts = try LearningProblem.clouds.data(seed: 3)
    var (train, validation) = (parts.train, parts.validation)
    var model = try Model(
      Sequential {
        Dense(16, activation: .tanh)
        BatchNorm()
        Dropout(0.3)
        Dense(3)
      }, inputShape: [8], loss: .crossEntropy, seed: 4)
    var plan = TrainingPlan(
      loss: .crossEntropy, optimizer: .sgd(learningRate: 0.5, momentum: 0.9), epochs: 6, batch: 50,
      seed: 3)
    plan.optimizer.clipping = .globalNorm(0.5)
    switch name {
    case "augmented":
      (train, validation) = (try Self.images(120, seed: 1), try Self.images(40, seed: 2))
      train.augmentation = Augmentation.usual
      model = try Model(
        Sequential {
          Flatten()
          Dense(3)
        }, inputShape: [6, 6, 1], loss: .crossEntropy, seed: 4)
    case "plateau":
      plan.schedule = .plateau(factor: 0.5, patience: 1, improvement: 10)
    case "accumulating": plan.accumulate = 3
    default: return (model, plan, train, nil)
    }
    return (model, plan, train, validation)
  }

  private static func images(_ count: Int, seed: UInt64) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    return try Dataset(
      inputs: Examples(
        shape: [6, 6, 1], bytes: (0..<count * 36).map { _ in UInt8(generator.below(256)) },
        scale: 1 / 255, offset: 0),
      targets: Examples(shape: .scalar, floats: (0..<count).map { Float($0 % 3) }))
  }

  @Test(arguments: ["augmented", "plateau", "without validation", "accumulating"])
  func rehearsedStepsAreTheTrainersWhateverTheTraining(name: String) throws {
    let (model, plan, train, validation) = try training(name)
    let trainer = try TrainingLoop(model, plan: plan, train: train, validation: validation)
    let steps = 3 * plan.stepsPerEpoch(rows: train.count) + 1
    var done = 0
    var rates: Set<Double> = []
    try trainer.run(listen: { event in
      guard case .step(let record) = event else { return .continue }
      done += 1
      rates.insert(record.learningRate)
      return done == steps ? .stop : .continue
    })
    if name == "plateau" { #expect(rates.count > 1) }
    let setup = try TrainingSetup(model, plan: plan, train: train, validation: validation)
    #expect(setup.isHeldOut == (validation != nil))
    let trial = try TrialRun(setup, steps: steps, kernels: .chosen())
    #expect(try trial.model().weightsSHA256 == trainer.model().weightsSHA256)
    #expect(trial.record.losses.count == steps)
    #expect(trial.record.clippedShares.count == steps)
    #expect(trial.progress.isHeldOut == setup.isHeldOut)
    // Varying the inputs does change the training.
    guard train.augmentation != nil else { return }
    var plain = setup
    plain.train.augmentation = nil
    let other = try TrialRun(plain, steps: steps, kernels: .chosen())
    #expect(try other.model().weightsSHA256 != trainer.model().weightsSHA256)
  }

  @Test func noRowIsHeldOutOfATrainingThatHadNone() throws {
    let train = try LearningProblem.clouds.data(seed: 3).train
    let model = try Model(Dense(3), inputShape: [8], loss: .crossEntropy)
    let plan = TrainingPlan(loss: .crossEntropy, optimizer: .adam(learningRate: 0.01))
    let setup = try TrainingSetup(model, plan: plan, train: train)
    #expect(setup.train.count == 600 && setup.heldOut.count == 600 && !setup.isHeldOut)
    let diagnosis = try Diagnosis(of: setup, steps: 40)
    #expect(diagnosis.text.contains("no rows are held out"))
    #expect(diagnosis.text.contains("training rows"))
    #expect(!diagnosis.text.contains("held-out rows"))
    let split = try TrainingSetup(model, plan: plan, splitting: train)
    #expect(split.train.count == 480 && split.heldOut.count == 120 && split.isHeldOut)
    #expect(throws: Problem.self) {
      try TrainingSetup(model, plan: plan, splitting: train.subset([0]))
    }
    #expect(throws: Problem.self) {
      try TrainingSetup(model, plan: plan, train: train.subset([]))
    }
  }

  @Test func everyCauseOfTheFolderIsInTheCatalog() throws {
    let files = try repositoryFiles(in: "Sources/Diagnosis/Causes")
    let types = CauseCatalog.causes.map { "\($0).swift" }
    #expect(Set(files) == Set(types))
    #expect(Set(CauseCatalog.causes.map { $0.name }).count == types.count)
    let planted = Set(FaultKind.all.map { $0.cause.name })
    #expect(planted == Set(CauseCatalog.causes.map { $0.name }))
  }
}
