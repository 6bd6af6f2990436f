import TestSupport
import Testing

/// scikit-learn's numbers, `Tests/References/metrics.json`.
struct MetricReferences: Decodable {
  struct Classification: Decodable, CustomTestStringConvertible {
    let name: String
    let classCount: Int
    let scores: [Float]
    let targets: [Int]
    let accuracy: Double
    let topKAccuracy: [String: Double]?
    let precision, recall, f1: [Double]
    let support: [Int]
    let macro, weighted, micro: [Double]
    let confusion: [Int]
    let auc: Double?
    let aucByClass: [Double]?
    let logLoss: Double
    var testDescription: String { name }
    var labels: [String] { (0..<classCount).map { "class \($0)" } }
  }

  struct Regression: Decodable, CustomTestStringConvertible {
    let name: String
    let shape: [Int]
    let predictions, targets: [Float]
    let mae, mse, rmse, r2, averages: [Double]
    var testDescription: String { name }
  }

  let classification: [Classification]
  let regression: [Regression]

  static let shared = Result { try reference("metrics.json", MetricReferences.self) }
}

/// Equal within 1e-12, relative above 1.
func isClose(_ a: Double?, _ b: Double?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return (a - b).magnitude <= 1e-12 * max(1, b.magnitude)
}

/// Equal within 1e-12, cell by cell.
func areClose(_ a: [Double?], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { isClose($0, $1) }
}
