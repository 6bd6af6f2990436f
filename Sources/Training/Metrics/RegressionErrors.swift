/// What a regression got wrong in one output, example by example.
public struct RegressionErrors {
  /// |predicted − true|.
  public let absolute: [Double]
  /// (predicted − true)².
  public let squared: [Double]
  /// True minus the mean of all that are true.
  public let centred: [Double]
  /// How much each example counts; nil where all count the same.
  public let weights: [Double]?

  /// Mean absolute error.
  public var mae: Double { weights.mean(of: absolute) }
  /// Mean squared error.
  public var mse: Double { weights.mean(of: squared) }
  /// 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; nil when all targets are equal.
  public var r2: Double? {
    isConstant ? nil : 1 - weights.sum(of: squared) / weights.sum(of: centred.map { $0 * $0 })
  }
  /// Whether R² has nothing to explain.
  let isConstant: Bool
}

extension [Double]? {
  /// The sum of numbers, each as often as it counts.
  func sum(of numbers: [Double]) -> Double {
    guard let weights = self else { return numbers.reduce(0, +) }
    return zip(weights, numbers).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Their mean.
  func mean(of numbers: [Double]) -> Double {
    sum(of: numbers) / (self?.reduce(0, +) ?? Double(numbers.count))
  }
}
