import Datasets
import Formatting

/// Which of a target and its logarithm is better learned, by the errors of a small network on validation
/// rows in the target's unit. The logarithm suits most skewed targets in their median and few in their
/// mean, so the shape of the values alone decides nothing: `Docs/decisions/0022-kinds-of-answers.md`.
struct TargetScaleTrial {
  /// What is learned of the targets from now on.
  let chosen: Preprocessing
  /// What was tried and what came of it; nil where no target leans far.
  let note: String?

  /// A logarithm must be so much better, since it also makes the answer a median.
  private static let least = 0.95

  /// - Parameters:
  ///   - linear: learns the values themselves.
  ///   - candidate: learns logarithms where the values speak for it.
  init(
    _ raw: RawData, linear: Preprocessing, candidate: Preprocessing, _ split: Split, seed: UInt64
  ) throws {
    let places = candidate.targetScales.indices.filter { candidate.targetScales[$0].isLogarithm }
    guard !places.isEmpty, !split[.validation].isEmpty, linear.tokens == nil else {
      (chosen, note) = (linear, nil)
      return
    }
    let train = split[.train].first(SmallNetwork.mostRows)
    let validation = split[.validation].first(SmallNetwork.mostRows)
    let errors = try [linear, candidate].map { made in
      try SmallNetwork.errors(
        made, train: raw.dataset(made, rows: train), on: raw.dataset(made, rows: validation),
        seed: seed)
    }
    let better = places.filter { errors[1][$0] < Self.least * errors[0][$0] }
    let scales = linear.targetScales.indices.map {
      better.contains($0) ? candidate.targetScales[$0] : linear.targetScales[$0]
    }
    chosen = linear.answering(linear.targetNames, .numbers(scales), roles: linear.roles)
    note = places.map { place in
      let isBetter = better.contains(place)
      return "target `\(linear.targetNames[place])` leans far to its small values: "
        + (isBetter ? "its logarithm is learned" : "the values themselves are learned")
        + ", since a small network's root mean squared error on validation rows was "
        + "\(errors[1][place].shortText) with the logarithm and \(errors[0][place].shortText) without; "
        + "set `target_scale` to `\(isBetter ? "linear" : "log")` for the other"
    }.joined(separator: "; ")
  }
}
