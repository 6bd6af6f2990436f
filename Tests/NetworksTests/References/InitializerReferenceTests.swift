import Engine
import TestSupport
import Testing

@testable import Networks

/// Every initialiser in every layer against the distributions that Keras draws from.
@Suite struct InitializerReferenceTests {
  private struct File: Decodable, Sendable {
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let layer: [String: Setting]
    let initializers: [String]
    let initializer: String
    let input: [Int]
    let tensors: [Weight]

    var testDescription: String { "\(layer["layer"]!.text) \(initializer)" }
  }

  /// A setting as it stands in a file.
  struct Setting: Decodable, Sendable {
    let text: String
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Int.self) {
        text = "\(number)"
      } else if let numbers = try? value.decode([Int].self) {
        text = "\(numbers)"
      } else {
        text = "\"\(try value.decode(String.self))\""
      }
    }
  }

  struct Weight: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let distribution: String
    var count, rows, columns: Int?
    var low, high, mean, deviation, value: Double?
    let parts: [Part]?
    let values: [Double]?
  }

  struct Part: Decodable, Sendable {
    let count: Int
    let distribution: String
    var low, high, mean, deviation: Double?
  }

  private static let cases = Result { try reference("initializers.json", File.self).cases }

  @Test func thereAreCasesForEveryLayerWithAnInitializer() throws {
    let cases = try Self.cases.get()
    let settings = Registry.standard.layers.filter { kind in
      kind.settingFacts.contains { $0.type == Initializers.word }
    }
    let covered = Set(cases.map { $0.layer["layer"]!.text.filter { $0 != "\"" } })
    // Keras has no layer like the last.
    #expect(Set(settings.map { $0.kind }) == covered.union([CumulativeLink.kind]))
    let initializers = Set(Registry.standard.initializers.map(\.name))
    // A constant needs no reference.
    #expect(Set(cases.map(\.initializer)) == initializers.subtracting(["constant"]))
  }

  @Test(arguments: try cases.get())
  func firstWeightsAreDrawnAsInKeras(_ reference: Case) throws {
    let settings =
      reference.layer.map { "\"\($0)\":\($1.text)" }
      + reference.initializers.map { "\"\($0)\":\"\(reference.initializer)\"" }
    let layers = try JSONText.decode(
      LayerList.self, from: "[{\(settings.joined(separator: ","))}]", at: "network")
    let model = try Model(
      Sequential(layers.layers), inputShape: TensorShape(checking: reference.input),
      loss: .meanSquaredError, seed: 11)
    let tensors = Dictionary(
      uniqueKeysWithValues: model.tensors.map {
        ($0.name.split(separator: "/").dropFirst().joined(separator: "/"), $0.tensor)
      })
    #expect(Set(tensors.keys) == Set(reference.tensors.map(\.name)))
    for weight in reference.tensors {
      let tensor = try #require(tensors[weight.name])
      #expect(tensor.shape.extents == weight.shape, "\(weight.name)")
      check(tensor.values.map(Double.init), weight)
    }
  }

  private func check(_ values: [Double], _ weight: Weight) {
    switch weight.distribution {
    case "constant": #expect(Set(values) == [weight.value!], "\(weight.name)")
    case "values": #expect(values == weight.values, "\(weight.name)")
    case "orthogonal":
      let (rows, columns) = (weight.rows!, weight.columns!)
      let (length, count) = (max(rows, columns), min(rows, columns))
      func element(_ vector: Int, _ place: Int) -> Double {
        rows >= columns ? values[place * columns + vector] : values[vector * columns + place]
      }
      for a in 0..<count {
        for b in [a, (a + 1) % count] {
          let product = (0..<length).reduce(0) { $0 + element(a, $1) * element(b, $1) }
          #expect(abs(product - (a == b ? 1 : 0)) < 1e-5, "\(weight.name)")
        }
      }
    case "parts":
      let drawn = weight.parts!.reduce(0) { $0 + $1.count }
      // What is not drawn stands between the two parts.
      let between = values.count - drawn
      let first = weight.parts![0].count
      #expect(Set(values[first..<first + between]) == [1], "\(weight.name)")
      check(Array(values.prefix(first)), weight.parts![0], weight.name)
      check(Array(values.dropFirst(first + between)), weight.parts![1], weight.name)
    default:
      check(
        values,
        Part(
          count: values.count, distribution: weight.distribution, low: weight.low,
          high: weight.high, mean: weight.mean, deviation: weight.deviation), weight.name)
    }
  }

  /// Within the bounds and, as far as so many numbers can tell, reaching them: of n uniform numbers the
  /// largest is below 1 − 20 ÷ n of the bound once in 10⁸ times, and a deviation of n numbers is
  /// 5.5 ÷ √(2n) off as rarely.
  private func check(_ values: [Double], _ part: Part, _ name: String) {
    let count = Double(values.count)
    switch part.distribution {
    case "uniform":
      let (low, high) = (part.low!, part.high!)
      let slack = 1e-6 * (high - low)
      #expect(values.allSatisfy { (low - slack...high + slack).contains($0) }, "\(name)")
      #expect(values.max()! - values.min()! > (high - low) * (1 - 40 / count), "\(name)")
    case "normal", "truncated_normal":
      let isCut = part.distribution == "truncated_normal"
      let (mean, deviation) = (part.mean!, part.deviation!)
      let expected = deviation * (isCut ? 0.87962566103423978 : 1)
      if isCut {
        #expect(
          values.allSatisfy { abs($0 - mean) <= 2 * deviation * (1 + 1e-6) }, "\(name)")
      }
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      #expect(
        abs(squares.squareRoot() / expected - 1) < 5.5 / (2 * count).squareRoot(), "\(name)")
    default: Issue.record("\(name): unknown distribution \(part.distribution)")
    }
  }
}
