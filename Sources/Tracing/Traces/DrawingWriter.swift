import Engine
import Networks

/// Chooses what of a network is drawn: all of a small one, the largest contributions of a large one.
struct DrawingWriter {
  let reading: AnnotatedCycle
  let writer: CellWriter
  let again: CellWriter
  let names: TraceNames

  private static let mostNeurons = 6
  private static let mostEdges = 24
  private static let shownOfManyEdges = 10

  private struct Place {
    var node: Int
    var cells: [Int]
    var count: Int
  }

  func drawing() -> Drawing {
    let places = chooseNeurons()
    var kept: [Drawing.Edge] = []
    var leftOut = 0
    for column in places.indices.dropFirst() {
      let edges = connections(places, column)
      let all = Array(edges.indices)
      let drawn =
        edges.count <= Self.mostEdges
        ? all : TraceWriter.largest(Self.shownOfManyEdges, of: all) { edges[$0].size }
      kept += drawn.map { edges[$0].edge }
      leftOut += edges.count - drawn.count
    }
    return Drawing(
      columns: places.enumerated().map { column($1, number: $0) }, edges: kept,
      edgesLeftOut: leftOut)
  }

  // MARK: Neurons

  private func chooseNeurons() -> [Place] {
    let nodes = reading.blocks.compactMap(\.nodes.last)
    var places = nodes.map { node in
      let count = perExample(node)
      let gradient = summed(node)
      return Place(
        node: node,
        cells: TraceWriter.largest(Self.mostNeurons, of: Array(0..<count)) {
          writer.value(gradient, $0).magnitude
        }, count: count)
    }
    let input = reading.graph.records.firstIndex {
      if case .input(LearningCycle.inputName) = $0.source { true } else { false }
    }
    // A layer that changes each number by itself keeps the neurons of the layer before it.
    for place in places.indices.dropFirst()
    where places[place].count == places[place - 1].count
      && reading.blocks[place].parameters.allSatisfy({ reading.graph.records[$0].shape.rank < 2 })
    {
      places[place].cells = places[place - 1].cells
    }
    guard let input else { return places }
    let count = perExample(input)
    let cells = TraceWriter.largest(Self.mostNeurons, of: Array(0..<count)) { cell in
      let own = writer.value(input, cell).magnitude
      guard let first = reading.blocks.first, let kernel = kernel(of: first, count, places.first)
      else { return own }
      let width = reading.graph.records[kernel].shape[1]
      return own
        * places[0].cells.reduce(Float(0)) {
          max($0, writer.value(kernel, cell * width + $1).magnitude)
        }
    }
    places.insert(Place(node: input, cells: cells, count: count), at: 0)
    return places
  }

  private func perExample(_ node: Int) -> Int {
    let shape = reading.graph.records[node].shape
    return shape.rank > 0 && shape[0] > 0 ? shape.count / shape[0] : 1
  }

  /// The gradient that says most about a neuron: that of its weighted sum, else that of its output.
  private func summed(_ node: Int) -> Int {
    let block = reading.blocks.first { $0.nodes.contains(node) }
    let sum = block?.nodes.first { reading.symbols[$0]?.base == "z" } ?? node
    let fits = perExample(sum) == perExample(node) ? sum : node
    return reading.gradients[fits] ?? node
  }

  private func column(_ place: Place, number: Int) -> Drawing.Column {
    let gradient = summed(place.node)
    let isLast = number == reading.blocks.count
    return Drawing.Column(
      title: number == 0 ? "input" : reading.blocks[number - 1].name,
      neurons: place.cells.map { cell in
        Drawing.Neuron(
          symbol: writer.symbol(place.node, cell), value: writer.value(place.node, cell),
          gradient: gradient == place.node ? nil : writer.value(gradient, cell),
          newValue: again.value(place.node, cell),
          meaning: number == 0
            ? names.meaning(of: LearningCycle.inputName, cell, value: 0)
            : isLast && names.labels.count == place.count ? names.labels[cell] : nil)
      }, leftOut: place.count - place.cells.count)
  }

  // MARK: Connections

  private func kernel(of block: AnnotatedCycle.Block, _ inputs: Int, _ place: Place?) -> Int? {
    block.parameters.first {
      reading.graph.records[$0].shape.extents == [inputs, place?.count ?? -1]
    }
  }

  private func connections(
    _ places: [Place], _ column: Int
  ) -> [(edge: Drawing.Edge, size: Float)] {
    let (before, after) = (places[column - 1], places[column])
    let block = reading.blocks[column - 1]
    guard let kernel = kernel(of: block, before.count, after),
      let gradient = reading.gradients[kernel]
    else { return [] }
    var edges: [(edge: Drawing.Edge, size: Float)] = []
    for (from, input) in before.cells.enumerated() {
      for (to, neuron) in after.cells.enumerated() {
        let cell = input * after.count + neuron
        let weight = writer.value(kernel, cell)
        edges.append(
          (
            Drawing.Edge(
              column: column, from: from, to: to, symbol: writer.symbol(kernel, cell),
              weight: weight, gradient: writer.value(gradient, cell),
              newWeight: again.value(kernel, cell)),
            (weight * writer.value(before.node, input)).magnitude
          ))
      }
    }
    return edges
  }
}
