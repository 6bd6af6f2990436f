import Datasets
import Engine
import Foundation
import Networks
import Testing

@testable import Exchange

/// Weights as PyTorch keeps them, on layers here: each layer's answer is that of PyTorch's formula.
@Suite struct WeightMapTests {
  private var random = RandomGenerator(seed: 5)

  private mutating func tensor(_ extents: [Int]) throws -> Tensor {
    let shape = try TensorShape(checking: extents)
    return try Tensor(shape, (0..<shape.count).map { _ in Float(random.uniform() * 2 - 1) })
  }

  private static func applied(
    _ layers: [any Layer], _ shape: TensorShape, _ tensors: [(name: String, tensor: Tensor)],
    _ rules: NameRules = NameRules()
  ) throws -> Model {
    let model = try Model(Sequential(layers), inputShape: shape, loss: .meanSquaredError)
    let file = WeightsFile(tensors: tensors, name: "w.pth")
    return try WeightMap(file, on: model, by: rules).applied()
  }

  private static func equal(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 }
  }

  /// Sums over a window as PyTorch's documentation writes them: outputs, inputs of the group, rows, columns.
  private static func convolved(
    _ image: Tensor, _ weight: Tensor, _ bias: Tensor, groups: Int
  ) -> [Float] {
    let (rows, columns) = (
      image.shape[0] - weight.shape[2] + 1, image.shape[1] - weight.shape[3] + 1
    )
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    var result: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        for output in 0..<outputs {
          var sum = bias[output]
          let first = output / (outputs / groups) * inputs
          for input in 0..<inputs {
            for y in 0..<weight.shape[2] {
              for x in 0..<weight.shape[3] {
                sum += image[row + y, column + x, first + input] * weight[output, input, y, x]
              }
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  @Test(arguments: [(4, 1), (4, 2), (4, 4), (8, 4)])
  mutating func convolutions(outputs: Int, groups: Int) throws {
    let weight = try tensor([outputs, 4 / groups, 2, 3])
    let (bias, image) = (try tensor([outputs]), try tensor([4, 5, 4]))
    let extents = Extents(height: 2, width: 3)
    let layer: any Layer =
      groups == 4
      ? DepthwiseConv2D(kernelSize: extents, multiplier: outputs / 4, name: "c")
      : Conv2D(outputs, kernelSize: extents, groups: groups, name: "c")
    let model = try Self.applied(
      [layer], image.shape, [("c.weight", weight), ("c.bias", bias)])
    let answer = try Predictor(model)(image.values)
    #expect(Self.equal(answer, Self.convolved(image, weight, bias, groups: groups)))
  }

  /// PyTorch makes an image flat with its channels first.
  @Test mutating func denseBehindAnImageMadeFlat() throws {
    let (weight, bias, image) = (try tensor([3, 12]), try tensor([3]), try tensor([2, 3, 2]))
    let model = try Self.applied(
      [Flatten(), Dropout(0.5), Dense(3, name: "fc")], image.shape,
      [("fc.weight", weight), ("fc.bias", bias)])
    let expected = (0..<3).map { output in
      (0..<12).reduce(bias[output]) { sum, place in
        sum + weight[output, place] * image[place % 6 / 3, place % 3, place / 6]
      }
    }
    #expect(Self.equal(try Predictor(model)(image.values), expected))
  }

  private static func product(_ weight: Tensor, _ x: [Float], _ bias: Tensor) -> [Float] {
    (0..<weight.shape[0]).map { row in
      x.indices.reduce(bias[row]) { $0 + weight[row, $1] * x[$1] }
    }
  }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

  /// The formulas of `torch.nn.LSTM` and `torch.nn.GRU`, two layers under one name.
  @Test(arguments: [3, 4]) mutating func recurrentLayers(gates: Int) throws {
    let (units, width, steps) = (3, 2, 4)
    var tensors: [(name: String, tensor: Tensor)] = []
    for layer in 0..<2 {
      tensors += [
        ("r.weight_ih_l\(layer)", try tensor([gates * units, layer == 0 ? width : units])),
        ("r.weight_hh_l\(layer)", try tensor([gates * units, units])),
        ("r.bias_ih_l\(layer)", try tensor([gates * units])),
        ("r.bias_hh_l\(layer)", try tensor([gates * units])),
      ]
    }
    let input = try tensor([steps, width])
    var rules = NameRules()
    rules.layers = ["first": "r", "second": "r/1"]
    func layer(_ name: String, _ sequence: Bool) -> any Layer {
      gates == 4
        ? LSTM(units, returnsSequences: sequence, name: name)
        : GRU(units, returnsSequences: sequence, name: name)
    }
    let model = try Self.applied(
      [layer("first", true), layer("second", false)], input.shape, tensors, rules)

    var sequence = (0..<steps).map { Array(input.values[$0 * width..<($0 + 1) * width]) }
    for layer in 0..<2 {
      let part = tensors[4 * layer..<4 * layer + 4].map(\.tensor)
      var (h, c) = ([Float](repeating: 0, count: units), [Float](repeating: 0, count: units))
      sequence = sequence.map { x in
        let (a, b) = (Self.product(part[0], x, part[2]), Self.product(part[1], h, part[3]))
        for unit in 0..<units {
          func sum(_ gate: Int) -> Float { a[gate * units + unit] + b[gate * units + unit] }
          if gates == 4 {
            c[unit] =
              Self.sigmoid(sum(1)) * c[unit] + Self.sigmoid(sum(0)) * Self.tanh(sum(2))
            h[unit] = Self.sigmoid(sum(3)) * Self.tanh(c[unit])
          } else {
            let (r, z) = (Self.sigmoid(sum(0)), Self.sigmoid(sum(1)))
            let n = Self.tanh(a[2 * units + unit] + r * b[2 * units + unit])
            h[unit] = (1 - z) * n + z * h[unit]
          }
        }
        return h
      }
    }
    #expect(Self.equal(try Predictor(model)(input.values), sequence.last!))
  }

  private static func tanh(_ x: Float) -> Float { 2 * sigmoid(2 * x) - 1 }

  /// One sentence for each tensor that does not fit, all together.
  @Test mutating func whatDoesNotFitIsSaid() throws {
    let tensors = [
      ("fc1.weight", try tensor([4, 3])), ("fc1.bias", try tensor([4])),
      ("norm.weight", try tensor([5])), ("norm.num_batches_tracked", try tensor([])),
      ("other.weight", try tensor([2, 2])),
    ]
    let layers: [any Layer] = [
      Dense(4, name: "fc1"), BatchNorm(name: "norm"), Dense(2, name: "fc2"),
    ]
    let problem = #expect(throws: Problem.self) { try Self.applied(layers, [3], tensors) }
    let lines = problem?.all.map(\.description) ?? []
    #expect(lines.count == 7, "\(lines.joined(separator: "\n"))")
    #expect(lines[0].hasPrefix("w.pth: norm.weight: expected numbers for norm/gamma, [4]"))
    #expect(lines.contains { $0.hasPrefix("norm/beta: expected `norm.bias` in w.pth, found none") })
    #expect(lines.contains { $0.hasPrefix("w.pth: other.weight: expected a place for it") })

    var rules = NameRules()
    (rules.new, rules.ignored) = (["norm", "fc2"], ["other.*", "norm.*"])
    let model = try Self.applied(layers, [3], tensors, rules)
    #expect(try model.tensors[0].tensor == tensors[0].1.transposed([1, 0]))
  }

  @Test func namesByPatternAndByOrder() throws {
    var rules = NameRules()
    rules.layers = ["block*_conv": "features.*.0", "block1_conv": "stem", "*": "net.*"]
    #expect(rules.theirs("block12_conv") == "features.12.0")
    #expect(rules.theirs("block1_conv") == "stem")
    #expect(rules.theirs("fc") == "net.fc")
    let tensors: [(name: String, tensor: Tensor)] = try [
      ("0.weight", Tensor([2, 1], [1, 2])), ("0.bias", Tensor([2], [3, 4])),
      ("2.weight", Tensor([1, 2], [5, 6])), ("2.bias", Tensor([1], [7])),
    ]
    var order = NameRules()
    order.byOrder = true
    let model = try Self.applied([Dense(2), Dense(1)], [1], tensors, order)
    #expect(try Predictor(model)([10]) == [5 * 13 + 6 * 24 + 7])
  }

  /// Every published network takes weights of its own names and answers with a score for each class.
  @Test(arguments: KnownNetwork.all.map(\.name)) func publishedNetworks(name: String) throws {
    let known = try KnownNetwork.named(name)
    let model = try Model(
      Sequential(known.layers), inputShape: known.inputShape, loss: .crossEntropy)
    // As published: https://pytorch.org/vision/stable/models.html, and the sizes of EfficientNet-Lite's files;
    // there without the running statistics, which are no parameters.
    let parameters = [
      "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032,
      "mobilenet_v2": 3_504_872, "efficientnet_lite0": 4_652_008, "efficientnet_lite1": 5_416_680,
      "efficientnet_lite2": 6_092_072,
    ]
    let learned = model.tensors.filter { !$0.name.contains("/moving_") }
    #expect(learned.reduce(0) { $0 + $1.tensor.shape.count } == parameters[name])
    #expect(model.outputCount == 1000)
  }
}
