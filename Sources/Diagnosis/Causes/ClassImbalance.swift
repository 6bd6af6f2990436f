import Formatting
import Training

/// Where one class is nearly everything, always answering it is nearly always right.
public enum ClassImbalance: Cause {
  public static let name = "class imbalance"
  public static let rule =
    "A class with less than a tenth of the rows of the largest is recognised in fewer than a tenth "
    + "of its held-out rows. Judged by recall of this class + recall of the largest − 1, which is "
    + "0 for whoever always gives the same answer (Youden 1950)."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard setup.plan.classWeights == nil, !found.isDivergent,
      let (rare, largest) = extremes(found.data.classCounts), found.recalls[rare] < 0.1
    else { return nil }
    let counts = found.data.classCounts
    return Evidence(
      "class \(rare) has \(counts[rare]) of \(found.data.rows) training rows, and "
        + "\((100 * found.recalls[rare]).shortText) % of its held-out rows are recognised",
      [
        NamedNumber("rows of the rarest class", Double(counts[rare])),
        NamedNumber("rows of the largest class", Double(counts[largest])),
        NamedNumber("recall of the rarest class", found.recalls[rare]),
      ])
  }

  /// The rarest class and the largest, if they are that far apart.
  static func extremes(_ counts: [Int]) -> (rare: Int, largest: Int)? {
    let present = counts.indices.filter { counts[$0] > 0 }
    guard let rare = present.min(by: { counts[$0] < counts[$1] }),
      let largest = present.max(by: { counts[$0] < counts[$1] }),
      counts[rare] * 10 < counts[largest]
    else { return nil }
    return (rare, largest)
  }

  /// Recall of the rarest class + recall of the largest − 1.
  static func score(_ recalls: [Double], _ counts: [Int]) -> Double {
    guard let (rare, largest) = extremes(counts), recalls.indices.contains(largest) else {
      return 0
    }
    let score = recalls[rare] + recalls[largest] - 1
    return score.isFinite ? max(0, score) : 0
  }

  /// Of the score, from the rows of both classes that are scored; two rows more on either side, as a
  /// recall of 0 or 1 is not certain (Agresti and Coull 1998).
  static func standardError(_ recalls: [Double], _ counts: [Int], rows: [Int]) -> Double {
    guard let (rare, largest) = extremes(counts) else { return .infinity }
    let variance = [rare, largest].reduce(0.0) { sum, label in
      let count = Double(rows[label])
      let share = ((recalls[label].isFinite ? recalls[label] : 0) * count + 2) / (count + 4)
      return sum + share * (1 - share) / (count + 4)
    }
    return variance.squareRoot()
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    var changed = setup
    let counts = found.data.classCounts.map(Double.init)
    let total = counts.reduce(0, +)
    changed.plan.classWeights = counts.map { $0 > 0 ? total / (Double(counts.count) * $0) : 0 }
    return [
      Remedy("weight the classes: `class_weights: balanced`", changed, judgement: .balance).done(
        by: ["class_weights": "balanced"])
    ]
  }
}
