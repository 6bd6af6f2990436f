import Engine

@testable import Tuning

/// Studies that nobody ran, of functions that are known.
enum SyntheticStudy {
  static func numbers(_ count: Int) -> [SearchDimension] {
    (0..<count).map { SearchDimension("x\($0)", .real(low: 0, high: 1, isLogarithmic: false)) }
  }

  /// - Parameter value: of a point, and what became of the trial.
  static func record(
    _ dimensions: [SearchDimension], trials: Int, largerIsBetter: Bool = false, seed: UInt64 = 1,
    name: String = "study", choices: [[String]]? = nil,
    _ value: (SearchPoint, inout RandomGenerator) -> (Double?, TuningTrial.State)
  ) -> StudyRecord {
    var random = RandomGenerator(seed: seed, stream: 99)
    let names =
      choices
      ?? dimensions.map { dimension in
        guard case .choice(let count) = dimension.domain else { return [] }
        return (0..<count).map { "choice \($0)" }
      }
    return StudyRecord(
      name: name, objective: Objective("loss", largerIsBetter: largerIsBetter),
      dimensions: dimensions, choices: names, sampler: "random", pruning: "none", seed: seed,
      trials: (0..<trials).map { number in
        let point = dimensions.randomPoint(&random)
        let (value, state) = value(point, &random)
        return trial(number + 1, point, value, state, dimensions, names)
      }, notes: [])
  }

  private static func trial(
    _ number: Int, _ point: SearchPoint, _ value: Double?, _ state: TuningTrial.State,
    _ dimensions: [SearchDimension], _ names: [[String]]
  ) -> TuningTrial {
    var settings: [String: String] = [:]
    for (place, dimension) in dimensions.enumerated() {
      guard let value = point[place] else { continue }
      settings[dimension.name] = names[place].isEmpty ? "\(value)" : names[place][Int(value)]
    }
    let epochs = value.map { value in
      (1...5).map { TuningTrial.Epoch(epoch: $0, value: value + 1 / Double($0) - 0.2) }
    }
    return TuningTrial(
      number: number, state: state, point: point, settings: settings, value: value,
      epochs: epochs ?? [], failure: state == .failed ? .diverged : nil,
      problem: state == .failed ? "the loss is <no> number" : nil, seconds: 61, run: "t\(number)")
  }
}
