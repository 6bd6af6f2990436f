import Diagnosis
import Engine
import Networks
import Training

extension FaultKind {
  static let inTheTraining: [FaultKind] = [
    FaultKind("rate of 1,000", LargeLearningRate.self, LearningProblem.allCases) { $0.rate(1000) },
    FaultKind("rate of 1,000 on 48 rows", LargeLearningRate.self, LearningProblem.allCases) {
      $0.rate(1000)
      $0.rows = 48
    },
    FaultKind("adam at a rate of 1,000", LargeLearningRate.self, [.ring, .digits]) {
      $0.optimizer = .adam(learningRate: 1000)
    },
    FaultKind("gradient descent at a rate of 20", LargeLearningRate.self, [.digits, .surface]) {
      $0.optimizer = .sgd(learningRate: 20)
    },
    FaultKind("adam at a rate of 3", LargeLearningRate.self, [.clouds, .ring]) {
      $0.optimizer = .adam(learningRate: 3)
    },
    FaultKind("a hundred-thousandth of the rate", SmallLearningRate.self, [.digits, .surface]) {
      $0.rate($0.optimizer.learningRate / 100_000)
    },
    FaultKind("adam at a rate of 1e-7", SmallLearningRate.self, [.clouds]) {
      $0.optimizer = .adam(learningRate: 1e-7)
    },
    FaultKind("momentum at a rate of 1e-6", SmallLearningRate.self, [.ring]) {
      $0.optimizer = .sgd(learningRate: 1e-6, momentum: 0.9)
    },
    FaultKind("schedule that is 0 after a step", Frozen.self, [.clouds, .surface]) {
      $0.change = { $0.plan.schedule = .cosine(over: 1) }
    },
    FaultKind("layers frozen, last too", Frozen.self, [.digits, .clouds]) {
      $0.change = { setup in
        setup.model = try Model(
          Fixed(outputs: setup.model.outputCount), inputShape: setup.model.inputShape,
          loss: setup.plan.loss)
      }
    },
    FaultKind("gradients limited to 1e-5", ClippedAway.self, [.surface, .ring]) {
      $0.optimizer = .sgd(learningRate: 0.1)
      $0.optimizer.clipping = .value(1e-5)
    },
    FaultKind("global norm limited to 1e-5", ClippedAway.self, [.digits]) {
      $0.optimizer = .sgd(learningRate: 0.1)
      $0.optimizer.clipping = .globalNorm(1e-5)
    },
    FaultKind("penalty of 10 Σw²", StrongPenalty.self, [.digits, .surface]) {
      $0.change = { $0.plan.penalty = Penalty(l2: 10) }
      $0.optimizer = .adam()
    },
    FaultKind("penalty of Σ|w|", StrongPenalty.self, [.clouds, .ring]) {
      $0.change = { $0.plan.penalty = Penalty(l1: 1) }
      $0.optimizer = .adam()
    },
    FaultKind("weight decay of 200", StrongPenalty.self, [.surface, .digits]) {
      $0.optimizer = .adamW(weightDecay: 200)
    },
    FaultKind(
      "batches of one row at a rate for 32", SmallBatch.self, or: [LargeLearningRate.self],
      [.digits, .clouds]
    ) {
      $0.hidden(1, of: 32, .relu, kernel: .heNormal)
      $0.optimizer = .sgd(learningRate: 0.4)
      $0.batch = 1
    },
    FaultKind(
      "one batch for each of 5 epochs", LargeBatch.self, or: [SmallLearningRate.self],
      [.digits, .clouds]
    ) {
      $0.optimizer = .adam()
      ($0.batch, $0.epochs) = (600, 5)
    },
  ]
}

/// Layers whose weights are kept as they are.
private struct Fixed: Layer {
  let outputs: Int

  func callAsFunction(_ input: Node) throws -> Node {
    let shape = try TensorShape(checking: [input.shape[1], outputs])
    let kernel = try input.graph.variable(
      Variable("fixed/kernel", shape: shape, isTrainable: false) { generator in
        Initializers.GlorotUniform().values(shape: shape, generator: &generator)
      })
    return try Ops.MatrixProduct()(input, kernel)
  }
}
