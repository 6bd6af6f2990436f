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
    let entry = graph.entries[place]
    if case .variable(let variable) = entry.source, let tensor = weights[variable.name] {
      return tensor
    }
    let building = Graph()
    var (nodes, feeds): ([Int: Node], [String: [Float]]) = ([:], [:])
    for part in needed(for: place) {
      let entry = graph.entries[part]
      let shape = graph.shapes(part)[0]
      switch entry.source {
      case .input(let name):
        throw Problem.shape(name, expected: "weights alone", found: "what is computed from inputs")
      case .variable(let variable):
        nodes[part] = try building.input(variable.name, shape: shape)
        feeds[variable.name] = weights[variable.name]?.values
      case .constant(let number): nodes[part] = building.constant(number, shape: shape)
      case .op(let op):
        nodes[part] = try op.apply(to: entry.inputs.map { nodes[$0]! })
      }
    }
    let values = try Program(building, results: [nodes[place]!]).values(feeding: feeds)
    return try Tensor(graph.shapes(place)[0], values[0])
  }

  private func needed(for place: Int) -> [Int] {
    var (needed, open): (Set<Int>, [Int]) = ([place], [place])
    while let next = open.popLast() {
      for input in graph.entries[next].inputs where needed.insert(input).inserted {
        open.append(input)
      }
    }
    return needed.sorted()
  }
}
