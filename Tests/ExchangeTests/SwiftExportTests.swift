import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

/// Networks as Swift answer what the engine answers.
@Suite(.enabled(if: SwiftProgram.canRun, "\(SwiftProgram.reason)"))
struct SwiftExportTests {
  /// Every layer, activation and loss in one package, compiled for the phone's architecture: five rows each.
  @Test func networksAnswerTheSame() throws {
    let examples = try NetworkExample.all() + LayerVariants.all()
    let rows = 5
    var numbers: [Float] = []
    var lines: [String] = []
    var networks: [(name: String, model: Model)] = []
    for (place, example) in examples.enumerated() {
      let name = "network \(place) \(example.name)"
      let type = try SwiftNames.type(name)
      let count = example.model.inputShape.count
      lines.append(
        "for row in 0..<\(rows) { show(\(type)().network(inputs(\(numbers.count) + row * \(count), \(count)))) }"
      )
      numbers += example.inputs(rows: rows)
      networks.append((name, example.model))
    }
    let export = try SwiftExport(networks, name: "Networks")
    let program = try SwiftProgram(
      export, numbers: numbers, body: lines.joined(separator: "\n"))
    let answers = try program.bits().map { Float(bitPattern: UInt32($0)) }
    var first = 0
    for example in examples {
      let expected = try Predictor(example.model)(example.inputs(rows: rows))
      let end = min(answers.count, first + expected.count)
      expectSame(Array(answers[first..<end]), expected, within: 1e-5, example.name)
      first = end
    }
    #expect(first == answers.count)
  }

  /// What cannot be written is refused, all at once and with the layers' names.
  @Test func whatCannotBeWrittenIsRefused() throws {
    let model = try Model(
      Sequential([Odd(), Dense(2), Odd()]), inputShape: [3], loss: .meanSquaredError)
    let problem = try #require(throws: Problem.self) {
      try SwiftExport([("Odd", model)], name: "Odd")
    }
    #expect(problem.all.map(\.location) == ["Odd: odd op", "Odd_1: odd op"])
    #expect(problem.all.allSatisfy { $0.found == "odd op" })
    for name in ["42", "", "Self", "Swift"] {
      #expect(throws: Problem.self) { try SwiftNames.type(name) }
    }
    #expect(try SwiftNames.type("my-model 2") == "MyModel2")
  }

  /// An op of a user's own that is no formula.
  private struct OddOp: Op {
    static let name = "odd op"
    func shape(_ inputs: [TensorShape]) throws -> TensorShape { inputs[0] }
    func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      inputs[0][flat: cell]
    }
  }

  private struct Odd: Layer {
    func callAsFunction(_ input: Node) throws -> Node { try OddOp().apply(to: [input]) }
  }

  /// Whatever texts come from a file, they stay texts.
  @Test func textsAreQuoted() {
    #expect("a\"\\(b)\n\u{2028}é".swift == "\"a\\\"\\\\(b)\\u{a}\\u{2028}é\"")
    #expect((-0.5 as Float).swift == "-0.5" && Float.infinity.swift == "Float.infinity")
    #expect(SwiftNames.words("block/dense_1") == "blockDense1")
    #expect(SwiftNames.words("Bill length (mm)") == "billLengthMm")
    #expect(SwiftNames.words("слой") == "x")
  }
}
