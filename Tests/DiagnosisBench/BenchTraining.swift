import Datasets
package import Diagnosis
import Engine
package import Networks
import Training

/// A training of the bench, described so that a fault can be planted in any part of it.
package struct BenchTraining: Sendable {
  package var name: String
  package var problem: LearningProblem
  package var hidden: [any Layer]
  /// The function of the last layer.
  package var last: ActivationFunction = .linear
  /// What the last layer's weights are drawn by.
  package var lastKernel: any Initializer = .glorotUniform
  package var optimizer: Optimizer
  /// Rows to learn from; a third as many are held out.
  package var rows = 600
  package var epochs = 60
  package var batch = 32
  package var seed: UInt64
  /// Made to everything at the end.
  package var change: @Sendable (inout TrainingSetup) throws -> Void = { _ in }

  package init(
    _ name: String, _ problem: LearningProblem, _ hidden: [any Layer],
    optimizer: Optimizer = .adam(),
    seed: UInt64
  ) {
    (self.name, self.problem, self.hidden) = (name, problem, hidden)
    (self.optimizer, self.seed) = (optimizer, seed)
  }

  package func setup() throws -> TrainingSetup {
    let parts = try problem.data(rows: rows, seed: seed)
    let plan = TrainingPlan(
      loss: problem.loss, optimizer: optimizer, epochs: epochs, batch: batch, seed: seed)
    let network = Sequential(
      hidden + [Dense(problem.outputs, activation: last, kernelInitializer: lastKernel)])
    let model = try Model(
      network, inputShape: parts.train.inputs.shape, loss: problem.loss, seed: seed)
    var setup = try TrainingSetup(
      model, plan: plan, train: parts.train, validation: parts.validation)
    try change(&setup)
    return setup
  }

  /// The loss of rows that were never seen, after the whole training by the trainer, as a share of what
  /// knowing nothing costs there: what is said of a training without any diagnosis.
  package func lossByTheTrainer() throws -> Double {
    let setup = try setup()
    let loop = try TrainingLoop(
      setup.model, plan: setup.plan, train: setup.train, validation: setup.heldOut)
    try loop.run()
    let unseen = try problem.data(rows: rows, seed: seed).unseen
    let cycle = try CompiledCycle(loop.bestModel(), loss: problem.loss)
    let classes = problem.loss.classCount(outputs: problem.outputs)
    let nothing = try Baseline(problem.loss, train: setup.train, classes: classes).losses(
      of: unseen)
    return try cycle.examine(unseen).losses.reduce(0, +) / nothing.reduce(0, +)
  }
}
