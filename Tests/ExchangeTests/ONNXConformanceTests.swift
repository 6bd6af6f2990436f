import Engine
import ExchangeBench
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

private let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

/// What others made to see whether a program reads ONNX rightly.
@Suite(.enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has onnx"))
struct ONNXConformanceTests {
  private struct Counts: Decodable {
    let onnx: String
    let node: Int
  }

  private func run(_ script: String, in folder: TemporaryFolder) throws -> Data {
    let outcome = try ChildProcess.run(
      "/usr/bin/env", [#require(python), repositoryPath(script), folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return Data(outcome.output.utf8)
  }

  /// All that do not pass, with the operator that is refused, or nil for numbers that differ.
  private static let known: [String: [String: String?]] = [
    "node": [
      // The running statistics and the drops of a training.
      "test_batchnorm_epsilon_training_mode": "BatchNormalization",
      "test_batchnorm_example_training_mode": "BatchNormalization",
      "test_training_dropout": "Dropout", "test_training_dropout_default": "Dropout",
    ],
    "pytorch-converted": [:],
    "pytorch-operator": [
      // Numbers of 64 bits that no 32 bits hold.
      "test_operator_add_broadcast": nil, "test_operator_add_size1_right_broadcast": nil,
      "test_operator_add_size1_singleton_broadcast": nil, "test_operator_addconstant": nil,
    ],
  ]

  @Test func ownCasesOfONNX() throws {
    let folder = try TemporaryFolder()
    let counts = try JSONDecoder().decode(
      Counts.self, from: run("Benchmarks/exchange/node_cases.py", in: folder))
    for (kind, known) in Self.known {
      var found: [String: String?] = [:]
      let cases = ONNXCase.all(in: folder.path(kind))
      #expect(cases.count >= (kind == "node" ? counts.node : 35))
      for one in cases {
        switch one.outcome() {
        case .passed: break
        case .failed: found[one.name] = .some(nil)
        case .refused(let problem):
          found[one.name] = String(problem.location.prefix { $0.isLetter })
        }
      }
      // Other versions of the package have other cases.
      if counts.onnx == "1.23.2" {
        #expect(found == known, "\(kind)")
      } else {
        #expect(found.count * 20 <= cases.count, "\(kind): \(found)")
      }
    }
    // Whole networks; the others take a minute without optimisation.
    for name in ["light_squeezenet", "light_shufflenet"] {
      let one = try #require(ONNXCase.all(in: folder.path("light")).first { $0.name == name })
      guard case .passed = one.outcome() else {
        Issue.record("\(name): \(one.outcome())")
        continue
      }
    }
  }

  private struct Answers: Decodable {
    let inputs, outputs: [Float]
  }

  /// Probabilities, not labels; scaling in front.
  @Test func modelsOfScikitLearn() throws {
    let folder = try TemporaryFolder()
    let answers = try JSONDecoder().decode(
      [String: Answers].self, from: run("Tests/ExchangeTests/scikit_learn.py", in: folder))
    #expect(answers.count == 6)
    for (name, answer) in answers {
      let network = try ONNXImport(path: folder.path("\(name).onnx"))
      let found = try Predictor(network.model(loss: .meanSquaredError))(answer.inputs)
      #expect(found.count == answer.outputs.count, "\(name)")
      for (a, b) in zip(found, answer.outputs) {
        #expect(abs(a - b) <= 2e-5 * max(1, abs(b)), "\(name): \(a) instead of \(b)")
      }
      guard network.labels != nil else { continue }
      let model = try network.trained().model
      for (a, b) in zip(try Predictor(model.model)(answer.inputs), answer.outputs) {
        #expect(abs(a - b) <= 2e-5, "\(name): \(a) instead of \(b)")
      }
      if name == "classes" { #expect(network.labels == ["setosa", "versicolor", "virginica"]) }
      if name == "two" { #expect(network.labels == ["0", "1"]) }
    }
  }
}
