import Foundation
import TestSupport
import Testing

/// Every piece of Swift that the documentation shows is what a user's compiler takes.
@Suite struct SampleTests {
  /// What samples may use without saying where it is from: names that speak for themselves.
  private static let context = """
    train: Dataset, validation: Dataset, test: Dataset, network: any Layer, model: Model,
    trainer: inout Trainer, trained: TrainedModel, digits: Preprocessing, plan: TrainingPlan,
    schedule: any Schedule, configuration: RunConfiguration, loss: Double, step: Int,
    inputs: [Float], targets: [Float], point: Tensor
    """

  /// A type that samples name as the user's own; another sample declares it in full.
  private static let ownType = """
    struct Scale: StoredLayer {
      static let kind = "scale"
      static var usual: Scale { Scale() }
      func callAsFunction(_ input: Node) throws -> Node { input }
    }
    """

  @Test func everySampleCompiles() throws {
    let samples = try Sample.all()
    #expect(samples.count >= 10)
    let file = try TemporaryFolder()
    try file.write(Self.source(samples), to: "Samples.swift")
    let checked = try ModuleCompiler.check(file.path("Samples.swift"))
    #expect(checked.status == 0, "\(checked.errors)")
  }

  /// Each sample as the body of a function, at the place where it stands. One that extends what there
  /// is stands by itself.
  private static func source(_ samples: [Sample]) -> String {
    let rooms = ["Glassbox", "Charts", "Diagnosis", "Lessons", "Tuning", "Serving", "Studio"]
    let imports = Set(samples.flatMap(\.lines).filter { $0.hasPrefix("import ") })
      .union(rooms.map { "import \($0)" })
    let bodies = samples.enumerated().map { place, sample in
      let lines = sample.lines.map { $0.hasPrefix("import ") ? "" : $0 }
      let text =
        "#sourceLocation(file: \"\(sample.file)\", line: \(sample.line))\n"
        + lines.joined(separator: "\n") + "\n#sourceLocation()\n"
      let isAlone = lines.contains { $0.hasPrefix("extension ") || $0.hasPrefix("protocol ") }
      // Only one that waits stands where waiting is possible: elsewhere `fit` is the one that blocks.
      let effects = lines.contains { $0.contains("await ") } ? "async throws" : "throws"
      return isAlone ? text : "func sample\(place)(\(context)) \(effects) {\n\(text)}\n"
    }
    return imports.sorted().joined(separator: "\n") + "\n\n\(ownType)\n"
      + bodies.joined(separator: "\n")
  }
}

/// A block of Swift in a comment or a page.
private struct Sample {
  let file: String
  /// Of the first of its lines.
  let line: Int
  let lines: [String]

  /// Those of all comments and pages, in the order of their files.
  static func all() throws -> [Sample] {
    let pages =
      try repositoryFiles(in: ".").filter { $0.hasSuffix(".md") }
      + repositoryFiles(below: "Docs", suffix: ".md")
      + repositoryFiles(below: "Sources", suffix: ".md")
    let sources = try repositoryFiles(below: "Sources", suffix: ".swift")
    return try (pages + sources).flatMap { file in
      let isPage = file.hasSuffix(".md")
      return blocks(
        try repositoryText(file).components(separatedBy: "\n").map {
          isPage ? $0 : comment($0)
        }, file)
    }
  }

  /// What a line of a documentation comment says; nil for any other line.
  private static func comment(_ line: String) -> String? {
    let text = line.drop { $0 == " " }
    guard text.hasPrefix("///") else { return nil }
    return String(text.dropFirst(text.hasPrefix("/// ") ? 4 : 3))
  }

  private static func blocks(_ lines: [String?], _ file: String) -> [Sample] {
    var samples: [Sample] = []
    var start: Int?
    for (place, line) in lines.enumerated() {
      if let first = start {
        if line == nil || line?.hasPrefix("```") == true {
          samples.append(
            Sample(
              file: file, line: first + 1, lines: lines[first..<place].compactMap(\.self)))
          start = nil
        }
      } else if line == "```swift" {
        start = place + 1
      }
    }
    return samples
  }
}
