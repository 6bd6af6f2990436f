/// The same work for both programs, long enough to measure and short enough to take turns often.
struct Case: Sendable {
  let workload: String
  /// Flags that both programs understand.
  let flags: [String]

  static let all = [
    Case(workload: "students", flags: ["--epochs", "2000"]),
    Case(workload: "mlp", flags: ["--train", "20000"]),
    Case(workload: "mlp-wide", flags: ["--train", "12800"]),
    Case(workload: "lstm", flags: []),
    Case(workload: "predict-mlp", flags: []),
    Case(workload: "cnn", flags: ["--train", "6400"]),
    Case(workload: "predict-cnn", flags: []),
  ]
}

/// What one run printed.
struct Measurement: Decodable, Sendable {
  let samples_per_s: Double
  let test_accuracy: Double?
}

/// The middle, the smallest and the largest of some numbers.
struct Spread: Sendable {
  let median, low, high: Double

  init(_ numbers: [Double]) {
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    median =
      sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    low = sorted.first ?? .nan
    high = sorted.last ?? .nan
  }
}
