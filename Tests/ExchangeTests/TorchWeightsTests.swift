import Datasets
import Engine
import Networks
import RunSupport
import TestSupport
import Testing

@testable import Exchange

/// Weights by PyTorch's names and in its layouts, both ways: `Tests/References/torch_weights.json` holds what its
/// layers keep and answer.
@Suite struct TorchWeightsTests {
  struct Reference: Decodable {
    struct Numbers: Decodable {
      let name: String?
      let shape: TensorShape
      let values: [Float]
    }
    struct Case: Decodable, Sendable {
      let name: String
      let tensors: [Numbers]
      let input, output: Numbers
    }
    let cases: [Case]
  }

  /// The same networks here.
  private static func layers(_ name: String) -> [any Layer] {
    func settings(_ units: Int) -> RecurrentSettings {
      var settings = RecurrentSettings(units)
      settings.returnsSequences = true
      return settings
    }
    func norm(_ name: String) -> BatchNorm { BatchNorm(epsilon: 1e-5, name: name) }
    return switch name {
    case "linear":
      [Dense(4, activation: .relu, name: "fc1"), Dense(3, usesBias: false, name: "fc2")]
    case "images":
      [
        Conv2D(4, kernelSize: Extents(height: 2, width: 3), name: "conv1"), norm("bn1"),
        Activation(.relu), Conv2D(6, kernelSize: 2, groups: 2, name: "conv2"), Flatten(),
        norm("bn2"), Dropout(0.5), Dense(3, name: "fc"),
      ]
    case "depthwise":
      [
        DepthwiseConv2D(kernelSize: 2, multiplier: 2, name: "dw"),
        Conv2D(2, kernelSize: 1, usesBias: false, name: "pw"), Flatten(),
        ParametricReLU(name: "act"), Dense(2, name: "fc"),
      ]
    case "series":
      [Conv1D(3, kernelSize: 2, name: "conv"), MaxPool1D(), Flatten(), Dense(2, name: "fc")]
    case "lstm": [LSTM(settings(2), name: "rnn")]
    case "lstm both ways": [Bidirectional(LSTM(settings(2)), name: "rnn")]
    case "gru both ways": [Bidirectional(GRU(settings(2)), name: "rnn")]
    case "gru without bias": [GRU(2, usesBias: false, name: "rnn"), Dense(2, name: "fc")]
    case "rnn of two layers":
      [SimpleRNN(settings(2), name: "first"), SimpleRNN(settings(2), name: "second")]
    case "embedding":
      [
        Embedding(tokens: 7, units: 3, name: "emb"), LayerNorm(epsilon: 1e-5, name: "norm"),
        GRU(settings(2), name: "rnn"),
      ]
    case "attention":
      [Attention(heads: 2, keyWidth: 3, name: "att"), LayerNorm(epsilon: 1e-5, name: "norm")]
    case "encoder, norm first":
      [TransformerBlock(heads: 3, hidden: 8, epsilon: 1e-5, name: "enc")]
    case "encoder, norm last":
      [TransformerBlock(heads: 2, hidden: 5, normalizesFirst: false, epsilon: 1e-5, name: "enc")]
    default: []
    }
  }

  private static func rules(_ name: String) -> NameRules {
    var rules = NameRules()
    if name == "rnn of two layers" { rules.layers = ["first": "rnn", "second": "rnn/1"] }
    return rules
  }

