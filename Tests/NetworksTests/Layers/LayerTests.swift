import Engine
import Testing

@testable import Networks

@Suite struct LayerTests {
  /// One of each kind, with settings that are not the usual ones.
  private let network = Sequential {
    Flatten()
    BatchNorm(momentum: 0.9, epsilon: 1e-4, scales: false)
    Dense(
      6, activation: .leakyReLU(slope: 0.05), kernelInitializer: .heNormal,
      biasInitializer: .constant(0.1))
    Dropout(0.25)
    ParametricReLU(slopeInitializer: .constant(0.2), name: "bend")
    Sequential {
      Dense(5, usesBias: false)
      Activation(.elu(scale: 0.7))
    }
    Residual(shortcut: [Dense(5, name: "past")], activation: .tanh) {
      LayerNorm(epsilon: 1e-5, centers: false)
      Dense(5)
    }
    Dense(3, name: "last")
  }

  /// Those that read sequences.
  private let sequences = Sequential {
    Embedding(tokens: 5, units: 3, masksZero: true, initializer: .glorotNormal, name: "words")
    PositionEmbedding(initializer: .uniform(), name: "where")
    Masking(-1)
    Bidirectional(LSTM(2, returnsSequences: true, name: "past"), merge: .sum)
    GRU(3, activation: .relu, usesBias: false, returnsSequences: true, goesBackwards: true)
    Attention(heads: 2, keyWidth: 3, valueWidth: 2, dropout: 0.1, name: "look")
    TransformerBlock(heads: 1, hidden: 5, activation: .gelu, isCausal: true, epsilon: 1e-5)
    Reshaping(to: [2, 6])
    SimpleRNN(4, truncation: 2, name: "simple")
    Dense(2)
  }

  @Test func theExamplesHoldEveryKindOfTheCatalog() throws {
    let pools = Sequential([
      GlobalAveragePool1D(), GlobalMaxPool1D(), GlobalAveragePool2D(), GlobalMaxPool2D(),
      FrozenLayers([Flatten()]), CumulativeLink(classes: 4),
      ImageBranch([2, 2, 1], [GlobalMaxPool2D()]),
      Change([Dense(1)], from: [0], base: 0, relative: [0]),
      Ensemble([Dense(2), Dense(2)], through: .softmax),
      GraphLayer(nodes: [GraphNode(.input, extents: nil)]),
    ])
    let text = try [
      network, sequences, TableLayerTests.table, ImageLayerTests.images, ImageLayerTests.sequences,
      pools,
    ]
    .map { try JSONText.encode($0) }.joined()
    for layer in Registry.standard.layers { #expect(text.contains("\"layer\":\"\(layer.kind)\"")) }
  }

  @Test func theSettingsOfEveryLayerAreToldInWords() throws {
    for type in Registry.standard.layers {
      let settings = type.settingFacts
      #expect(Set(settings.map(\.name)).count == settings.count, "\(type.kind)")
      #expect(!settings.contains { $0.type.contains("<") || $0.type.contains(".") }, "\(type.kind)")
      #expect(settings.contains { $0.name == "name" } == (type is any IdentifiedLayer.Type))
    }
    // Its value width is that of the key if not given.
    #expect(Attention(heads: 1, keyWidth: 3).valueWidth == 3)
    #expect(Attention.settingFacts.first { $0.name == "value_width" }?.source == "key_width")
    #expect(
      LSTM.settingFacts.map(\.name) == [
        "units", "activation", "recurrent_activation", "bias", "return_sequences", "go_backwards",
        "truncate", "kernel_initializer", "recurrent_initializer", "bias_initializer",
        "unit_forget_bias", "name",
      ])
  }

  @Test func networksReadBackFromTheirTextAreTheSame() throws {
    let text = try JSONText.encode(network)
    let again = try JSONText.decode(Sequential.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
    let models = try [network, again].map {
      try Model($0, inputShape: [2, 4], loss: .crossEntropy, seed: 3)
    }
    #expect(models[0].weightsSHA256 == models[1].weightsSHA256)
    #expect(
      models[0].tensors.map(\.name) == [
        "batch_norm/beta", "batch_norm/moving_mean", "batch_norm/moving_variance",
        "dense/kernel", "dense/bias", "bend/slope", "dense_1/kernel", "layer_norm/gamma",
        "dense_2/kernel", "dense_2/bias", "past/kernel", "past/bias", "last/kernel", "last/bias",
      ])
    let example = (0..<8).map { Float($0) / 8 - 0.4 }
    #expect(try Predictor(models[0])(example) == Predictor(models[1])(example))
  }

