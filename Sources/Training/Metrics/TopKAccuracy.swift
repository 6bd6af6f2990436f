import Engine
import Networks

extension Metrics {
  /// Share of examples whose true class is among the `k` largest scores.
  public struct TopKAccuracy: ClassificationMetric {
    public static let kind = "top_k_accuracy"
    public static var usual: Self { Self() }
    public static var settings: [Setting<Self>] { [.usual("k", \.k)] }

    /// How many classes may be named.
    public var k: Int

    /// Five classes, as in ImageNet's competitions.
    public init(k: Int = 5) { self.k = k }

    public func check(at location: String) throws(Problem) {
      guard k >= 1 else {
        throw Problem.data("\(location).k", expected: "at least 1", found: "\(k)")
      }
    }

    public func value(of predictions: ClassPredictions) -> Double? {
      Double(predictions.hits(among: k)) / Double(predictions.targets.count)
    }
  }
}

extension Metric where Self == Metrics.TopKAccuracy {
  /// Share of examples whose true class is among the `k` largest scores.
  public static func topKAccuracy(k: Int = 5) -> Self { Self(k: k) }
}
