import Foundation
import Glassbox

/// Each part that the library does not have: trained, stored, read back, resumed.
enum OwnPartsCheck {
  static let registry = Registry.standard.adding(
    Gain.self, WithProduct.self, Bent.self, Brier.self, WorstClass.self, Halving.self,
    SignDescent.self)

  private struct Part {
    var name: String
    var trainer: Trainer
    /// The plan names it, so a checkpoint does; a layer is named by the model alone.
    var isOfPlan = true
    /// Neither model nor checkpoint names it.
    var isOfNoFile = false
  }

  private static func trainer(
    first: [any Layer] = [], loss: any Loss = .binaryCrossEntropy,
    optimizer: Optimizer = .adam(learningRate: 0.03), schedule: any Schedule = .constant,
    metrics: [any Metric] = [.accuracy]
  ) -> Trainer {
    Trainer(
      Sequential(first + [Dense(8, activation: .tanh), Dense(1)]), loss: loss,
      optimizer: optimizer, schedule: schedule, metrics: metrics)
  }

  private static var parts: [Part] {
    [
      Part(name: "layer with weights", trainer: trainer(first: [Gain()]), isOfPlan: false),
      Part(
        name: "op without fast steps",
        trainer: Trainer(
          Sequential([WithProduct(), Dense(1)]), loss: .binaryCrossEntropy,
          optimizer: .adam(learningRate: 0.1), metrics: [.accuracy]), isOfPlan: false),
      Part(
        name: "activation",
        trainer: trainer(first: [Dense(8, activation: ActivationFunction(Bent()))]),
        isOfPlan: false),
      Part(name: "loss", trainer: trainer(loss: Brier(weight: 2))),
      Part(name: "schedule", trainer: trainer(schedule: Halving(every: 400))),
      Part(
        name: "optimiser's rule",
        trainer: trainer(optimizer: Optimizer(SignDescent(), learningRate: 0.01))),
      Part(
        name: "metric", trainer: trainer(metrics: [WorstClass(), .accuracy]), isOfPlan: false,
        isOfNoFile: true),
    ]
  }

  static func check(in folder: String) throws {
    for part in parts {
      try stored(part)
      try resumed(part, in: folder)
    }
    try op()
    try metric()
    try configuration(in: folder)
    try RunOfFile.check(in: folder)
  }

  /// Trained, stored, and read back through the registry alone.
  private static func stored(_ part: Part) throws {
    let own = "own \(part.name)"
    let (train, validation) = try Corners.data()
    var trainer = part.trainer
    try trainer.fit(train, validation: validation, epochs: 40)
    let model = try TrainedModel(trainer, preprocessing: Corners.preprocessing())
    let score = try model.evaluate(validation).leading.score.value ?? 0
    try require(score > 0.9, "\(own): it learns (\(score))")
    let bytes = try model.bytes()
    let opened = try TrainedModel(bytes: bytes, registry: registry)
    try require(
      opened.model.weightsSHA256 == model.model.weightsSHA256
        && opened.predict(validation.inputs) == model.predict(validation.inputs),
      "\(own): the model is read back and answers the same")
    let isReadWithout = (try? TrainedModel(bytes: bytes)) != nil
    try require(
      isReadWithout == part.isOfNoFile,
      "\(own): "
        + (part.isOfNoFile ? "no file names it" : "without the registry nobody knows it"))
  }

  /// Stopped within an epoch, written, read and gone on with: the bits of a training without a break.
  private static func resumed(_ part: Part, in folder: String) throws {
    let own = "own \(part.name)"
    let (train, validation) = try Corners.data()
    var trainer = part.trainer
    trainer.plan.epochs = 4
    let whole = try trainer.loop(train, validation: validation)
    try whole.run()

    let broken = try trainer.loop(train, validation: validation)
    let outcome = try broken.run(listen: { event in
      if case .step(let record) = event, record.epoch == 2, record.step == 3 { return .stop }
      return .continue
    })
    let path = "\(folder)/checkpoint.safetensors"
    try broken.checkpoint().write(to: path)
    let checkpoint = try Checkpoint(path: path, registry: registry)
    try require(
      outcome.reason == .interrupted && checkpoint.epochsDone == 1 && checkpoint.steps > 0,
      "\(own): the training is interrupted after \(checkpoint.steps) steps")
    try require(
      ((try? Checkpoint(path: path)) != nil) != part.isOfPlan,
      "\(own): " + (part.isOfPlan ? "the checkpoint names it" : "the checkpoint needs no registry"))
    let start = try Model(trainer.network, inputShape: [2], loss: trainer.plan.loss, seed: 99)
    let rest = try TrainingLoop(
      resuming: checkpoint, start, train: train, validation: validation, metrics: trainer.metrics)
    try rest.run()
    try require(
      rest.model().weightsSHA256 == whole.model().weightsSHA256
        && rest.bestModel().weightsSHA256 == whole.bestModel().weightsSHA256
        && rest.history.map(\.validation) == whole.history.map(\.validation),
      "\(own): resumed, it ends with the same bits")
  }

  private static func op() throws {
    let derivatives = try PairProduct.examples[0].check()
    try require(derivatives == 2, "own op: its derivatives are checked")
  }

  /// Followed while training, and chosen by name from text.
  private static func metric() throws {
    let (train, validation) = try Corners.data()
    var trainer = trainer(metrics: [WorstClass()])
    let history = try trainer.fit(train, validation: validation, epochs: 3)
    try require(
      history.scores(WorstClass.kind).count == 3, "own metric: told after each epoch")
    let model = try TrainedModel(trainer, preprocessing: Corners.preprocessing())
    try require(
      model.record.scores[WorstClass.kind] != nil, "own metric: the model's record holds its score")
    let decoder = JSONDecoder()
    decoder.userInfo[.registry] = registry
    let read = try decoder.decode(Named<Metrics>.self, from: Data("\"worst_class\"".utf8))
    try require(read.wrappedValue is WorstClass, "own metric: read by its name")
  }

  /// A run whose settings name parts of one's own is listed, opened and gone on with by its folder.
  private static func configuration(in folder: String) throws {
    let (train, validation) = try Corners.data()
    var configuration = RunConfiguration()
    configuration.training.epochs = 3
    configuration.training.loss = Brier(weight: 2)
    configuration.training.optimizer = SignDescent.kind
    configuration.training.schedule = Halving(every: 2)
    configuration.network.architecture = .layers(
      LayerList([Gain(), Dense(8, activation: .tanh), Dense(1)]))
    let data = try PreparedData(
      train: train, validation: validation, preprocessing: Corners.preprocessing())
    let path = "\(folder)/own"
    let report = try TrainingSession(
      Experiment(configuration, data: data, registry: registry), in: path, force: true
    ).train()
    let run = try StoredRun(path, registry: registry)
    try require(
      (run.configuration.training.loss as? Brier)?.weight == 2
        && run.configuration.training.schedule is Halving,
      "a run's settings name a loss, a schedule, an optimiser and a layer of one's own")
    try require(
      run.model().model.weightsSHA256 == report.weightsSHA256
        && run.checkpoint().plan.optimizer.rule is SignDescent,
      "its model and its checkpoint are opened")
    try require((try? StoredRun(path)) == nil, "without the registry nobody knows them")
  }
}
