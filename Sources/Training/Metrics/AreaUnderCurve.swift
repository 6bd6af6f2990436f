import Engine

/// The area under the receiver operating characteristic: the chance that a random positive example
/// has a higher score than a random negative one, ties counted half. It is the Mann-Whitney statistic
/// U / (m n), with U from the sum of the positives' mid-ranks.
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

  /// - Returns: nil when there are no positives or no negatives.
  init?(_ examples: [(score: Float, isPositive: Bool)]) {
    isPositive = examples.map(\.isPositive)
    positives = isPositive.count { $0 }
    negatives = examples.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let (m, n) = (Double(positives), Double(negatives))
    let order = examples.indices.sorted { examples[$0].score < examples[$1].score }
    var placements = [Double](repeating: 0, count: examples.count)
    // Multiples of ½, so the sum is exact below 2⁵².
    var rankSum = 0.0
    var positivesBelow = 0
    var start = 0
    while start < order.count {
      var end = start
      var tied = 0
      while end < order.count, examples[order[end]].score == examples[order[start]].score {
        if isPositive[order[end]] { tied += 1 }
        end += 1
      }
      rankSum += Double(tied) * Double(start + 1 + end) / 2
      let beaten = Double(start - positivesBelow) + Double(end - start - tied) / 2
      let beating = m - Double(positivesBelow) - Double(tied) / 2
      for place in order[start..<end] {
        placements[place] = isPositive[place] ? beaten / n : beating / m
      }
      positivesBelow += tied
      start = end
    }
    value = (rankSum - m * (m + 1) / 2) / (m * n)
    self.placements = placements
  }
}
