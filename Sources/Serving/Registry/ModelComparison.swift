import Engine
import Formatting
import Networks
import Training

/// Two versions of a model beside each other.
public struct ModelComparison: Codable, Sendable, Hashable {
  /// One thing that is said of both.
  public struct Line: Codable, Sendable, Hashable {
    /// What it is.
    public var name: String
    /// Of the first version; `none` where it has none.
    public var first: String
    /// Of the second version.
    public var second: String
  }

  /// The model.
  public var name: String
  /// The versions.
  public var versions: [Int]
  /// In the order in which people ask.
  public var lines: [Line]
  /// Whether both answer alike for whatever they are asked: their weights are the same.
  public var isSame: Bool

  private enum CodingKeys: String, CodingKey {
    case name, versions, lines
    case isSame = "is_same"
  }
}

extension ModelRegistry {
  /// Puts two versions beside each other: scores with their intervals, what they learned from, their size.
  /// - Throws: `Problem` for versions that are unknown or damaged.
  public func compare(_ name: String, _ first: Int, _ second: Int) throws -> ModelComparison {
    let known = try versions(of: name)
    let facts = try [first, second].map { number in
      let model = try load(name, version: number).trained
      let report = try? RunFolder(existing: folder(of: name, version: number)).report()
      return Self.facts(
        of: model, report, stage: known.first { $0.version == number }?.stage ?? .candidate)
    }
    let names =
      facts[0].map(\.name)
      + facts[1].map(\.name).filter { own in
        !facts[0].contains { $0.name == own }
      }
    func value(_ place: Int, _ name: String) -> String {
      facts[place].first { $0.name == name }?.text ?? "none"
    }
    return ModelComparison(
      name: name, versions: [first, second],
      lines: names.map { .init(name: $0, first: value(0, $0), second: value(1, $0)) },
      isSame: value(0, "weights") == value(1, "weights"))
  }

  private static func facts(
    of model: TrainedModel, _ report: ExperimentReport?, stage: RegisteredVersion.Stage
  ) -> [(name: String, text: String)] {
    let record = model.record
    var facts = [("stage", stage.rawValue)]
    if let test = report?.test {
      let (name, score) = test.scores.leading
      facts.append(
        ("test \(name)", test.scores.regression == nil ? score.text() : score.significantDigits))
      facts.append(("test loss", numberText(test.loss)))
    }
    facts += record.scores.sorted { $0.key < $1.key }.map {
      ("validation \($0.key)", numberText($0.value))
    }
    return facts + [
      ("data", record.data), ("training rows", "\(record.rows.train)"),
      ("epochs", record.bestEpoch.map { "\($0) of \(record.epochsRun)" } ?? "\(record.epochsRun)"),
      ("parameters", "\(model.model.parameterCount)"), ("program", record.program),
      ("weights", "\(model.model.weightsSHA256.prefix(12))"),
    ]
  }
}
