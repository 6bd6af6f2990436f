import Engine
import Networks

/// Chooses what of a network is drawn: all of a small one, the largest contributions of a large one.
struct DrawingWriter {
  let reading: AnnotatedCycle
  let writer: CellWriter
  let again: CellWriter
  let names: TraceNames
  /// Which of the batch is drawn, counted from 0.
  let example: Int

  private static let mostNeurons = 6
  private static let mostEdges = 24
  private static let shownOfManyEdges = 10

  private struct Place {
    var node: Int
    /// Nil for the input.
    var block: AnnotatedCycle.Block?
    /// All cells of the example.
    var own: [Int]
    /// Places among these.
    var chosen: [Int]
    var count: Int { own.count }
    /// The cells that are drawn.
    var cells: [Int] { chosen.map { own[$0] } }
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
      columns: places.map(column), edges: kept, edgesLeftOut: leftOut, members: members)
  }

  // MARK: Neurons

  private func chooseNeurons() -> [Place] {
    var places = reading.blocks.compactMap { block in
      block.nodes.last.map { (block, $0) }
    }.map { block, node in
      let own = cells(node)
      let gradient = summed(node)
      return Place(
        node: node, block: block, own: own,
        chosen: TraceWriter.largest(Self.mostNeurons, of: Array(own.indices)) {
          writer.value(gradient, own[$0]).magnitude
        })
    }
    // A layer that changes each number by itself keeps the neurons of the layer before it.
    for place in places.indices.dropFirst()
    where places[place].count == places[place - 1].count && changesEachByItself(places[place]) {
      places[place].chosen = places[place - 1].chosen
    }
    let input = reading.cycle.input.id
    let own = cells(input)
    let isKept = places.first.map { $0.count == own.count && changesEachByItself($0) } ?? false
    let chosen =
      isKept
      ? places[0].chosen
      : TraceWriter.largest(
        Self.mostNeurons, of: Array(own.indices)
      ) { place in
        let value = writer.value(input, own[place]).magnitude
        guard let first = reading.blocks.first,
          let kernel = kernel(of: first, own.count, places.first)
        else { return value }
        let width = places[0].count
        return value
          * places[0].chosen.reduce(Float(0)) {
            max($0, writer.value(kernel, place * width + $1).magnitude)
          }
      }
    places.insert(Place(node: input, own: own, chosen: chosen), at: 0)
    // Images are shown as images; of them only what the first other layer reads is drawn.
    let images = places.prefix { reading.graph.records[$0.node].shape.rank == 4 }.count
    return Array(places.dropFirst(max(0, images - 1)))
  }

  /// Whether each neuron of a layer reads the one before it in its place alone.
  private func changesEachByItself(_ place: Place) -> Bool {
    guard let block = place.block, block.number != firstOfMembers?.number else { return true }
    return block.parameters.allSatisfy { reading.graph.records[$0].shape.rank < 2 }
  }

  /// How many networks in one there are, of which the first is drawn; nil for one.
  private var members: Int? { reading.cycle.output.members.map { $0.shape[1] } }

  /// The layer that begins them: it has a factor for each number of each member.
  private var firstOfMembers: AnnotatedCycle.Block? {
    guard let members else { return nil }
    return reading.blocks.first { block in
      guard let node = block.nodes.last else { return false }
      let made = reading.graph.records[node].shape.extents
      return made.count == 3 && made[1] == members
        && block.parameters.contains {
          reading.graph.records[$0].shape.extents == Array(made.dropFirst())
        }
    }
  }

  /// Whether each member has numbers of its own in a node.
  private func isOfMembers(_ node: Int) -> Bool {
    guard let members, let first = firstOfMembers?.nodes.first, node >= first else { return false }
    let shape = reading.graph.records[node].shape
    return shape.rank == 3 && shape[1] == members
  }

  /// The cells of the example, and of its first member; of a recurrent layer what it says after the last
  /// step that counts.
  private func cells(_ node: Int) -> [Int] {
    let shape = reading.graph.records[node].shape
    let all = (0..<shape.count).filter { reading.example(of: node, $0) ?? example == example }
    if isOfMembers(node) { return Array(all.prefix(shape[2])) }
    guard let op = reading.stepwise[node] else { return all }
    let said = all.filter { op.place(of: $0, in: shape).kind == op.cellKinds.count - 1 }
    let units = shape.extents.last ?? 1
    let isReversed = (op as? Ops.RecurrentScan)?.isReversed ?? false
    return Array(isReversed ? said.prefix(units) : said.suffix(units))
  }

  /// The gradient that says most about a neuron: that of its weighted sum, else that of its output.
  private func summed(_ node: Int) -> Int {
    let block = reading.blocks.first { $0.nodes.contains(node) }
    let sum = block?.nodes.first { reading.symbols[$0]?.base == "z" } ?? node
    let shapes = [sum, node].map { reading.graph.records[$0].shape.count }
    return reading.gradients[shapes[0] == shapes[1] ? sum : node] ?? node
  }

  private func column(_ place: Place) -> Drawing.Column {
    let gradient = summed(place.node)
    let isLast = place.block?.number == reading.blocks.count
    return Drawing.Column(
      title: place.block?.name ?? "input",
      neurons: place.cells.map { cell in
        Drawing.Neuron(
          symbol: writer.symbol(place.node, cell), value: writer.value(place.node, cell),
          gradient: gradient == place.node ? nil : writer.value(gradient, cell),
          newValue: again.value(place.node, cell),
          meaning: place.block == nil
            ? names.meaning(of: LearningCycle.inputName, cell, value: 0)
            : isLast ? names.meaning(ofAnswer: cell) : nil)
      }, leftOut: place.count - place.chosen.count)
  }

  // MARK: Connections

  /// The weights between neurons; where each member has its own, those of the first come first.
  private func kernel(of block: AnnotatedCycle.Block, _ inputs: Int, _ place: Place?) -> Int? {
    let extents = [inputs, place?.count ?? -1]
    return block.parameters.first {
      let shape = reading.graph.records[$0].shape.extents
      return shape == extents || shape == [members ?? -1] + extents
    }
  }

  private func connections(
    _ places: [Place], _ column: Int
  ) -> [(edge: Drawing.Edge, size: Float)] {
    let (before, after) = (places[column - 1], places[column])
    guard let block = after.block, !changesEachByItself(after),
      let kernel = kernel(of: block, before.count, after),
      let gradient = reading.gradients[kernel]
    else { return [] }
    var edges: [(edge: Drawing.Edge, size: Float)] = []
    for (from, input) in before.chosen.enumerated() {
      for (to, neuron) in after.chosen.enumerated() {
        let cell = input * after.count + neuron
        let weight = writer.value(kernel, cell)
        edges.append(
          (
            Drawing.Edge(
              column: column, from: from, to: to, symbol: writer.symbol(kernel, cell),
              weight: weight, gradient: writer.value(gradient, cell),
              newWeight: again.value(kernel, cell)),
            (weight * writer.value(before.node, before.own[input])).magnitude
          ))
      }
    }
    return edges
  }
}
