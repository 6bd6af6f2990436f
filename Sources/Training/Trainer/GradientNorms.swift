import Datasets
import Engine
import Networks

/// How long each parameter's gradient is: what tells a layer that learns from one that does not.
///
/// A program of its own that ends with the gradients, so that measuring changes no bit of training.
final class GradientNorms {
  private let program: Program
  private let names: [String]
  private let seed: UInt64

  /// - Throws: `Problem` where layers do not fit.
  init(
    _ network: any Layer, inputShape: TensorShape, plan: TrainingPlan, batch: Int, isWeighted: Bool,
    store: VariableStore, kernels: Kernels, pool: WorkerPool
  ) throws {
    let cycle = try LearningCycle(
      network, inputShape: inputShape, batch: batch, loss: plan.loss, optimizer: nil,
      penalty: plan.penalty, isWeighted: isWeighted)
    program = try Program(
      cycle.graph, results: cycle.gradients, store: store, kernels: kernels, pool: pool)
    names = cycle.parameters.map { $0.variableName ?? "" }
    seed = plan.seed
  }

  /// √Σg² by parameter, summed in double precision.
  ///
  /// - Parameters:
  ///   - rows: as many as the batch has.
  ///   - step: whose random masks are used.
  func measure(_ data: Dataset, rows: ArraySlice<Int32>, step: UInt64) -> [String: Double] {
    // An input is missing where no gradient depends on it, as in a network without parameters.
    guard let inputs = program.input(LearningCycle.inputName)?.baseAddress,
      let targets = program.input(LearningCycle.targetName)?.baseAddress
    else { return [:] }
    rows.withUnsafeBufferPointer {
      data.fill(
        $0, inputs: inputs, targets: targets,
        weights: program.input(LearningCycle.weightsName)?.baseAddress)
    }
    program.setRandomKey(seed: seed, step: step)
    program.run()
    var norms: [String: Double] = [:]
    for (place, name) in names.enumerated() {
      let squares = program.result(place).reduce(0.0) { $0 + Double($1) * Double($1) }
      norms[name] = squares.squareRoot()
    }
    return norms
  }
}
