/// What a regression got wrong in one output, example by example.
public struct RegressionErrors {
  /// |predicted − true|.
  public let absolute: [Double]
  /// (predicted − true)².
  public let squared: [Double]
  /// True minus the mean of all that are true.
  public let centred: [Double]

  /// Mean absolute error.
  public var mae: Double { absolute.reduce(0, +) / Double(absolute.count) }
  /// Mean squared error.
  public var mse: Double { squared.reduce(0, +) / Double(squared.count) }
  /// 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; nil when all targets are equal.
  public var r2: Double? {
    let total = centred.reduce(0) { $0 + $1 * $1 }
    return isConstant ? nil : 1 - squared.reduce(0, +) / total
  }
  /// Whether R² has nothing to explain.
  let isConstant: Bool
}
