import Engine
import Formatting

/// One of several parts of a file of rows, such as the third of eight: the rows that begin in its share of
/// the bytes. Every row is in one part, whatever stands in it.
package struct FilePart: Sendable, Hashable, CustomStringConvertible {
  /// Which one, counted from 1.
  package let number: Int
  /// How many there are.
  package let count: Int

  /// The most parts of a file.
  package static let most = 100_000

  /// - Throws: `Problem` for a part that there is not.
  package init(_ number: Int, of count: Int) throws {
    guard (1...Self.most).contains(count), (1...count).contains(number) else {
      throw Self.problem("\(number)/\(count)")
    }
    (self.number, self.count) = (number, count)
  }

  /// - Parameter text: which one and how many there are, `3/8`.
  /// - Throws: `Problem` for anything else.
  package init(_ text: String) throws {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1] else {
      throw Self.problem(text)
    }
    try self.init(number, of: count)
  }

  private static func problem(_ found: String) -> Problem {
    Problem.data(
      "part",
      expected: "which part of how many, such as 3/8 for the third of eight, of at most \(most)",
      found: "`\(found.shortened(to: 40))`",
      fix: "count the parts from 1, up to as many as there are")
  }

  /// As it is written: `3/8`.
  package var description: String { "\(number)/\(count)" }

  /// The share of so many bytes: that of the first part begins with the first byte, that of the last ends
  /// with the last.
  func share(of length: Int) -> Range<Int> {
    func bound(_ place: Int) -> Int {
      let product = length.multipliedFullWidth(by: place)
      return count.dividingFullWidth(product).quotient
    }
    return bound(number - 1)..<bound(number)
  }
}
