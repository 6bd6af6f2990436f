import Diagnosis
import Engine
import Networks
import Training

extension FaultKind {
  static let inTheNetwork: [FaultKind] = [
    FaultKind("biases of −12 before ReLU", DeadReLU.self, [.clouds, .surface, .digits]) {
      $0.hidden(2, of: 24, .relu, kernel: .heNormal, bias: .constant(-12))
    },
    FaultKind("tanh pushed flat", Saturation.self, [.ring, .clouds]) {
      $0.hidden(2, of: 24, .tanh, bias: .constant(9))
      $0.optimizer = .sgd(learningRate: 0.1)
    },
    FaultKind("sigmoid pushed flat", Saturation.self, [.digits]) {
      $0.hidden(1, of: 32, .sigmoid, bias: .constant(-14))
      $0.optimizer = .sgd(learningRate: 0.1)
    },
    FaultKind("every weight 0", EqualUnits.self, [.digits, .clouds]) {
      $0.hidden(2, of: 32, .tanh, kernel: .zeros)
      $0.lastKernel = .zeros
    },
    FaultKind("every weight 0.5", EqualUnits.self, [.ring, .digits]) {
      $0.hidden(1, of: 32, .tanh, kernel: .constant(0.5))
      $0.lastKernel = .constant(0.5)
    },
    FaultKind(
      "weights of deviation 5", LargeWeights.self, or: [Saturation.self, ExplodingGradients.self],
      [.digits, .surface]
    ) {
      $0.hidden(3, of: 32, .tanh, kernel: .normal(deviation: 5))
      $0.optimizer = .sgd(learningRate: 0.02)
    },
    FaultKind(
      "weights of deviation 0.0001", SmallWeights.self, or: [VanishingGradients.self],
      [.digits, .clouds]
    ) {
      $0.hidden(4, of: 32, .tanh, kernel: .normal(deviation: 0.0001))
      $0.optimizer = .sgd(learningRate: 0.02)
    },
    FaultKind("ten sigmoid layers", VanishingGradients.self, [.clouds, .digits]) {
      $0.hidden(10, of: 24, .sigmoid)
    },
    FaultKind(
      "eight linear layers that enlarge", ExplodingGradients.self, or: [LargeWeights.self],
      [.surface, .clouds]
    ) {
      $0.hidden(8, of: 24, .linear, kernel: .normal(deviation: 0.7))
      $0.optimizer = .sgd(learningRate: 0.01)
    },
    FaultKind("dropout of 0.97", StrongDropout.self, [.clouds, .digits]) {
      $0.hidden = [
        Dense(32, activation: .relu), Dropout(0.97), Dense(32, activation: .relu), Dropout(0.97),
      ]
    },
    FaultKind("softmax before a loss on scores", LossMismatch.self, [.digits, .clouds]) {
      $0.last = .softmax
    },
    FaultKind("sigmoid before a loss on scores", LossMismatch.self, [.ring]) { $0.last = .sigmoid },
    FaultKind("ReLU after the last layer", LossMismatch.self, [.surface, .clouds]) {
      $0.last = .relu
    },
    FaultKind("scores into a loss on probabilities", LossMismatch.self, [.digits]) {
      $0.change = { setup in
        let loss: any Loss = .crossEntropyOnProbabilities
        setup.plan.loss = loss
        setup.model = try Model(
          setup.model.network, inputShape: setup.model.inputShape, loss: loss,
          tensors: setup.model.tensors)
      }
    },
  ]
}
