import Databases
package import Datasets
import Engine

/// Feedback of many rows in a CSV file with the columns `id` and `label` or `value`, and if wanted `instance`
/// and `source`.
package struct FeedbackFile {
  private let source: any ByteSource
  private let defaultSource: String?

  /// Rows that are written in one transaction, between which a server has its turn.
  private static let part = 1000

  /// - Parameters:
  ///   - path: the file; `-` is not read here.
  ///   - source: who says so, for rows that do not say; nil for nothing.
  /// - Throws: `Problem` for a file that cannot be read.
  package init(path: String, source: String? = nil, decoders: Decoders = .none) throws {
    self.source = try TableFile.open(path, decoders: decoders)
    defaultSource = source
  }

  /// Puts it into the log of a server, which may run.
  ///
  /// - Returns: what became of it; all that is counted is on the disk.
  /// - Throws: `Problem`, before anything is taken for rows that cannot be read.
  package func add(toLog path: String) throws -> FeedbackReport {
    let log = try LogFile(path, .write)
    let feedback = try rows()
    var report = FeedbackReport()
    for start in stride(from: 0, to: feedback.count, by: Self.part) {
      let part = Array(feedback[start..<min(feedback.count, start + Self.part)])
      for result in try log.write([], [part]) { report += try result.get() }
    }
    return report
  }

  private func rows() throws -> [Feedback] {
    let reader = try CSVReader(source)
    let fields = try Self.fields(of: reader)
    var feedback: [Feedback] = []
    var problems: [Problem] = []
    while problems.count < Problem.limit,
      try reader.readRow({ row in
        do {
          if let problem = reader.checkWidth(of: row) { throw problem }
          let texts = try fields.mapValues { try row.text($0) }.filter { !$0.value.isEmpty }
          var one = try Feedback(at: "\(reader.name):\(row.line)") { field in
            texts[field].map { .text($0) } ?? .missing
          }
          one.source = one.source ?? defaultSource
          feedback.append(one)
        } catch let problem as Problem { problems.append(problem) }
      })
    {}
    try Problem.throwIfAny(problems)
    guard !feedback.isEmpty else {
      throw Problem.data(reader.name, expected: "rows below the header", found: "none")
    }
    return feedback
  }

  /// The places of the columns.
  private static func fields(of reader: CSVReader) throws -> [Feedback.Field: Int] {
    var fields: [Feedback.Field: Int] = [:]
    for (place, name) in reader.header.enumerated() {
      guard let field = Feedback.Field(rawValue: name) else { continue }
      fields[field] = place
    }
    guard fields[.id] != nil, (fields[.label] == nil) != (fields[.value] == nil) else {
      throw Problem.data(
        reader.name, expected: "columns `id` and `label`, or `id` and `value`",
        found: reader.header.prefix(20).map { "`\($0)`" }.joined(separator: ", "))
    }
    return fields
  }
}
