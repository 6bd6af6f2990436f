package import Engine

/// The bound of every whole number of a value that was read from a file. What such a value holds are
/// counts, places and numbers of rows; below the bound no sum of a few and no product of two overflows.
package enum CountLimits {
  /// From 0 to as many rows as any data may have.
  package static let range = 0...Int(Int32.max)

  /// - Parameter location: the file, for the problem.
  /// - Throws: `Problem` for the first whole number out of the range, with its place in the value.
  package static func check(_ value: Any, at location: String) throws(Problem) {
    if let number = value as? Int {
      guard range.contains(number) else {
        throw Problem(
          .malformed, location,
          expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
          found: "\(number)", fix: "the file is damaged; take it from its run again")
      }
      return
    }
    // Lists of numbers that are no counts are long.
    if value is [Double] || value is [Float] || value is String { return }
    for (label, child) in Mirror(reflecting: value).children {
      let isPart = label.map { $0 != "some" && !$0.hasPrefix(".") } ?? false
      try check(child, at: isPart ? "\(location): \(label!)" : location)
    }
  }
}
