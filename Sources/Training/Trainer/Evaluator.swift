import Datasets
import Engine
import Networks

/// Predictions and loss on a data set, as the network is used: without dropout and penalties.
final class Evaluator {
  private let network: any Layer
  private let inputShape: TensorShape
  private let loss: any Loss
  private let store: VariableStore
  private let kernels: Kernels
  private let pool: WorkerPool
  private var programs: [Int: Program] = [:]

  private static let batch = 256

  init(
    _ network: any Layer, inputShape: TensorShape, loss: any Loss, store: VariableStore,
    kernels: Kernels,
    pool: WorkerPool
  ) {
    self.network = network
    self.inputShape = inputShape
    self.loss = loss
    self.store = store
    self.kernels = kernels
    self.pool = pool
  }

  /// - Returns: the mean loss and the predictions, row by row.
  func evaluate(_ data: Dataset) throws -> (loss: Double, predictions: [Float]) {
    var lossSum = 0.0
    var predictions: [Float] = []
    for first in stride(from: 0, to: data.count, by: Self.batch) {
      let count = min(Self.batch, data.count - first)
      let program = try program(batch: count)
      data.fill(
        first..<first + count, inputs: program.input(LearningCycle.inputName)!.baseAddress!,
        targets: program.input(LearningCycle.targetName)!.baseAddress!)
      program.run()
      predictions += program.result(0)
      lossSum += Double(program.result(1)[0]) * Double(count)
    }
    try data.inputs.check()
    return (lossSum / Double(data.count), predictions)
  }

  private func program(batch: Int) throws -> Program {
    if let program = programs[batch] { return program }
    let forward = try ForwardPass(
      network, inputShape: inputShape, batch: batch, loss: loss, isTraining: false)
    let program = try Program(
      forward.graph, results: [loss.prediction(forward.output), forward.loss], store: store,
      kernels: kernels, pool: pool)
    programs[batch] = program
    return program
  }
}
