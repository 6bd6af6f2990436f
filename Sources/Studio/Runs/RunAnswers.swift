import Charts
import Diagnosis
import Engine
import Formatting
import Networks
import Synchronization
import Training

/// What a run's report says of its model's answers.
struct RunAnswers: Encodable {
  /// `test` or `validation`; nil where no rows were kept back, and where there is no report yet.
  let part: String?
  let rows: Int
  let labels: [String]
  /// Rows are true classes, columns predicted ones; nil for no classifier.
  let confusion: [[Int]]?
  let drawings: [FigureFile]
  let mistakeCount: Int?
  let mistakes: [Findings.Mistake]
  /// Why the scores say little; nil where they do not.
  let caution: String?

  private enum CodingKeys: String, CodingKey {
    case part, rows, labels, confusion, drawings, mistakes, caution
    case mistakeCount = "mistake_count"
  }

  /// - Throws: `Problem` for a report that is damaged.
  init(of folder: RunFolder) throws {
    do {
      self.init(try RunReport(of: folder))
    } catch  where !folder.has(.report) {
      // A training that goes on takes the report away until it writes another.
      self.init(nil)
    }
  }

  /// - Parameter report: nil where there is none yet.
  private init(_ report: RunReport?) {
    let scores = (report?.experiment.test ?? report?.experiment.validation)?.scores
    part = report?.findings?.part
    rows = scores?.rows ?? 0
    labels = scores?.classification?.classes.map(\.label) ?? []
    confusion = scores?.classification?.confusion
    mistakeCount = report?.findings?.mistakeCount
    mistakes = report?.findings?.mistakes ?? []
    caution =
      [
        part.flatMap { scores?.caution(of: $0) }, report?.verdictOfNoUse,
      ].compactMap(\.self).first
    drawings =
      (report?.calibration.map { [FigureFile($0.figure, caption: $0.caption)] } ?? [])
      + (report?.scatters ?? []).map {
        FigureFile(
          $0.chart.figure, caption: $0.caption,
          dots: .init(target: $0.target, of: $0.chart))
      }
  }
}

/// The rows that were looked at last, as whoever looks at one cell looks at the next.
final class LastAnswers: Sendable {
  private let last = Mutex<(path: String, report: [UInt8], rows: AnsweredRows)?>(nil)

  /// The answers to the rows that a run's report is about.
  func rows(of folder: RunFolder, _ readers: StudioReaders) throws -> AnsweredRows {
    let bytes = try AtomicFile.read(folder[.report], limit: 1 << 28)
    if let known = last.withLock({ $0 }), known.path == folder.path, known.report == bytes {
      return known.rows
    }
    let run = try StoredRun(
      folder.path, registry: readers.registry, decoders: readers.decoders)
    let rows = try AnsweredRows(ofReport: RunReport(of: folder), of: run)
    last.withLock { $0 = (folder.path, bytes, rows) }
    return rows
  }
}
