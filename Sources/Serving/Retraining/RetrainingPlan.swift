import Datasets
import Engine
import Networks
import Training

/// The data of a retraining, written down in its folder: labelled rows, where they came from, the split.
struct RetrainingPlan {
  /// Of the live version's run, with these data.
  let configuration: RunConfiguration
  private let folder: RunFolder

  /// - Parameter folder: a new one.
  /// - Throws: `Problem` if something cannot be written.
  init(
    _ old: OldData, _ traffic: LabelledTraffic, _ model: TrainedModel, in folder: RunFolder
  ) throws {
    self.folder = folder
    let rows = traffic.training + traffic.recent
    let file = LabelledRowsFile(model.preprocessing)
    try AtomicFile.write(file.bytes(rows), to: folder[.moreRows])
    try folder.write(
      FeedbackManifest(
        traffic.training.map { ($0, .training) } + traffic.recent.map { ($0, .recent) }),
      to: .feedback)
    let feedback = try PreparedData.file(folder[.moreRows])
    var configuration = old.configuration
    configuration.data.split = folder[.split]
    let split: Split
    var files = [feedback]
    let isAlone = old.fault != nil || old.rows == 0
    let first = isAlone ? 0 : old.rows
    let new = Array(first..<first + traffic.training.count)
    if isAlone {
      (configuration.data.source, configuration.data.moreRows) = (folder[.moreRows], nil)
      (configuration.data.delimiter, configuration.data.header) = (",", true)
      configuration.data.decimalComma = false
      let share = configuration.data.validation.share
      split = try Split(
        count: new.count, fractions: [1 - share, share, 0],
        strata: model.task == .regression ? nil : Self.strata(traffic.training),
        seed: configuration.data.seed
      ).of(new)
    } else {
      configuration.data.moreRows = folder[.moreRows]
      files = [old.manifest.files![0]] + files
      func kept(_ rows: [Int]) -> [Int] { rows.filter { $0 < old.rows } }
      split = Split(
        train: kept(old.split.train) + new, validation: kept(old.split.validation),
        test: kept(old.split.test))
    }
    try AtomicFile.write(
      SplitManifest(split, rows: first + rows.count, files: files, seed: old.manifest.seed).json(),
      to: folder[.split])
    self.configuration = configuration
  }

  private static func strata(_ rows: [LabelledRow]) -> [Int] {
    var numbers: [String: Int] = [:]
    return rows.map { row in
      if let known = numbers[row.truth] { return known }
      numbers[row.truth] = numbers.count
      return numbers[row.truth]!
    }
  }

  /// Puts the labelled rows into the folder of a run that learned from them.
  /// - Throws: `Problem` if they cannot be written.
  func copyRows(to run: RunFolder) throws {
    for file in [RunFolder.File.moreRows, .feedback] {
      try AtomicFile.write(try AtomicFile.read(folder[file], limit: 1 << 40), to: run[file])
    }
  }
}
