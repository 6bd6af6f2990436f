import Engine
import Networks

/// The numbers of a value that depends on weights alone.
struct WeightValue {
  /// The most nodes from the weights to the value.
  static let mostNodes = 64

  let graph: SearchedGraph
  let weights: [String: Tensor]

  func tensor(_ weight: SameComputation.Weight, _ shape: TensorShape) throws -> Tensor {
    switch weight {
    case .number(let number): return Tensor(repeating: number, shape: shape)
    case .place(let place): return try value(place).reshaped(shape.extents)
    case .turned(let place):
      return try value(place).transposed([1, 0]).reshaped(shape.extents)
    }
  }

  private func value(_ place: Int) throws -> Tensor {
    try graph.recording.tensor(at: place, batch: SearchedGraph.batches[0]) { name in
      guard let tensor = weights[name] else {
        throw Problem.shape(name, expected: "a tensor of the network", found: "none")
      }
      return tensor
    }
  }
}
