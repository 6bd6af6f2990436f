import Datasets
import Engine
import Networks
import Training

/// Losses and predictions of single examples, as the network is used.
final class Examination {
  private let setup: TrainingSetup
  private let store: VariableStore
  private let kernels: Kernels
  private var programs: [Int: Program] = [:]

  /// At most this many rows: a mean over them is known to 3 % of its deviation.
  static let most = 1000
  private static let batch = 250

  init(_ setup: TrainingSetup, store: VariableStore, kernels: Kernels) {
    (self.setup, self.store, self.kernels) = (setup, store, kernels)
  }

  /// One loss for each of the first rows, and `outputCount` predictions for each.
  func losses(of data: Dataset) throws -> (losses: [Double], predictions: [Float]) {
    let count = min(Self.most, data.count)
    var losses: [Double] = []
    var predictions: [Float] = []
    for first in stride(from: 0, to: count, by: Self.batch) {
      let taken = min(Self.batch, count - first)
      let program = try program(batch: taken)
      data.fill(
        first..<first + taken, inputs: program.input(LearningCycle.inputName)!.baseAddress!,
        targets: program.input(LearningCycle.targetName)!.baseAddress!)
      program.run()
      losses += program.result(0).map(Double.init)
      predictions += program.result(1)
    }
    return (losses, predictions)
  }

  private func program(batch: Int) throws -> Program {
    if let program = programs[batch] { return program }
    let loss = setup.plan.loss
    let graph = Graph()
    let input = try graph.input(
      LearningCycle.inputName,
      shape: TensorShape(checking: [batch] + setup.model.inputShape.extents))
    let output = try setup.model.network(input)
    let target = try graph.input(
      LearningCycle.targetName,
      shape: loss.hasClassTargets ? TensorShape(checking: [batch]) : output.shape)
    let program = try Program(
      graph, results: [loss.perExample(output, target), loss.prediction(output)], store: store,
      kernels: kernels)
    programs[batch] = program
    return program
  }
}
