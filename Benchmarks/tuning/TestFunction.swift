import Engine
import Platform
import Tuning

/// A function of which the smallest value is known.
struct TestFunction: Sendable {
  let name: String
  let bounds: [ClosedRange<Double>]
  /// The deviation of what is added to what a sampler sees.
  let noise: Double
  let smallest: Double
  let value: @Sendable ([Double]) -> Double

  var dimensions: [SearchDimension] {
    bounds.enumerated().map { place, range in
      SearchDimension(
        "x\(place)",
        .real(low: range.lowerBound, high: range.upperBound, isLogarithmic: false))
    }
  }

  static let all = [branin, hartmann, rosenbrock]

  static let branin = TestFunction(
    name: "branin", bounds: [-5...10, 0...15], noise: 0, smallest: 0.397887
  ) { x in
    let bend = x[1] - 5.1 / (4 * Double.pi * Double.pi) * x[0] * x[0] + 5 / Double.pi * x[0] - 6
    return bend * bend + 10 * (1 - 1 / (8 * Double.pi)) * cos(x[0]) + 10
  }

  static let hartmann = TestFunction(
    name: "hartmann6", bounds: Array(repeating: 0...1, count: 6), noise: 0, smallest: -3.32237
  ) { x in
    let steepness: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centers: [[Double]] = [
      [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    let depths = [1, 1.2, 3, 3.2]
    return -(0..<4).reduce(0) { sum, hole in
      let distance = (0..<6).reduce(0.0) {
        let difference = x[$1] - centers[hole][$1] / 10_000
        return $0 + steepness[hole][$1] * difference * difference
      }
      return sum + depths[hole] * exp(-distance)
    }
  }

  /// log₁₀(1 + Rosenbrock's function) of four inputs.
  static let rosenbrock = TestFunction(
    name: "rosenbrock4-noisy", bounds: Array(repeating: -2...2, count: 4), noise: 0.2, smallest: 0
  ) { x in
    log10(
      1
        + (0..<3).reduce(0) {
          let (bend, left) = (x[$1 + 1] - x[$1] * x[$1], 1 - x[$1])
          return $0 + 100 * bend * bend + left * left
        })
  }

  /// What is added in a trial: Box and Muller's transform of two numbers of SplitMix64.
  func noise(seed: Int, trial: Int) -> Double {
    guard noise > 0 else { return 0 }
    var state = UInt64(seed) &* 1_000_003 &+ UInt64(trial)
    func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return Double(word ^ word >> 31) * 0x1p-64
    }
    let (u, v) = (next(), next())
    return noise * (-2 * log(max(u, 1e-300))).squareRoot() * cos(2 * Double.pi * v)
  }
}
