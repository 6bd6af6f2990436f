import Testing

@testable import Engine
@testable import Networks

/// What layers do with the mask of padded sequences, beyond the reference numbers.
@Suite struct SequenceLayerTests {
  private func graph(_ layer: any Layer, _ shape: TensorShape) throws -> (Graph, Node) {
    let graph = Graph()
    return (graph, try layer(graph.input("x", shape: shape)))
  }

  @Test func theMeanOfAnExampleWithoutAnyStepIsZero() throws {
    let (graph, mean) = try graph(Sequential([Masking(), GlobalAveragePool1D()]), [3, 2, 2])
    let values = try graph.evaluate([mean], feeding: ["x": [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]])
    #expect(values[0] == [2, 3, 5, 6, 0, 0])
    let loss = try Ops.Sum(axes: 0..<2)(mean)
    let input = Node(graph: graph, id: 0)
    let gradient = try graph.gradients(of: loss, withRespectTo: [input])
    #expect(
      try graph.evaluate(gradient, feeding: ["x": [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]])[0]
        == [0.5, 0.5, 0.5, 0.5, 1, 1, 0, 0, 0, 0, 0, 0])
  }

  /// What stands in the steps that do not count reaches no answer.
  @Test func paddingDoesNotReachTheAnswerOfATransformer() throws {
    let network = Sequential {
      Embedding(tokens: 7, units: 6, masksZero: true)
      PositionEmbedding()
      TransformerBlock(heads: 2, hidden: 5)
      GlobalAveragePool1D()
      Dense(2)
    }
    let model = try Model(network, inputShape: [5], loss: .crossEntropy, seed: 2)
    var tensors = model.tensors
    #expect(tensors[0].name == "embedding/embeddings")
    for column in 0..<6 { tensors[0].tensor.values[column] += Float(column) }
    let changed = try model.with(tensors)
    let padded: [Float] = [3, 1, 6, 0, 0]
    #expect(try Predictor(model)(padded) == Predictor(changed)(padded))
    let whole: [Float] = [3, 1, 6, 0, 2]
    #expect(try Predictor(model)(whole) == Predictor(changed)(whole))
    #expect(try Predictor(model)(whole) != Predictor(model)(padded))
  }

  /// Masked attention needs no more memory than the same without a mask, but for the mask itself.
  @Test func aMaskCostsNoMemoryOfTheScores() throws {
    func floats(_ layers: [any Layer], trains: Bool) throws -> Int {
      let graph: Graph
      let results: [Node]
      if trains {
        let cycle = try LearningCycle(
          Sequential(layers + [Flatten(), Dense(1)]), inputShape: [200, 4], batch: 2,
          loss: .meanSquaredError, optimizer: nil)
        (graph, results) = (cycle.graph, cycle.gradients)
      } else {
        graph = Graph()
        results = [try Sequential(layers)(graph.input("x", shape: [2, 200, 4]))]
      }
      var generator = RandomGenerator(seed: 1)
      let store = try VariableStore(graph.variables, generator: &generator)
      return try Compilation(
        graph, results: results.map(\.id), store: store, kernels: .chosen(), threads: 1
      ).arena.count
    }
    let scores = 2 * 2 * 200 * 200
    for trains in [false, true] {
      for causal in [false, true] {
        let attention = Attention(heads: 2, keyWidth: 2, isCausal: causal)
        let without = try floats([attention], trains: trains)
        let with = try floats([Masking(), attention], trains: trains)
        #expect(with - without < scores / 4, "\(without) and \(with), scores \(scores)")
      }
    }
  }

  @Test func impossibleSettingsSayWhatToChoose() throws {
    func problem(_ layer: any Layer) -> Problem? {
      #expect(throws: Problem.self) {
        try Model(Sequential([layer]), inputShape: [4, 10], loss: .meanSquaredError)
      }
    }
    let heads = problem(TransformerBlock(heads: 4, hidden: 3))
    #expect(heads?.location == "transformer_block")
    #expect(heads?.fix == "choose 2 or 5 heads, a width of 12, or give it a key width")
    #expect(problem(TransformerBlock(heads: 12, hidden: 3))?.fix.contains("10 heads") == true)
    _ = try Model(
      TransformerBlock(heads: 4, hidden: 3, keyWidth: 3), inputShape: [4, 10],
      loss: .meanSquaredError)
    for value in [Double.nan, .infinity] {
      let padding = problem(Masking(value))
      #expect(padding?.location == "masking")
      #expect(padding?.fix.contains("equal to no number") == true)
    }
  }
}
