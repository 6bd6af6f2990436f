import Datasets
import Engine

/// The rows of a data file ready to learn from, part by part: in memory, or in a file where they do not fit there.
struct DrawnData {
  let train: Dataset
  private let validation: Dataset?
  private let test: Dataset?
  /// The inputs of all rows that are used; nil where they do not fit into memory.
  private let inputs: Examples?
  private let folder: StoreFolder?

  /// - Parameter folder: where rows lie that do not fit into memory; nil for a table that does.
  init(
    _ raw: RawData, _ preprocessing: Preprocessing, _ parts: DrawnSplit, _ folder: StoreFolder?,
    _ configuration: RunConfiguration
  ) throws {
    self.folder = folder
    if let folder, case .table(let table) = raw {
      try MemoryNeed(parts.split, preprocessing, configuration).check(folder.memory)
      let all = try preprocessing.datasets(
        table, Split.Part.allCases.map { parts.split[$0] }, in: folder)
      (train, validation, test, inputs) = (all[0]!, all[1], all[2], nil)
      return
    }
    let whole = try raw.dataset(preprocessing, rows: parts.rows)
    try whole.inputs.check()
    func part(_ part: Split.Part) throws -> Dataset? {
      let places = parts.places(part)
      return places.isEmpty ? nil : try whole.subset(places)
    }
    train = try part(.train)!
    (validation, test, inputs) = (try part(.validation), try part(.test), whole.inputs)
  }

  subscript(part: Split.Part) -> Dataset? {
    switch part {
    case .train: train
    case .validation: validation
    case .test: test
    }
  }

  /// Checks all inputs against what a network reads.
  func check(_ tokens: TokenRange?, names: [String], in name: String) throws {
    let inputs = inputs.map { [$0] } ?? [train, validation, test].compactMap { $0?.inputs }
    for inputs in inputs { try tokens?.check(inputs, names: names, in: name) }
  }

  /// Rows with the same inputs in two parts.
  func duplicates(_ parts: DrawnSplit) throws -> Duplicates {
    if let inputs { return Duplicates(inputs, parts.split, rows: parts.rows) }
    return try Duplicates(stored: [train, validation, test], parts.split, in: folder!)
  }
}
