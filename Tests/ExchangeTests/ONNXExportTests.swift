import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

/// What is written, as onnx's checker and ONNX Runtime see it.
@Suite(
  .enabled(if: OtherRuntime.python != nil, "GLASSBOX_PYTHON names no Python that has onnxruntime"))
struct ONNXExportTests {
  /// Every layer, activation and loss: five rows, answered by both.
  @Test(arguments: [17, 20]) func othersAnswerTheSame(opset: Int) throws {
    let other = try OtherRuntime()
    var expected: [String: [Float]] = [:]
    var refused: Set<String> = []
    for (place, example) in try (NetworkExample.all() + LayerVariants.all()).enumerated() {
      let name = "\(place) \(example.name)".replacing("/", with: "_")
      let model = example.model
      let export: ONNXExport
      do {
        export = try ONNXExport(model, opset: opset)
      } catch let problem as Problem {
        refused.insert("\(example.name): \(problem.found)")
        continue
      }
      let rows = 5
      let inputs = example.inputs(rows: rows)
      try export.write(to: other.path(name))
      try other.feed(
        name, ["input": .init(shape: [rows] + model.inputShape.extents, values: .numbers(inputs))])
      expected[name] = try Predictor(model)(inputs)
    }
    let answers = try other.answers()
    #expect(answers.count == expected.count)
    for (name, answer) in answers {
      #expect(answer.problem == "", "\(name)")
      expectSame(
        answer.numbers["output"] ?? [], try #require(expected[name]), within: 1e-5, name)
    }
    #expect(refused == LayerVariants.refused)
  }
}

extension NetworkExample {
  /// Inputs of so many rows: those there are, moved a little from row to row where they are no places in a
  /// table.
  func inputs(rows: Int) -> [Float] {
    let count = model.inputShape.count
    let isWhole = inputs.allSatisfy { $0 == $0.rounded() }
    return (0..<rows).flatMap { row in
      (0..<count).map { inputs[$0 % inputs.count] + (isWhole ? 0 : Float(row) * 0.1) }
    }
  }
}
