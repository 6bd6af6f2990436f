import Datasets
import Engine

/// What is to be told of the answers for a file besides the answers themselves. What was counted in parts of
/// a file, one after another, can be put together.
package struct AnswerSummary: Codable, Sendable {
  /// A row or an image of which something was noted.
  package struct Noted: Codable, Sendable {
    /// `row 3`, or the image's file.
    package let name: String
    package let notes: [String]
  }

  /// What messages call the file.
  package let data: String
  /// How many rows or images there are, and how many have no answer.
  package private(set) var rows = 0
  package private(set) var unanswered = 0
  /// Why the first of them have none.
  package private(set) var problems: [String] = []
  /// The first of which something was noted, and how many there are.
  package private(set) var noted: [Noted] = []
  package private(set) var notedRows = 0
  /// Texts that got an apostrophe, since spreadsheet programs would run them.
  package internal(set) var guarded = 0
  /// What the file holds; nil where it was not read in pieces.
  var findings: TableFindings?
  var unseen = UnseenValues()
  private var cut: CutSteps?
  /// What is known of the file beyond that.
  private var otherNotes: [String] = []

  /// The most rows that are told one by one.
  package static let mostTold = 10

  private enum CodingKeys: String, CodingKey {
    case data, rows, unanswered, problems, noted, guarded, findings, unseen, cut
    case notedRows = "noted_rows"
    case otherNotes = "other_notes"
  }

  init(of data: String) { self.data = data }

  /// Of answers that are there as a whole.
  package init(of found: FilePredictions, data: String) {
    self.init(of: data)
    add(found.predictions, from: 0, files: found.files)
    otherNotes = found.notes
  }

  /// Adds the answers for the next rows.
  ///
  /// - Parameters:
  ///   - first: how many rows of the file stand before.
  ///   - files: of images, one for each answer.
  mutating func add(_ predictions: [Prediction], from first: Int, files: [String]? = nil) {
    for (place, prediction) in predictions.enumerated() {
      if let problem = prediction.problem {
        unanswered += 1
        if problems.count < Self.mostTold { problems.append(problem) }
      }
      if let notes = prediction.notes {
        notedRows += 1
        if noted.count < Self.mostTold {
          noted.append(Noted(name: files?[place] ?? "row \(first + place + 1)", notes: notes))
        }
      }
    }
    rows += predictions.count
  }

  mutating func add(_ cut: CutSteps?) {
    guard let cut else { return }
    if self.cut == nil { self.cut = cut } else { self.cut?.add(cut) }
  }

  /// Adds that of a later part of the same file.
  mutating func add(_ later: AnswerSummary) {
    rows += later.rows
    unanswered += later.unanswered
    problems += later.problems.prefix(Self.mostTold - problems.count)
    noted += later.noted.prefix(Self.mostTold - noted.count)
    notedRows += later.notedRows
    guarded += later.guarded
    if let own = later.findings { findings?.add(own) }
    unseen.add(later.unseen)
    add(later.cut)
  }

  /// What a reader should know of the file as a whole.
  package var notes: [String] {
    otherNotes
      + ((findings?.notes ?? []) + unseen.notes + [cut?.note].compactMap(\.self)).map {
        "\(data): \($0)"
      }
  }

  /// - Throws: `Problem` for numbers that no answers have.
  func check(at location: String) throws {
    let counts = [rows, unanswered, notedRows, guarded]
    guard counts.allSatisfy({ (0...1 << 44).contains($0) }), unanswered <= rows,
      problems.count <= Self.mostTold, noted.count <= Self.mostTold
    else {
      throw Problem(
        .malformed, location, expected: "counts of rows", found: "\(counts)",
        fix: "answer this part again")
    }
  }
}
