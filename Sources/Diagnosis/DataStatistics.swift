import Datasets
import Engine

/// What the numbers of the training data look like.
public struct DataStatistics: Codable, Sendable, Hashable {
  public var rows: Int
  public var inputs: Int
  /// Rows with an input or target that is infinite or not a number.
  public var rowsNotFinite: Int
  /// √ of the mean square of all inputs: 1 for standardised data.
  public var inputSize: Double
  /// The largest and the median √(mean square) of a column.
  public var largestColumn: Double
  public var medianColumn: Double
  /// Columns with the same number in every row.
  public var constantColumns: Int
  /// The share of rows whose inputs no earlier row has.
  public var distinctShare: Double
  /// Rows of each class; empty where the targets are numbers.
  public var classCounts: [Int]
  /// Of the targets that are numbers.
  public var targets: Spread
  public var smallestTarget: Double
  public var largestTarget: Double

  enum CodingKeys: String, CodingKey {
    case rows, inputs, targets
    case rowsNotFinite = "rows_not_finite"
    case inputSize = "input_size"
    case largestColumn = "largest_column"
    case medianColumn = "median_column"
    case constantColumns = "constant_columns"
    case distinctShare = "distinct_share"
    case classCounts = "class_counts"
    case smallestTarget = "smallest_target"
    case largestTarget = "largest_target"
  }

  /// About how many rows are different.
  var distinctRows: Int { Int((distinctShare * Double(rows)).rounded()) }

  /// Sizes are measured on at most this many rows, chosen evenly.
  private static let most = 2000

  init(_ data: Dataset, classes: Int?) {
    rows = data.count
    inputs = data.inputs.shape.count
    rowsNotFinite = (0..<data.count).count { !Self.isUsable(data, $0, classes) }
    let stride = max(1, data.count / Self.most)
    let sample = Swift.stride(from: 0, to: data.count, by: stride)
      .filter { Self.isUsable(data, $0, classes) }.map { data.inputs[$0] }
    let columns = (0..<inputs).map { column in Spread(sample.map { $0[column] }) }
    let sizes = columns.map(\.rootMeanSquare).sorted()
    let squares = sizes.reduce(0) { $0 + $1 * $1 }
    inputSize = (squares / Double(max(1, inputs))).squareRoot()
    largestColumn = sizes.last ?? 0
    medianColumn = sizes.isEmpty ? 0 : sizes[sizes.count / 2]
    constantColumns = columns.count { $0.deviation == 0 }
    distinctShare =
      Double(Set(sample.map { $0.map(\.bitPattern) }).count) / Double(max(1, sample.count))
    let targets = (0..<data.count).flatMap { data.targets[$0] }.filter(\.isFinite)
    self.targets = Spread(targets)
    smallestTarget = Double(targets.min() ?? 0)
    largestTarget = Double(targets.max() ?? 0)
    classCounts = data.classCounts(classes ?? 0)
  }

  /// Is every number finite, and the class one that exists?
  static func isUsable(_ data: Dataset, _ row: Int, _ classes: Int?) -> Bool {
    let (input, target) = (data.inputs[row], data.targets[row])
    guard input.allSatisfy(\.isFinite), target.allSatisfy(\.isFinite) else { return false }
    return classes.map { (0..<Float($0)).contains(target[0]) } ?? true
  }
}
