package import Engine
package import Networks

extension Metrics {
  /// Share of examples whose true class is among the `k` largest scores.
  package struct TopKAccuracy: ClassificationMetric {
    package static let kind = "top_k_accuracy"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] { [.usual("k", \.k)] }

    /// How many classes may be named.
    package var k: Int

    /// Five classes, as in ImageNet's competitions.
    package init(k: Int = 5) { self.k = k }

    package func check(at location: String) throws(Problem) {
      guard k >= 1 else {
        throw Problem.data("\(location).k", expected: "at least 1", found: "\(k)")
      }
    }

    package func value(of predictions: ClassPredictions) -> Double? {
      predictions.share(among: k)
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Share of examples whose true class is among the `k` largest scores.
  public static func topKAccuracy(k: Int = 5) -> any Metric { Metrics.TopKAccuracy(k: k) }
}
