import Engine

/// A network as it is used, with what each of its layers hands on: for pictures of units.
package final class LayerProgram {
  /// How many examples it takes.
  package let batch: Int
  private let program: CycleProgram
  private let outputs: [Node]
  private let watched: [Int]
  /// For a recurrence that hands on its last state alone, all of its states; nil for other layers.
  private let states: [Node?]

  /// Compiles it over the weights of a cycle. It is not kept there.
  ///
  /// - Parameter layers: the places of the layers whose numbers are wanted, counted from 0.
  /// - Throws: `Problem` where layers do not fit, or memory is too small.
  package init(_ cycle: CompiledCycle, batch: Int, layers: [Int]) throws {
    self.batch = batch
    let graph = Graph()
    var node = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [batch] + cycle.inputShape.extents))
    var states: [Node?] = []
    let outputs = try cycle.network.listed.map { layer in
      let first = graph.records.count
      node = try layer.named(in: node).keepingMask(of: node)
      states.append(Self.states(of: layer, in: graph, from: first))
      return node
    }
    (self.outputs, self.states) = (outputs, states)
    watched = layers
    var ids: Set<Int> = []
    program = try CycleProgram(
      graph,
      .init(
        prediction: cycle.loss.prediction(node),
        watched: layers.flatMap { [outputs[$0], states[$0]].compactMap(\.self) }
          .filter { ids.insert($0.id).inserted }),
      batch: batch, of: cycle, isGuarded: false)
  }

  /// Gives the examples of all runs to come.
  /// - Throws: `Problem` for a wrong count of numbers.
  package func feed(_ inputs: [Float]) throws { try program.feed(inputs: inputs) }

  /// Computes everything with the weights as they are.
  package func run() { program.run() }

  /// What the network answers, row by row.
  package var predictions: UnsafeBufferPointer<Float> { program.predictionMemory }

  /// What a layer hands on, row by row.
  /// - Throws: `Problem` for a layer that was not wanted.
  package func values(ofLayer place: Int) throws -> [Float] {
    try program.values(of: outputs[place])
  }

  /// The states of a recurrence that hands on its last one alone, step by step, of the only example; nil for
  /// other layers.
  /// - Throws: `Problem` for a layer that was not wanted.
  package func states(ofLayer place: Int) throws -> [Float]? {
    guard batch == 1, let node = states[place] else { return nil }
    return try program.values(of: node)
  }

  /// What the last state is cut out of.
  private static func states(of layer: any Layer, in graph: Graph, from first: Int) -> Node? {
    guard let layer = layer as? any RecurrentLayer, !layer.settings.returnsSequences else {
      return nil
    }
    let cut = graph.records[first...].last { record in
      if case .op(is Ops.Slice) = record.source { true } else { false }
    }
    return cut?.inputs.first.map { Node(graph: graph, id: $0) }
  }
}
