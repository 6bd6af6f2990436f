import Engine

/// The area under the receiver operating characteristic: the chance that a random positive example
/// has a higher score than a random negative one, ties counted half. It is the Mann-Whitney statistic
/// U / (m n), with U the negatives below each positive, summed.
///
/// J. A. Hanley, B. J. McNeil, *The meaning and use of the area under a receiver operating
/// characteristic curve*, Radiology 143 (1982).
struct AreaUnderCurve {
  /// From 0 to 1.
  let value: Double
  /// For each positive the share of negatives that it beats, for each negative the share of positives
  /// that beat it, ties counted half; both means are the area.
  let placements: [Double]
  /// Which examples are positive.
  let isPositive: [Bool]
  let positives: Int
  let negatives: Int

  /// - Parameter weights: how much each example counts in the value; nil for all the same.
  /// - Returns: nil when there are no positives or no negatives that count.
  init?(_ examples: [(score: Float, isPositive: Bool)], weights: [Double]? = nil) {
    let isPositive = examples.map(\.isPositive)
    self.isPositive = isPositive
    positives = isPositive.count { $0 }
    negatives = examples.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    func weight(_ place: Int) -> Double { weights?[place] ?? 1 }
    // Without weights all of these are multiples of ½, so the sums are exact below 2⁵².
    let m = examples.indices.reduce(0) { $0 + (isPositive[$1] ? weight($1) : 0) }
    let n = examples.indices.reduce(0) { $0 + (isPositive[$1] ? 0 : weight($1)) }
    guard m > 0, n > 0 else { return nil }
    let order = examples.indices.sorted { examples[$0].score < examples[$1].score }
    var placements = [Double](repeating: 0, count: examples.count)
    var beatenSum = 0.0
    var below = (positives: 0.0, negatives: 0.0)
    var start = 0
    while start < order.count {
      var end = start
      var tied = (positives: 0.0, negatives: 0.0)
      while end < order.count, examples[order[end]].score == examples[order[start]].score {
        if isPositive[order[end]] {
          tied.positives += weight(order[end])
        } else {
          tied.negatives += weight(order[end])
        }
        end += 1
      }
      let beaten = below.negatives + tied.negatives / 2
      let beating = m - below.positives - tied.positives / 2
      beatenSum += tied.positives * beaten
      for place in order[start..<end] {
        placements[place] = isPositive[place] ? beaten / n : beating / m
      }
      below.positives += tied.positives
      below.negatives += tied.negatives
      start = end
    }
    value = beatenSum / (m * n)
    self.placements = placements
  }
}
