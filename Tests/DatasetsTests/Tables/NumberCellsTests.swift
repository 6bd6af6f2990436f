import Engine
import Testing

@testable import Datasets

@Suite struct NumberCellsTests {
  private func cells(_ texts: [String]) -> NumberCells {
    var cells = NumberCells()
    for text in texts {
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        if let number = DecimalNumber.plain(bytes) {
          cells.append(number)
        } else if case .finite(let value) = DecimalNumber.read(bytes) {
          cells.append(value)
        } else {
          cells.appendMissing()
        }
      }
    }
    return cells
  }

  /// Whether each cell is the nearest `Double`, minus zero as zero, however it was appended.
  private func expectExact(_ texts: [String], _ comment: Comment) {
    let expected = texts.map { (Double($0) ?? .nan) + 0 }
    let found = cells(texts)
    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), comment)
    let copied = NumberCells(expected)
    #expect(copied.map(\.bitPattern) == expected.map(\.bitPattern), comment)
    let rows = Array(texts.indices.reversed())
    #expect(
      found.keeping(rows).map(\.bitPattern) == expected.reversed().map(\.bitPattern), comment)
  }

  /// Columns in which digits, decimals, exponents and gaps change in every way.
  @Test func everyCellIsTheNearestDouble() {
    var generator = RandomGenerator(seed: 5)
    for round in 0..<400 {
      let most = (whole: 1 + generator.below(11), decimals: generator.below(12))
      let isFixed = generator.below(2) == 0
      let texts = (0..<1 + generator.below(120)).map { _ -> String in
        if generator.below(12) == 0 { return "" }
        if generator.below(30) == 0 { return "1e\(generator.below(40) - 20)" }
        var text = generator.below(3) == 0 ? "-" : ""
        for _ in 0..<1 + generator.below(most.whole) { text += "\(generator.below(10))" }
        let decimals = isFixed ? most.decimals : generator.below(most.decimals + 1)
        if decimals > 0 { text += "." }
        for _ in 0..<decimals { text += "\(generator.below(3) == 0 ? generator.below(10) : 0)" }
        return text
      }
      expectExact(texts, "round \(round)")
    }
  }

  @Test(arguments: [
    ["1", "0.5", "1000000", "0.000001", "-0.25"], ["1073741823", "1073741824", "-1073741823"],
    ["-1073741824", "2147483647", "-2147483648"], ["0", "-0", "-0.0", "0.000000000000"],
    ["", "0.123456789", "1.073741823", "1.073741824"], ["9007199254740991", "9007199254740993"],
    ["12.5000000000", "0.1000000000", "3.25"], ["000000001.5", "1e5", "2.5e-7", "+4"],
    ["123456789012345678", "0.123456789012345678", "1234567890123456789"],
    ["1e300", "5e-324", "1e22", "1e23"],
  ])
  func edges(texts: [String]) {
    expectExact(texts, "alone")
    expectExact(texts + (0..<40).map { "\($0).25" }, "before others")
    expectExact((0..<40).map { "\($0)" } + texts, "behind others")
  }

  /// Four bytes a cell for what people measure and count; those that do not fit stand beside them.
  @Test func fewDigitsTakeFourBytes() {
    var generator = RandomGenerator(seed: 6)
    func bytes(_ text: (Int) -> String) -> Int { cells((0..<4_000).map(text)).byteCount }
    #expect(bytes { "\($0 * 200_000)" } == 16_000)
    #expect(bytes { _ in "-12.5000000000" } == 16_000)
    #expect(bytes { $0 % 5 == 0 ? "" : "\($0).\($0 % 10_000 + 10_000)" } == 16_000)
    #expect(bytes { $0 % 100 == 99 ? "9876543210" : "\($0).5" } == 16_000 + 40 * 8)
    // Seventeen digits need eight bytes, and no more.
    #expect(bytes { _ in "\(generator.normal())" } == 32_000)
    #expect(bytes { "\(Double($0) * 1e20)" } <= 36_000)
  }

  @Test func equalHoweverTheyAreKept() {
    #expect(cells(["1.50", "2"]) == NumberCells([1.5, 2]))
    #expect(cells(["1.5", "2"]) != NumberCells([1.5, 3]))
    #expect(cells(["1"]) != cells(["1", "1"]))
  }
}
