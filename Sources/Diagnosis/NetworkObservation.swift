import Datasets
import Engine
import Networks
import Training

/// A network looked at from inside: every layer's statistics on some examples, read from the nodes
/// of the engine's own graph, without dropout and penalties.
public struct NetworkObservation: Codable, Sendable, Hashable {
  /// How many examples were looked at.
  public var examples: Int
  /// Their mean loss.
  public var loss: Double
  public var layers: [LayerStatistics]

  /// At most this many examples: enough that a unit at work for one input in fifty is seen alive.
  private static let most = 256

  /// - Throws: `Problem` where network and data do not fit.
  init(_ model: Model, loss: any Loss, data: Dataset, kernels: Kernels) throws {
    examples = min(Self.most, data.count)
    let forward = try ForwardPass(
      model.network, inputShape: model.inputShape, batch: examples, loss: loss, isTraining: false)
    let graph = forward.graph
    let readings = AnnotatedLayer.layers(of: graph, upTo: forward.output)
    let kernelNodes = readings.map { graph.variableNode(named: $0.kernel)! }
    let gradients = try graph.gradients(
      of: forward.loss, withRespectTo: kernelNodes + readings.map(\.sum))
    let store = try model.store()
    let program = try Program(
      graph,
      results: [forward.loss] + readings.map(\.sum) + readings.map(\.activation) + gradients,
      store: store, kernels: kernels)
    data.fill(
      0..<examples, inputs: program.input(LearningCycle.inputName)!.baseAddress!,
      targets: program.input(LearningCycle.targetName)!.baseAddress!)
    program.run()
    self.loss = Double(program.result(0)[0])
    let count = readings.count
    func values(_ group: Int, _ place: Int) -> [Float] {
      Array(program.result(1 + group * count + place))
    }
    layers = readings.enumerated().map { place, reading in
      LayerStatistics(
        reading, isLast: place == count - 1, kernel: store[reading.kernel]!,
        sums: values(0, place), activations: values(1, place), kernelGradient: values(2, place),
        sumGradient: values(3, place))
    }
  }
}
