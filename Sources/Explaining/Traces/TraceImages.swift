package import Engine
import Networks

extension Trace {
  /// What is an image in a network that sees.
  package enum Image: Sendable {
    /// The input, row by row.
    case input([Float])
    /// Weights of shape [height, width, channels, units].
    case kernel(Tensor)
    /// What a layer makes of the input, [height, width, channels].
    case maps(Tensor)
  }

  /// An image and whose it is.
  package struct LayerImage: Sendable {
    /// Nil for the input.
    package var layer: String?
    package var image: Image
    /// Letters and layer of its numbers, such as `z⁽¹⁾` and `a⁽¹⁾`.
    package var symbols: [String]
    /// Which of the batch it is of, counted from 1, where symbols say so.
    package var example: Int?
    /// The layer in whose section it stands, for one that stands in several.
    package var section: String?

    var isKernel: Bool { if case .kernel = image { true } else { false } }
  }
}

/// Finds the images of a network: its input, its kernels, and what its layers make of the input.
struct TraceImages {
  let reading: AnnotatedCycle
  let writer: CellWriter
  /// Which of the batch is shown, counted from 0.
  let example: Int

  var all: [Trace.LayerImage] {
    let input = reading.cycle.input.id
    let first = Trace.LayerImage(
      layer: nil, image: .input(numbers(input)), symbols: symbols([input]), example: written,
      section: nil)
    return [first]
      + reading.blocks.flatMap { block in
        let kernels = block.parameters.compactMap { parameter in
          kernel(parameter).map {
            Trace.LayerImage(layer: block.name, image: $0, symbols: symbols([parameter]))
          }
        }
        guard let last = block.nodes.last, let maps = maps(last) else { return kernels }
        let shape = reading.graph.records[last].shape
        let alike = block.nodes.filter { reading.graph.records[$0].shape == shape }
        return kernels + [
          Trace.LayerImage(
            layer: block.name, image: maps, symbols: symbols(alike), example: written)
        ]
      }
  }

  private var written: Int? { reading.isSingle ? nil : example + 1 }

  private func symbols(_ nodes: [Int]) -> [String] {
    nodes.compactMap { reading.symbols[$0]?.text }
  }

  private func numbers(_ node: Int) -> [Float] {
    let shape = reading.graph.records[node].shape
    let count = shape.count / max(1, shape[0])
    return (example * count..<(example + 1) * count).map { writer.value(node, $0) }
  }

  private func kernel(_ parameter: Int) -> Trace.Image? {
    let shape = reading.graph.records[parameter].shape
    guard shape.rank == 4, shape[0] > 1 || shape[1] > 1 else { return nil }
    let values = (0..<shape.count).map { writer.value(parameter, $0) }
    return (try? Tensor(shape, values)).map(Trace.Image.kernel)
  }

  private func maps(_ node: Int) -> Trace.Image? {
    let shape = reading.graph.records[node].shape
    guard shape.rank == 4, shape[1] > 1, shape[2] > 1, reading.example(of: node, 0) != nil else {
      return nil
    }
    guard let own = try? TensorShape(checking: Array(shape.extents.dropFirst())) else { return nil }
    return (try? Tensor(own, numbers(node))).map(Trace.Image.maps)
  }
}
