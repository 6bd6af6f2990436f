/// Long lists of named things that are alike, shortened to runs: `x_1..x_9000`.
enum NameRuns {
  /// So many are listed each by itself.
  static let listed = 100

  /// Neighbours of one kind, as ranges; each alone where there are few.
  ///
  /// - Parameter kinds: what must be equal within a run.
  static func ranges(_ names: [String], kinds: [some Equatable]) -> [Range<Int>] {
    guard names.count > listed else { return names.indices.map { $0..<$0 + 1 } }
    // Names that count, such as x_1 and x_2, are kept apart from other names; gene by gene they differ.
    let stems = names.map(stem)
    func series(_ place: Int) -> Substring? {
      let isCounted =
        place > 0 && stems[place - 1] == stems[place]
        || place + 1 < stems.count && stems[place + 1] == stems[place]
      return isCounted ? stems[place] : nil
    }
    var ranges: [Range<Int>] = []
    for place in names.indices {
      if let last = ranges.last, kinds[place] == kinds[place - 1],
        series(place) == series(place - 1)
      {
        ranges[ranges.count - 1] = last.lowerBound..<place + 1
      } else {
        ranges.append(place..<place + 1)
      }
    }
    return ranges
  }

  /// A run by its first and last name.
  static func name(_ range: Range<Int>, of names: [String]) -> String {
    range.count == 1
      ? names[range.lowerBound] : "\(names[range.lowerBound])..\(names[range.upperBound - 1])"
  }

  /// A name without the digits at its end.
  private static func stem(_ name: String) -> Substring {
    let end = name.utf8.lastIndex { !WrittenNumber.Byte.isDigit($0) }
    return end.map { name[...$0] } ?? ""
  }
}
