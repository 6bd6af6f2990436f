import Tuning

/// Prints the tables of `results.md`: `swift run -c release SamplerBenchmark`, or with how many seeds, from which
/// on, and which sampler.
@main struct Program {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    let numbers = words.compactMap { Int($0) }
    let names = words.filter { Int($0) == nil }
    let seeds = numbers.first ?? 10
    let first = numbers.dropFirst().first ?? 0
    row(
      ["sampler", "function", "regret after 50", "after 100", "milliseconds a choice at 100"],
      isHeading: true)
    // A grid does not depend on what was seen, and five points an axis are no match.
    for sampler in SamplerChoice.all where !(sampler is GridSampler) {
      let name = type(of: sampler).name
      guard names.isEmpty || names.contains(name) else { continue }
      for function in TestFunction.all {
        let runs = (first..<(first + seeds)).map {
          SamplerTrials(sampler, function, trials: 100, seed: $0)
        }
        let milliseconds = quantile(runs.flatMap { $0.seconds.suffix(10) }, 0.5) * 1e3
        row(
          [name, function.name, regret(of: runs, after: 50), regret(of: runs, after: 100)]
            + ["\((milliseconds * 100).rounded() / 100)"])
      }
    }
  }

  /// The median and, in brackets, the quartiles.
  private static func regret(of runs: [SamplerTrials], after trials: Int) -> String {
    let texts = [0.5, 0.25, 0.75].map { share in
      let value = quantile(runs.map { $0.regrets[trials - 1] }, share)
      return "\((value * 1e5).rounded() / 1e5)"
    }
    return "\(texts[0]) [\(texts[1]), \(texts[2])]"
  }

  /// Between neighbours, as NumPy's `percentile`.
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let place = share * Double(sorted.count - 1)
    let (lower, upper) = (Int(place), min(Int(place) + 1, sorted.count - 1))
    return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
  }

  private static func row(_ cells: [String], isHeading: Bool = false) {
    print("| " + cells.joined(separator: " | ") + " |")
    if isHeading { print("|" + String(repeating: "---|", count: cells.count)) }
  }
}
