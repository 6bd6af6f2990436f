import Datasets
import Engine
import Networks
import Training

/// Where one class is nearly everything, always answering it is nearly always right.
public enum ClassImbalance: Cause {
  public static let name = "class imbalance"
  public static let rule =
    "A class with less than a tenth of the rows of the largest is recognised in fewer than a tenth of "
    + "its held-out rows."

  public static func evidence(_ found: Measurements, _ setup: Setup) -> Evidence? {
    let counts = found.data.classCounts
    guard setup.plan.classWeights == nil, let largest = counts.max(), !found.isDivergent,
      let rare = counts.indices.filter({ counts[$0] > 0 }).min(by: { counts[$0] < counts[$1] }),
      counts[rare] * 10 < largest, found.recalls.indices.contains(rare), found.recalls[rare] < 0.1
    else { return nil }
    return Evidence(
      "class \(rare) has \(counts[rare]) of \(found.data.rows) training rows, and "
        + "\((100 * found.recalls[rare]).shortText) % of its held-out rows are recognised",
      [
        NamedNumber("rows of the rarest class", Double(counts[rare])),
        NamedNumber("rows of the largest class", Double(largest)),
        NamedNumber("recall of the rarest class", found.recalls[rare]),
      ])
  }

  public static func remedies(_ found: Measurements, _ setup: Setup) -> [Remedy] {
    var changed = setup
    let counts = found.data.classCounts.map(Double.init)
    let total = counts.reduce(0, +)
    changed.plan.classWeights = counts.map { $0 > 0 ? total / (Double(counts.count) * $0) : 0 }
    return [Remedy("weight the classes: --class-weights balanced", changed, judgement: .balance)]
  }
}
