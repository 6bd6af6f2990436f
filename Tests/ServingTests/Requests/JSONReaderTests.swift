import Datasets
import Engine
import Foundation
import Testing

@testable import Serving

/// What the reader takes and refuses, after RFC 8259.
@Suite struct JSONReaderTests {
  private static func read(_ text: String, depth: Int = 64) throws {
    try JSONReader.reading(Array(text.utf8), depthLimit: depth) { try $0.skip() }
  }

  @Test(arguments: [
    "0", "-0", "-0.5e-3", "1E+2", "12345678901234567890", "\"\"", #""\u00e9\ud83d\ude00\n\"""#,
    "true",
    "false", "null", "[]", "{}", " [ 1 , 2 ] \r\n\t", #"{"a":[{"b":null}],"c":{}}"#, "\"é😀\"",
  ])
  func isTaken(_ text: String) throws {
    try Self.read(text)
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
  }

  @Test(arguments: [
    "", " ", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nul",
    "'a'",
    "\"", "\"\\\"", #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83dx""#, #""\udc00""#, "\"\u{1}\"",
    "\"a\nb\"",
    "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
    "{a:1}",
    "{1:2}", "{\"a\" 1}", "[1]]", "1 2", "[1}", "// 1",
  ])
  func isRefused(_ text: String) {
    #expect { try Self.read(text) } throws: { error in
      (error as? Problem)?.kind == .malformed
    }
  }

  /// A request that ends or changes at any place is refused or read, and never more than that.
  @Test func everyDamageIsSurvived() {
    let text = Array(
      #"{"instances":[{"a":-1.5e3,"b\u00e9":"x\ud83d\ude00"},[true,null,"é"]]}"#.utf8)
    for place in text.indices {
      try? JSONReader.reading(Array(text[..<place]), depthLimit: 64) { try $0.skip() }
      for byte in UInt8.min...UInt8.max {
        var damaged = text
        damaged[place] = byte
        try? JSONReader.reading(damaged, depthLimit: 64) { try $0.skip() }
      }
    }
  }

  @Test func levelsAreCounted() throws {
    for depth in [1, 5, 64] {
      let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
      try Self.read(deep(depth), depth: depth)
      #expect(throws: Problem.self) { try Self.read(deep(depth + 1), depth: depth) }
    }
    // Foundation's reader comes down at texts like this one.
    #expect(throws: Problem.self) { try Self.read(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func textOtherThanUTF8IsRefused() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ] {
      #expect(throws: Problem.self) {
        try JSONReader.reading(bytes, depthLimit: 64) { try $0.skip() }
      }
    }
  }

  /// Numbers are the nearest doubles, as Swift reads them.
  @Test func numbersAreExact() throws {
    var generator = RandomGenerator(seed: 5)
    for _ in 0..<2000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      let text = "\(number)"
      let cell = try JSONReader.reading(Array(text.utf8), depthLimit: 1) { try $0.cell("x") }
      #expect(cell == .number(number))
    }
    // Few digits, which are read in one go, and a few more.
    for count in 1...18 {
      for decimals in 0..<count {
        for _ in 0..<20 {
          let digits = (0..<count).map { "\(($0 == 0 ? 1 : 0) + generator.next() % 9)" }.joined()
          let text =
            "-\(digits.dropLast(decimals))" + (decimals > 0 ? ".\(digits.suffix(decimals))" : "")
          let cell = try JSONReader.reading(Array(text.utf8), depthLimit: 1) { try $0.cell("x") }
          #expect(cell == .number(Double(text)!), "\(text)")
        }
      }
    }
    for text in ["1e309", "-1e999"] {
      #expect {
        try JSONReader.reading(Array(text.utf8), depthLimit: 1) { try $0.cell("x") }
      } throws: {
        ($0 as? Problem)?.kind == .data
      }
    }
  }

  @Test func textsAreUnescaped() throws {
    let cell = try JSONReader.reading(
      Array(#""a\u00e9\ud83d\ude00\/\b\f\n\r\t\\\"z""#.utf8), depthLimit: 1
    ) {
      try $0.cell("x")
    }
    #expect(cell == .text("aé😀/\u{8}\u{C}\n\r\t\\\"z"))
  }
}
