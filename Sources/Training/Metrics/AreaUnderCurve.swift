/// The area under the receiver operating characteristic: the chance that a random positive example
/// has a higher score than a random negative one, ties counted half. It is the Mann-Whitney statistic
/// U / (m n), with U from the sum of the positives' mid-ranks.
///
/// J. A. Hanley, B. J. McNeil, *The meaning and use of the area under a receiver operating
/// characteristic curve*, Radiology 143 (1982).
/// - Returns: nil when there are no positives or no negatives.
func areaUnderCurve(_ examples: [(score: Float, isPositive: Bool)]) -> Double? {
  let positives = examples.lazy.filter(\.isPositive).count
  let negatives = examples.count - positives
  guard positives > 0, negatives > 0 else { return nil }
  let sorted = examples.sorted { $0.score < $1.score }
  // Multiples of ½, so the sum is exact below 2⁵².
  var rankSum = 0.0
  var start = 0
  while start < sorted.count {
    var end = start
    var tied = 0
    while end < sorted.count, sorted[end].score == sorted[start].score {
      if sorted[end].isPositive { tied += 1 }
      end += 1
    }
    rankSum += Double(tied) * Double(start + 1 + end) / 2
    start = end
  }
  let m = Double(positives)
  return (rankSum - m * (m + 1) / 2) / (m * Double(negatives))
}
