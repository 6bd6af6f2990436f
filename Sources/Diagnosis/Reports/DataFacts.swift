package import Datasets
import Engine
public import Training

/// What a report says about the data of a run.
public struct DataFacts: Codable, Sendable, Equatable {
  /// How often a class occurs.
  public struct ClassCount: Codable, Sendable, Equatable {
    public var label: String
    public var train: Int
    public var validation: Int
    public var test: Int
  }

  package var files: [SplitManifest.File]
  /// What each column holds, a line for each.
  public var columns: [String]
  /// What was done with each column, a line for each.
  public var preprocessing: [String]
  /// Whether classes were shared out evenly; nil for a split that was given.
  public var stratified: Bool?
  public var classes: [ClassCount]
  /// Rows of validation and test whose inputs an earlier part has too.
  public var duplicates: Int

  /// Counts the data of a run.
  public init(_ data: PreparedData) {
    files = data.manifest.files ?? []
    columns = data.columns
    preprocessing = data.preprocessing.summary.split(separator: "\n").map(String.init)
    stratified = data.manifest.stratified
    duplicates = data.duplicates.count
    let labels = data.preprocessing.classes
    let isOneClass = data.preprocessing.task.isClassification
    let counts = [data.train, data.validation, data.test].map { part in
      part.map { isOneClass ? $0.classCounts(labels.count) : $0.labelCounts(labels.count) }
        ?? [Int](repeating: 0, count: labels.count)
    }
    classes = labels.enumerated().map { place, label in
      ClassCount(
        label: label, train: counts[0][place], validation: counts[1][place],
        test: counts[2][place])
    }
  }
}
