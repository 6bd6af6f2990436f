import Engine
import Foundation
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

private let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

/// What is written, as onnx's checker and ONNX Runtime see it.
@Suite(.enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has onnxruntime"))
struct ONNXExportTests {
  private struct Answer: Decodable {
    let problem: String
    let outputs: [Float]
  }

  /// Every layer, activation and loss: five rows, answered by both.
  @Test(arguments: [17, 20]) func othersAnswerTheSame(opset: Int) throws {
    let folder = try TemporaryFolder()
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
      try export.write(to: folder.path("\(name).onnx"))
      let shape = [rows] + model.inputShape.extents
      try folder.write(#"{"shape": \#(shape), "inputs": \#(inputs)}"#, to: "\(name).json")
      expected[name] = try Predictor(model)(inputs)
    }
    let outcome = try ChildProcess.run(
      "/usr/bin/env",
      [#require(python), repositoryPath("Tests/ExchangeTests/run_onnx.py"), folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let answers = try JSONDecoder().decode([String: Answer].self, from: Data(outcome.output.utf8))
    #expect(answers.count == expected.count)
    for (name, answer) in answers {
      #expect(answer.problem == "", "\(name)")
      let wanted = try #require(expected[name])
      #expect(answer.outputs.count == wanted.count, "\(name)")
      for (a, b) in zip(answer.outputs, wanted) {
        #expect(abs(a - b) <= 1e-5 * max(1, abs(b)), "\(name): \(a) instead of \(b)")
      }
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
