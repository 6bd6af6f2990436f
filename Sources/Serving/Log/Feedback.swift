import Datasets
import Engine
import Formatting

/// What was true of something that was predicted.
package struct Feedback: Sendable, Hashable {
  /// The true answer.
  package typealias Truth = ObservedRow.Truth

  /// The id of the request that the prediction answered.
  package var id: String
  /// The place of its row or image in that request, from 0 as in the answer's list.
  package var instance: Int
  /// The true answer.
  package var truth: Truth
  /// Who says so; nil for nothing said.
  package var source: String?

  package init(id: String, instance: Int = 0, _ truth: Truth, source: String? = nil) {
    (self.id, self.instance, self.truth, self.source) = (id, instance, truth, source)
  }
}

/// What became of feedback.
package struct FeedbackReport: Codable, Sendable, Hashable {
  /// A prediction that the log does not have.
  package struct Unknown: Codable, Sendable, Hashable {
    package var id: String
    package var instance: Int
  }

  /// How much is in the log now that was not before.
  package var accepted = 0
  /// How much said what the log knew already.
  package var repeated = 0
  /// How much of the accepted says something else than earlier feedback; the last word holds.
  package var contradictions = 0
  /// How much of the accepted names classes that the model does not know.
  package var unknownLabels = 0
  /// What is about predictions that the log does not have: never made, not logged, or too old.
  package var unknown: [Unknown] = []

  /// Nothing yet.
  package init() {}

  private enum CodingKeys: String, CodingKey {
    case accepted, repeated, contradictions, unknown
    case unknownLabels = "unknown_labels"
  }

  package static func += (sum: inout FeedbackReport, other: FeedbackReport) {
    sum.accepted += other.accepted
    sum.repeated += other.repeated
    sum.contradictions += other.contradictions
    sum.unknownLabels += other.unknownLabels
    sum.unknown += other.unknown
  }
}

extension Feedback {
  /// The longest id and source.
  static let longest = 200

  /// One object or an array of them: `{"id": …, "instance": 0, "label": …, "source": …}`, with `value`
  /// instead of `label` for a number.
  ///
  /// - Throws: `Problem`: of the kind `malformed` for what is no JSON, of the kind `data` for other content.
  static func reading(json body: [UInt8], limits: ServingLimits) throws -> [Feedback] {
    try JSONReader.reading(body, depthLimit: limits.jsonDepth) { reader in
      guard try reader.peek() == .array else { return [try one(&reader, "body")] }
      var all: [Feedback] = []
      try reader.array { reader in
        guard all.count < limits.instances else {
          throw ServingProblem.tooManyInstances(limits.instances)
        }
        all.append(try one(&reader, "body[\(all.count)]"))
      }
      guard !all.isEmpty else {
        throw Problem.data("body", expected: "at least one object", found: "none")
      }
      return all
    }
  }

  private static func one(_ reader: inout JSONReader, _ place: String) throws -> Feedback {
    guard try reader.peek() == .object else {
      throw Problem.data(
        place, expected: "an object with `id` and `label` or `value`", found: "something else")
    }
    var fields: [String: CellValue] = [:]
    try reader.object { name, reader in
      let field = "\(place).\(name.shortened(to: 40))"
      guard Field(rawValue: name) != nil else {
        throw Problem.data(
          field, expected: Field.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
          found: "another name")
      }
      guard fields.updateValue(try reader.cell(field), forKey: name) == nil else {
        throw Problem.data(field, expected: "each name once", found: "it twice")
      }
    }
    return try Feedback(at: place) { fields[$0.rawValue] ?? .missing }
  }

  /// What feedback consists of.
  enum Field: String, CaseIterable { case id, instance, label, value, source }

  /// From its fields, however they were written.
  /// - Throws: `Problem` for fields that are missing or cannot be.
  init(at place: String, _ field: (Field) -> CellValue) throws {
    guard let id = field(.id).label, (1...Self.longest).contains(id.utf8.count) else {
      throw Problem.data(
        "\(place).id", expected: "the id of an answer",
        found: field(.id).label.map { $0.isEmpty ? "nothing" : "\($0.utf8.count) bytes" } ?? "none",
        fix: "take the `id` that the answer had")
    }
    guard let instance = Int(exactly: field(.instance).amount ?? 0), instance >= 0,
      field(.instance) == .missing || field(.instance).amount != nil
    else {
      throw Problem.data(
        "\(place).instance", expected: "a place in the answer's list, from 0",
        found: field(.instance).label ?? "none")
    }
    let source = field(.source).label
    guard source?.utf8.count ?? 0 <= Self.longest else {
      throw Problem.data(
        "\(place).source", expected: "at most \(Self.longest) bytes",
        found: "\(source?.utf8.count ?? 0)")
    }
    self.init(id: id, instance: instance, try Self.truth(at: place, field), source: source)
  }

  private static func truth(at place: String, _ field: (Field) -> CellValue) throws -> Truth {
    switch (field(.label).label, field(.value)) {
    case (let label?, .missing): return .label(label)
    case (nil, let value) where value.amount?.isFinite == true: return .value(value.amount!)
    case (nil, .missing):
      throw Problem.data(place, expected: "`label` or `value`", found: "neither")
    case (_?, _): throw Problem.data(place, expected: "`label` or `value`", found: "both")
    case (nil, let other):
      throw Problem.data(
        "\(place).value", expected: "a finite number", found: other.label ?? "none")
    }
  }
}

extension CellValue {
  /// As the name of a class; nil for a missing one.
  fileprivate var label: String? {
    switch self {
    case .missing: nil
    case .text(let text): text
    case .number(let number): Column.label(number)
    }
  }

  /// As a number; nil for others.
  fileprivate var amount: Double? {
    switch self {
    case .missing: nil
    case .text(let text): Double(text)
    case .number(let number): number
    }
  }
}
