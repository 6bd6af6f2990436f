import Engine
import Testing

@testable import Datasets

@Suite struct DecimalNumberTests {
  private func read(_ text: String) -> DecimalNumber.Reading {
    Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.read($0) }
  }

  @Test func plainAndScientificNumbers() {
    for (text, value) in [
      ("0", 0.0), ("-0", -0.0), ("7", 7), ("+7", 7), ("-12.5", -12.5), (".5", 0.5), ("5.", 5),
      ("1e3", 1000), ("1E-3", 0.001), ("-2.5e+2", -250), (" 3 ", 3), ("\t4", 4), ("007", 7),
      ("1e-400", 0), ("0e999999999999", 0), ("9007199254740993", 9_007_199_254_740_992),
      ("123456789012345678901234567890", 123_456_789_012_345_677_877_719_597_056),
      ("2.2250738585072014e-308", 0x1p-1022), ("4.9e-324", 0x0.0000000000001p-1022),
    ] {
      #expect(read(text) == .finite(value), "\(text)")
    }
    guard case .finite(let zero) = read("-0") else { return #expect(Bool(false)) }
    #expect(zero.sign == .minus)
  }

  @Test func whatIsNotANumber() {
    for text in [
      "", " ", "-", "+", ".", "e5", "1e", "1e+", "1 2", "1,5", "0x10", "nan", "NaN", "--1", "1.2.3",
      "abc", "1_000", "1f", "in", "infinit",
    ] {
      #expect(read(text) == .notANumber, "\(text)")
    }
    for text in ["inf", "-inf", "+Infinity", "INFINITY", "1e999", "-1e309"] {
      #expect(read(text) == .infinite, "\(text)")
    }
  }

  /// What is taken apart without rounding is the number that is read, and what is not is read all the same.
  @Test func plainNumbersAreWhatIsRead() {
    func plain(_ text: String) -> DecimalNumber.Plain? {
      Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.plain($0) }
    }
    for text in ["1.50", "-7", "+7", ".5", "5.", "007", "9007199254740991", "0.00000000000000001"] {
      #expect((plain(text)?.value).map { .finite($0) } == read(text), "\(text)")
    }
    #expect(plain("-12.50")?.whole == -1250)
    #expect(plain("-12.50")?.decimals == 2)
    for text in [
      "", "-", ".", "+.", " 1", "1 ", "1e5", "1,5", "--1", "1.2.3", "inf", "9007199254740992",
      "0.0000000000000000001", "1234567890123456789",
    ] {
      #expect(plain(text)?.value == nil, "\(text)")
    }
  }

  /// Every way of writing a number reads as the nearest `Double`, as the standard library's slower
  /// reader gives it.
  @Test func nearestDoubleForRandomNumbers() {
    var generator = RandomGenerator(seed: 11)
    for _ in 0..<20_000 {
      var text = generator.below(2) == 0 ? "-" : ""
      for _ in 0...generator.below(18) { text += "\(generator.below(10))" }
      if generator.below(3) > 0 {
        text += "."
        for _ in 0..<generator.below(12) { text += "\(generator.below(10))" }
      }
      if generator.below(3) == 0 { text += "e\(generator.below(60) - 30)" }
      #expect(read(text) == .finite(Double(text)!), "\(text)")
      let plain = Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.plain($0) }
      if let plain { #expect(plain.value == Double(text)!, "\(text)") }
    }
    // Seventeen digits, as programs print numbers; and the exact middle between two neighbours.
    for _ in 0..<20_000 {
      let value = generator.normal() * 100
      #expect(read("\(value)") == .finite(value))
      let whole = 1 << 53 + 2 * generator.below(1 << 40)
      let middle = "\(whole + 1)"
      let place = middle.index(middle.startIndex, offsetBy: 4)
      let decimal = middle[..<place] + "." + middle[place...]
      for text in [middle, "000\(middle).0", "\(decimal)", "0.000\(middle)", "\(decimal)001"] {
        #expect(read(text) == .finite(Double(text)!), "\(text)")
      }
    }
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(read("\(value)") == .finite(value))
    }
  }
}
