import Charts
import Datasets
import Diagnosis
import Engine
import Formatting
import Networks
import Training

/// What data hold and what is wrong with them, for the page.
struct DataLook: Encodable {
  /// A column and how its cells are spread.
  struct LookedColumn: Encodable {
    let facts: ColumnFacts
    /// Of one column alone; nil for a run of columns that are alike.
    let distribution: ColumnSummary?
    /// Of numbers: cells in each of the equally wide bins from the least to the greatest.
    let bins: [Int]?
  }

  let data: String
  let kind: String
  let count: Int
  let columns: [LookedColumn]
  /// What would be learned; nil where nothing is chosen, or nothing can be learned.
  let task: LearningTask?
  let target: String?
  let facts: DataFacts?
  let rows: TrainingRecord.Rows?
  /// Whether a contact sheet can be drawn.
  let arePictures: Bool
  let notes: [String]
  /// Why nothing can be learned as it is.
  let problem: String?
  /// The data as a word of a shell.
  let word: String

  private enum CodingKeys: String, CodingKey {
    case data, kind, count, columns, task, target, facts, rows, notes, problem, word
    case arePictures = "are_pictures"
  }

  /// How many bins.
  private static let bins = 20

  /// - Parameter configuration: names the data, and the target if one is chosen.
  /// - Throws: `Problem` for what is not there or cannot be read.
  init(_ configuration: RunConfiguration, _ readers: StudioReaders) throws {
    guard let path = configuration.data.source else {
      throw Problem.data("data", expected: "a file or a folder", found: "none")
    }
    data = path
    word = path.shellQuoted
    var prepared: PreparedData?
    var problem: String?
    var (notes, columns, count) = ([String](), [LookedColumn](), 0)
    let location = DataLocation(path)
    if case .table(let file) = location {
      let table = try configuration.table(file, decoders: readers.decoders)
      (columns, notes, count) = (Self.columns(of: table), table.notes, table.count)
    }
    let isAsked = configuration.data.target != nil || configuration.data.sequence?.labels != nil
    if isAsked || location != .table(path) {
      do {
        prepared = try PreparedData(
          configuration, registry: readers.registry, decoders: readers.decoders)
      } catch let found as Problem where !found.isOfFile { problem = "\(found)" }
    }
    switch location {
    case .table: kind = "table"
    case .idx: kind = "idx"
    case .folder(let folder):
      kind = "pictures"
      count = try ImageFolder.files(below: folder).count(where: DataTable.namesImage)
    }
    if let prepared {
      notes = prepared.notes
      if count == 0 {
        count = [prepared.rows.train, prepared.rows.validation, prepared.rows.test].reduce(0, +)
      }
    }
    (self.columns, self.count, self.notes, self.problem) = (columns, count, notes, problem)
    task = prepared?.preprocessing.task
    target = prepared?.preprocessing.targetName
    facts = prepared.map(DataFacts.init)
    rows = prepared?.rows
    arePictures = prepared?.preprocessing.imageShape != nil
  }

  private static func columns(of table: DataTable) -> [LookedColumn] {
    let named = Dictionary(table.columns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    return ColumnFacts.all(of: table).map { facts in
      guard facts.columns == nil, let column = named[facts.name] else {
        return LookedColumn(facts: facts, distribution: nil, bins: nil)
      }
      switch column.cells {
      case .numbers(let numbers), .dates(let numbers):
        let values = numbers.filter { !$0.isNaN }
        // As shares of the range, so that dates, which are large numbers, lose nothing.
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let histogram = WeightHistograms.Histogram(
          name: "", values: values.map { low == high ? 0 : Float(($0 - low) / (high - low)) },
          bins: Self.bins)
        return LookedColumn(
          facts: facts, distribution: ColumnSummary(column.name, numbers: Array(numbers)),
          bins: values.isEmpty ? nil : histogram.counts)
      case .categories(let codes, let vocabulary):
        return LookedColumn(
          facts: facts,
          distribution: ColumnSummary(
            column.name, categories: vocabulary, codes.map { $0 < 0 ? nil : Int($0) }), bins: nil)
      }
    }
  }
}