  /// PyTorch's weights give PyTorch's answers, and go out again as they came in.
  @Test func whatPyTorchKeepsComesInAndGoesOut() throws {
    let cases = try reference("torch_weights.json", Reference.self).cases
    #expect(cases.count >= 13)
    for example in cases {
      let shape = try TensorShape(checking: Array(example.input.shape.extents.dropFirst()))
      let fresh = try Model(
        Sequential(Self.layers(example.name)), inputShape: shape, loss: .meanSquaredError)
      let given = try example.tensors.map { ($0.name!, try Tensor($0.shape, $0.values)) }
      let rules = Self.rules(example.name)
      let file = WeightsFile(tensors: given, name: "w.pth")
      let model = try WeightMap(file, on: fresh, by: rules).applied()
      let answer = try Predictor(model)(example.input.values)
      #expect(answer.count == example.output.values.count, "\(example.name)")
      for (mine, theirs) in zip(answer, example.output.values) {
        #expect(abs(mine - theirs) <= 1e-5 * max(1, abs(theirs)), "\(example.name)")
      }

      let export = try WeightsExport(model, by: rules)
      #expect(Set(export.tensors.map(\.name)) == Set(given.map(\.0)), "\(example.name)")
      let theirs = Dictionary(uniqueKeysWithValues: given)
      let own = Dictionary(uniqueKeysWithValues: export.tensors.map { ($0.name, $0.tensor) })
      for (name, tensor) in export.tensors {
        #expect(tensor.shape == theirs[name]?.shape, "\(example.name): \(name)")
        // Of two biases that are only ever added the sum comes back.
        guard name.contains("bias_"), tensor != theirs[name] else {
          #expect(tensor == theirs[name], "\(example.name): \(name)")
          continue
        }
        let twin = name.replacing("bias_ih", with: "bias_hh")
        let sum = zip(theirs[name]!.values, theirs[twin]!.values).map { $0 + $1 }
        #expect(
          name == twin ? tensor.values.allSatisfy { $0 == 0 } : tensor.values == sum,
          "\(example.name): \(name)")
        #expect(own[twin]?.values.allSatisfy { $0 == 0 } == true, "\(example.name): \(name)")
      }
      #expect(export.notes.isEmpty, "\(export.notes)")
    }
  }

  /// Every layer of the catalog, in every layout: the same bits come back.
  @Test(arguments: NameRules.Layout.allCases) func everyLayerComesBack(
    layout: NameRules.Layout
  ) throws {
    var rules = NameRules()
    rules.layout = layout
    var unknown: [String] = []
    for example in try NetworkExample.all() + LayerVariants.all() {
      let model = try Self.disturbed(example.model)
      let export = try WeightsExport(model, by: rules)
      let bytes = try export.file.bytes()
      let file = try WeightsFile(bytes: bytes, name: "w.safetensors", decoders: .none)
      let fresh = try Model(
        model.network, inputShape: model.inputShape, loss: model.loss, seed: 99)
      let back = try WeightMap(file, on: fresh, by: rules).applied()
      for (before, after) in zip(model.tensors, back.tensors) {
        #expect(before.name == after.name)
        let same = zip(before.tensor.values, after.tensor.values).allSatisfy {
          $0.bitPattern == $1.bitPattern
        }
        #expect(
          same && before.tensor.shape == after.tensor.shape, "\(example.name): \(before.name)")
      }
      if let note = export.notes.first(where: { $0.hasPrefix("PyTorch has no layer") }) {
        unknown.append("\(example.name.split(separator: " ").last!): \(note)")
      }
    }
    // What PyTorch has not, by its kind.
    let kinds = unknown.map { String($0.prefix { $0 != ":" }) }
    #expect(
      Set(kinds) == (layout == .keras ? [] : Self.unknown), "\(unknown.joined(separator: "\n"))")
  }

  private static let unknown: Set = [
    // With heads that do not share the width of their input.
    "attention",
    "change", "cumulative_link", "graph", "members", "member_dense", "piecewise_linear",
    "position_embedding",
  ]

  /// A header may be as long as a pickle's first byte says.
  @Test func everyLengthOfAHeaderIsRead() throws {
    for length in 0..<300 {
      let file = SafeTensors(
        [SafeTensors.Entry("a.weight", Tensor(1))],
        metadata: ["x": String(repeating: "x", count: length)])
      let read = try WeightsFile(bytes: file.bytes(), name: "w", decoders: .none)
      #expect(read.tensors.count == 1)
    }
  }

  /// With other numbers than those that many weights begin with.
  private static func disturbed(_ model: Model) throws -> Model {
    var random = RandomGenerator(seed: 8)
    return try model.with(
      model.tensors.map { name, tensor in
        (name, try Tensor(tensor.shape, tensor.values.map { _ in Float(random.uniform() + 0.1) }))
      })
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let model = try Model(
      Sequential([Dense(4, name: "a"), BatchNorm(name: "b"), Dense(2, name: "c")]),
      inputShape: [3], loss: .meanSquaredError)
    let export = try WeightsExport(model, by: NameRules())
    #expect(export.notes == ["normalisations have eps=0.001, which PyTorch's must be given"])
    #expect(
      export.tensors.map(\.name) == [
        "a.weight", "a.bias", "b.weight", "b.bias", "b.running_mean", "b.running_var", "c.weight",
        "c.bias",
      ])
    var rules = NameRules()
    rules.layers = ["a": "net.0", "c": "net.0", "d": "net.1"]
    let problem = #expect(throws: Problem.self) { try WeightsExport(model, by: rules) }
    let lines = problem?.all.map(\.description) ?? []
    #expect(lines.count == 3, "\(lines.joined(separator: "\n"))")
    #expect(lines.first?.hasPrefix("map.layers: expected the name of a layer with weights") == true)
    #expect(lines.last?.contains("`net.0.bias` twice") == true)
  }
}
