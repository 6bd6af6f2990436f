import Foundation
import TestSupport
import Testing

/// What onnx's checker and ONNX Runtime say of files; see `run_onnx.py`.
struct OtherRuntime {
  /// A Python that has both.
  static let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

  struct Feed: Encodable {
    enum Values: Encodable {
      case numbers([Float?])
      case texts([String])

      func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .numbers(let numbers): try value.encode(numbers)
        case .texts(let texts): try value.encode(texts)
        }
      }
    }
    var shape: [Int]
    var values: Values
  }

  struct Answer: Decodable {
    let problem: String
    let numbers: [String: [Float]]
    let texts: [String: [String]]
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Where the file of a name belongs.
  func path(_ name: String) -> String { folder.path("\(name).onnx") }

  /// What the file of a name is fed.
  func feed(_ name: String, _ feeds: [String: Feed]) throws {
    let text = String(decoding: try JSONEncoder().encode(["feeds": feeds]), as: UTF8.self)
    try folder.write(text, to: "\(name).json")
  }

  /// What they say of all files.
  func answers() throws -> [String: Answer] {
    let outcome = try ChildProcess.run(
      "/usr/bin/env",
      [#require(Self.python), repositoryPath("Tests/ExchangeTests/run_onnx.py"), folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode([String: Answer].self, from: Data(outcome.output.utf8))
  }
}

/// Whether numbers are the same to some parts of the larger of 1 and their size.
func expectSame(_ found: [Float], _ expected: [Float], within tolerance: Float, _ name: String) {
  #expect(found.count == expected.count, "\(name)")
  for (place, (a, b)) in zip(found, expected).enumerated()
  where !(abs(a - b) <= tolerance * max(1, abs(b))) {
    Issue.record("\(name), number \(place): \(a) instead of \(b)")
    return
  }
}
