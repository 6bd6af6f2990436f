extension [Double] {
  /// Each probability as the least share of false alarms among those up to it: Y. Benjamini, Y. Hochberg,
  /// *Controlling the false discovery rate*, Journal of the Royal Statistical Society B 57 (1995).
  package func correctedForMany() -> [Double] {
    let order = indices.sorted { self[$0] < self[$1] }
    var corrected = self
    var least = 1.0
    for (rank, place) in order.enumerated().reversed() {
      least = Swift.min(least, self[place] * Double(count) / Double(rank + 1))
      corrected[place] = least
    }
    return corrected
  }
}
