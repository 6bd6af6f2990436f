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
      lines += (0..<rows).map { row in
        "show(\(type)().network(Array(UnsafeBufferPointer("
          + "start: test_inputs() + \(numbers.count + row * count), count: \(count)))))"
      }
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

  /// What cannot be written is refused with the layer's name.
  @Test func whatCannotBeWrittenIsRefused() throws {
    let problem = #expect(throws: Problem.self) {
      try SwiftNames.type("42")
    }
    #expect(problem?.found == "`42`")
  }
}
