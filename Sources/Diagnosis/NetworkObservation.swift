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
    let cycle = try CompiledCycle(model, loss: loss, kernels: kernels)
    let forward = try cycle.forwardPass(batch: examples)
    let graph = forward.graph
    let readings = AnnotatedLayer.layers(of: graph, upTo: forward.output)
    let kernelNodes = readings.map { graph.variableNode(named: $0.kernel)! }
    let gradients = try graph.gradients(
      of: forward.loss, withRespectTo: kernelNodes + readings.map(\.sum))
    let program = try cycle.program(
      forward, watching: readings.map(\.sum) + readings.map(\.activation) + gradients)
    try program.feed(data, rows: 0..<examples)
    program.run()
    self.loss = program.loss!
    let count = readings.count
    layers = try readings.enumerated().map { place, reading in
      LayerStatistics(
        reading, isLast: place == count - 1, kernel: cycle.store[reading.kernel]!,
        sums: try program.values(of: reading.sum),
        activations: try program.values(of: reading.activation),
        kernelGradient: try program.values(of: gradients[place]),
        sumGradient: try program.values(of: gradients[count + place]))
    }
  }
}
