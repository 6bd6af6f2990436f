import Engine
import Networks
import Training

@testable import Explaining

/// The worked examples of the course texts, with the numbers they print.
enum WorkedExamples {
  /// Three inputs, two sigmoid neurons without bias, half sum of squares, rate 0.001.
  static func threeInputsTwoNeurons() throws -> Tracer {
    let model = try Model(
      Sequential { Dense(2, activation: .sigmoid, usesBias: false) }, inputShape: [3],
      loss: .halfSumOfSquares,
      tensors: [("dense/kernel", Tensor([3, 2], [0.1, 0.5, 0.9, 0.2, -0.3, 0.7]))])
    return Tracer(
      model,
      plan: TrainingPlan(loss: .halfSumOfSquares, optimizer: .sgd(learningRate: 0.001)))
  }

  /// One linear neuron, w = 0.5, b = 0.1, x = 2, y = 1.5, squared error, rate 0.1.
  static func oneNeuron() throws -> Tracer {
    let model = try Model(
      Sequential { Dense(1) }, inputShape: [1], loss: .meanSquaredError,
      tensors: [
        ("dense/kernel", Tensor([1, 1], [0.5])), ("dense/bias", Tensor([1], [0.1])),
      ])
    return Tracer(
      model, plan: TrainingPlan(loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.1)))
  }

  /// Four pixels, three rectified neurons, dog and cat by softmax; rate 0.01.
  static func dogOrCat(
    loss: any Loss = .crossEntropy, optimizer: Optimizer = .sgd(learningRate: 0.01)
  ) throws -> Tracer {
    let hidden: [Float] = [0.6, 0.2, 0.3, 0.4, 0.7, 0.5, 0.5, 0.3, 0.2, 0.3, 0.6, 0.8]
    let network = Sequential {
      Dense(3, activation: .relu)
      Dense(2, activation: loss.output == .scores ? .linear : .softmax)
    }
    let model = try Model(
      network, inputShape: [4], loss: loss,
      tensors: [
        ("dense/kernel", Tensor([4, 3], hidden)), ("dense/bias", Tensor([3], [-0.4, -0.3, -0.5])),
        ("dense_1/kernel", Tensor([3, 2], [0.8, 0.3, 0.6, 0.7, 0.3, 0.9])),
        ("dense_1/bias", Tensor([2], [-0.2, -0.3])),
      ])
    var tracer = Tracer(model, plan: TrainingPlan(loss: loss, optimizer: optimizer))
    tracer.labels = ["dog", "cat"]
    return tracer
  }

  static let pixels: [Float] = [0.9, 0.2, 0.8, 0.3]
}