  @Test func networksOfSequencesReadBackAreTheSame() throws {
    let text = try JSONText.encode(sequences)
    let again = try JSONText.decode(Sequential.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
    let models = try [sequences, again].map {
      try Model($0, inputShape: [4], loss: .crossEntropy, seed: 3)
    }
    #expect(models[0].weightsSHA256 == models[1].weightsSHA256)
    #expect(try Predictor(models[0])([1, 4, 0, 0]) == Predictor(models[1])([1, 4, 0, 0]))
  }

  @Test func aLayerUsedTwiceHasOneSetOfWeightsAlsoAfterReadingBack() throws {
    let shared = Dense(4, activation: .tanh)
    let network = Sequential {
      shared
      shared
      Dense(4)
    }
    let text = try JSONText.encode(network)
    for candidate in [network, try JSONText.decode(Sequential.self, from: text, at: "network")] {
      let model = try Model(candidate, inputShape: [4], loss: .meanSquaredError)
      #expect(
        model.tensors.map(\.name) == [
          "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias",
        ])
    }
  }

  @Test func gradientsOfASharedLayerAreTheSumOverItsUses() throws {
    let shared = Dense(2, usesBias: false, name: "shared")
    let cycle = try LearningCycle(
      Sequential([shared, shared]), inputShape: [2], batch: 1, loss: .halfSumOfSquares,
      optimizer: .sgd())
    var feeds = [
      "input": [0.5, -1], "target": [0.3, 0.8], "shared/kernel": [0.2, -0.4, 0.7, 0.1],
      "learning rate": [0.1],
    ]
    let gradient = try cycle.graph.evaluate(cycle.gradients, feeding: feeds)[0]
    for element in 0..<4 {
      var losses: [Double] = []
      for step in [1e-6, -1e-6] {
        feeds["shared/kernel"]![element] += step
        losses.append(try cycle.graph.evaluate([cycle.loss], feeding: feeds)[0][0])
        feeds["shared/kernel"]![element] -= step
      }
      #expect(abs(gradient[element] - (losses[0] - losses[1]) / 2e-6) < 1e-8)
    }
  }

  @Test func problemsNameTheLayer() throws {
    func problem(_ layers: [any Layer], _ shape: TensorShape = [3]) -> Problem? {
      #expect(throws: Problem.self) {
        try Model(Sequential(layers), inputShape: shape, loss: .crossEntropy)
      }
    }
    #expect(problem([Dense(4), Dense(0, name: "empty")])?.location == "empty")
    #expect(problem([Dropout(1.5)])?.description.contains("1.5") == true)
    let clash = problem([Dense(4, name: "same"), Dense(5, name: "same")])
    #expect(clash?.location == "same/kernel")
    #expect(clash?.fix.contains("different names") == true)
  }

  @Test func unknownLayersAndActivationsAreNamed() throws {
    for (text, word) in [
      (#"{"layers": [{"layer": "dens", "units": 3}]}"#, "dens"),
      (#"{"layers": [{"layer": "dense", "units": 3, "activation": "rely"}]}"#, "rely"),
      (#"{"layers": [{"layer": "dense"}]}"#, "units"), (#"{"layers": [{"same_as": 4}]}"#, "4"),
    ] {
      let problem = #expect(throws: Problem.self) {
        try JSONText.decode(Sequential.self, from: text, at: "network")
      }
      #expect(problem?.description.contains(word) == true)
    }
  }

  @Test func dropoutActsInTrainingOnly() throws {
    let training = Graph(isTraining: true)
    let input = try training.input("x", shape: [64, 32])
    let output = try Dropout(0.5)(input)
    let key = try training.randomKey()
    let mask = try training.evaluate(
      [output],
      feeding: [
        "x": Array(repeating: 1.0, count: 2048),
        "random key": Array(repeating: 3.0, count: key.shape.count),
      ])[0]
    #expect(Set(mask) == [0, 2])
    #expect((900...1150).contains(mask.count { $0 == 0 }))
    let use = try Graph().input("x", shape: [64, 32])
    #expect(try Dropout(0.5)(use).description == use.description)
  }
}
