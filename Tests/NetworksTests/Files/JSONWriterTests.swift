import Foundation
import Testing

@testable import Networks

/// What is written is byte for byte what Foundation writes.
@Suite struct JSONWriterTests {
  private static func foundation(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func ours(_ value: some Encodable) throws -> String {
    String(decoding: try JSONWriter.bytes(of: value), as: UTF8.self)
  }

  private static func same(_ value: some Encodable) throws {
    #expect(try ours(value) == foundation(value))
  }

  @Test func numbers() throws {
    try Self.same([
      0, -0.0, 1, -1, 0.1, 1.0 / 3, 1e15, 1e16, 1e17, 123_456_789_012_345_680, 1e-4, 1e-5,
      .leastNonzeroMagnitude,
      .pi, .greatestFiniteMagnitude, .infinity, -.infinity, .nan, 100, 1e21, 1e300,
    ])
    try Self.same([
      Float(0), 0.1, 1 / 3, 1e7, 1e8, 16_777_216, 1e-5, .leastNonzeroMagnitude, .infinity, .nan,
    ])
    try Self.same([Int.min, 0, .max])
    try Self.same([UInt64.max])
    try Self.same([Int8.min, Int8.max])
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      try Self.same([
        Double(bitPattern: generator.next()), Double(Float(bitPattern: generator.next())),
        Double(Int32(bitPattern: generator.next())) / 1000,
      ])
      try Self.same([Float(bitPattern: generator.next())])
    }
  }

  @Test func texts() throws {
    try Self.same((0..<0x100).map { String(Unicode.Scalar(UInt8($0))) })
    try Self.same(["", "/", "\"\\", "é", "e\u{301}", "😀", "\u{2028}\u{2029}", "\u{7F}", "\u{FEFF}"])
  }

  @Test func namesAreSorted() throws {
    try Self.same([
      "b": 1, "a": 2, "B": 3, "a10": 4, "a9": 5, "": 6, "é": 7, "z": 8, "\"": 9, "_": 10, "😀": 11,
      "Ä": 12,
    ])
  }

  private struct Whole: Encodable {
    struct Part: Encodable {
      var name: String?
      var list: [Int]
    }
    enum Kind: String, Encodable { case one, two }
    enum Choice: Encodable { case plain, with(Int, text: String) }
    struct Empty: Encodable {}

    var part = Part(list: [1, 2])
    var parts = [Part(name: "x", list: []), Part(list: [3])]
    var kind = Kind.two
    var choices = [Choice.plain, .with(1, text: "y")]
    var empty = Empty()
    var nothing: Int?
    var nulls: [Int?] = [nil, 1]
    var flags = [true, false]
    var table = ["x": ["y": [1.5]], "a": [:]]
    var keyed = [1: "one", 2: "two"]
  }

  @Test func structures() throws {
    try Self.same(Whole())
    try Self.same([Whole(), Whole()])
    try Self.same([[Int]]())
    try Self.same([String: Int]())
    try Self.same("alone")
    try Self.same(1.5)
    try Self.same([[], [[1]], []])
  }

  /// What containers can do beside writing values.
  private struct ByHand: Encodable {
    enum Name: String, CodingKey { case first, second, third, fourth, fifth }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: Name.self)
      try fields.encode(1, forKey: .second)
      try fields.encode(2, forKey: .second)
      try fields.encodeNil(forKey: .first)
      var inner = fields.nestedContainer(keyedBy: Name.self, forKey: .third)
      try inner.encode("x", forKey: .fifth)
      var list = fields.nestedUnkeyedContainer(forKey: .fourth)
      try list.encode(1)
      try list.encodeNil()
      #expect(list.count == 2)
      var deeper = list.nestedUnkeyedContainer()
      try deeper.encode(contentsOf: [1, 2])
      var object = list.nestedContainer(keyedBy: Name.self)
      try object.encode(true, forKey: .first)
      try 7.encode(to: list.superEncoder())
      try "up".encode(to: fields.superEncoder())
      var again = encoder.container(keyedBy: Name.self)
      try again.encode(1.5, forKey: .fifth)
    }
  }

  @Test func containers() throws { try Self.same(ByHand()) }

  /// Where a value is, for its own errors.
  private struct Placed: Encodable {
    func encode(to encoder: any Encoder) throws {
      var single = encoder.singleValueContainer()
      try single.encode(encoder.codingPath.map(\.stringValue).joined(separator: "/"))
    }
  }

  @Test func valuesKnowWhereTheyAre() throws {
    try Self.same(["a": ["b": [Placed(), Placed()]]])
  }
}
