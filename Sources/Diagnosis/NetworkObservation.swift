package import Datasets
import Engine
package import Networks
import Training

/// A network looked at from inside: every layer's statistics on some examples, read from the nodes
/// of the engine's own graph, without dropout and penalties.
public struct NetworkObservation: Codable, Sendable, Hashable {
  /// How many examples were looked at.
  public var examples: Int
  /// Their mean loss.
  public var loss: Double
  public var layers: [LayerStatistics]

  /// - Throws: `Problem` where network and data do not fit.
  init(_ model: Model, loss: any Loss, data: Dataset, kernels: Kernels) throws {
    self = try NetworkObserver(CompiledCycle(model, loss: loss, kernels: kernels), data)
      .observation()
  }

  init(examples: Int, loss: Double, layers: [LayerStatistics]) {
    (self.examples, self.loss, self.layers) = (examples, loss, layers)
  }
}

/// Looks at a network from inside as often as one likes, with the weights as they are then.
package final class NetworkObserver {
  /// At most this many examples: enough that a unit at work for one input in fifty is seen alive.
  private static let most = 256

  private let cycle: CompiledCycle
  private let program: CycleProgram
  private let readings: [AnnotatedLayer]
  private let gradients: [Node]

  /// Over the weights of a cycle, on the first examples of the data.
  /// - Throws: `Problem` where network and data do not fit.
  package init(_ cycle: CompiledCycle, _ data: Dataset) throws {
    self.cycle = cycle
    let examples = min(Self.most, data.count)
    let forward = try cycle.forwardPass(batch: examples)
    let graph = forward.graph
    readings = AnnotatedLayer.layers(of: graph, upTo: forward.output)
    let kernels = readings.map { graph.variableNode(named: $0.kernel)! }
    gradients = try graph.gradients(
      of: forward.loss, withRespectTo: kernels + readings.map(\.sum))
    program = try cycle.program(
      forward, watching: readings.map(\.sum) + readings.map(\.activation) + gradients)
    try program.feed(data, rows: 0..<examples)
  }

  /// What every layer does now.
  package func observation() throws -> NetworkObservation {
    program.run()
    let count = readings.count
    let layers = try readings.enumerated().map { place, reading in
      LayerStatistics(
        reading, isLast: place == count - 1, kernel: cycle.store[reading.kernel]!,
        sums: try program.values(of: reading.sum),
        activations: try program.values(of: reading.activation),
        kernelGradient: try program.values(of: gradients[place]),
        sumGradient: try program.values(of: gradients[count + place]))
    }
    return NetworkObservation(examples: program.batch, loss: program.loss!, layers: layers)
  }
}
