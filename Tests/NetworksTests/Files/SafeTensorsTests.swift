import Engine
import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite struct SafeTensorsTests {
  /// One of everything.
  static let sample = SafeTensors(
    [
      .init("bytes", shape: [3], .uint8([0, 127, 255])),
      .init(
        "numbers", shape: [2, 4],
        .float32([
          1.5, -0.0, .infinity, -.infinity, Float(bitPattern: 0x7FC1_2345),
          Float(bitPattern: 0xFFA0_0001), .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ])),
      .init("größe/π 🌍 \"\\\n\u{1}", shape: .scalar, .float32([2.5])),
      .init("empty", shape: [0, 3], .float32([])),
      .init("double", shape: [1], .float64([0.1])),
      .init("integers", shape: [2], .int64([.min, .max])),
      .init("words", shape: [1, 1, 2], .uint64([.max, 1])),
      .init("also empty", shape: [0], .uint8([])),
    ],
    metadata: ["title": "a \"quoted\" \\ line\nend", "": "", "größe": "é\u{0}\u{1F}🌍"])

  /// Equal in every bit; `==` of floating point would not do.
  static func areIdentical(_ a: SafeTensors, _ b: SafeTensors) -> Bool {
    a.metadata == b.metadata && a.entries.count == b.entries.count
      && zip(a.entries, b.entries).allSatisfy { a, b in
        a.name == b.name && a.shape == b.shape && a.elements.type == b.elements.type
          && a.elements.withBytes(Array.init) == b.elements.withBytes(Array.init)
      }
  }

  @Test func roundTripKeepsEveryBit() throws {
    let bytes = try Self.sample.bytes()
    let read = try SafeTensors(bytes: bytes, from: "sample")
    #expect(Self.areIdentical(read, Self.sample))
    #expect(read.format == "glassbox")
    #expect(try read.bytes() == bytes)
    #expect(bytes[8] == UInt8(ascii: "{"))
    let header = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect(header % 8 == 0)
    let nothing = try SafeTensors(bytes: SafeTensors().bytes(), from: "nothing")
    #expect(nothing.entries.isEmpty && nothing.metadata.isEmpty)
  }

  @Test func fileEqualsBytes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.sample.write(to: path)
    #expect(try AtomicFile.read(path, limit: 1 << 20) == Self.sample.bytes())
    #expect(Self.areIdentical(try SafeTensors(path: path), Self.sample))
    #expect(throws: Problem.self) { try SafeTensors(path: folder.path("none")) }
    #expect(throws: Problem.self) { try SafeTensors(path: path, limit: 100) }
  }

  @Test func tensorByName() throws {
    let kernel = try Tensor([2], [1, 2])
    let file = SafeTensors([.init("dense/kernel", kernel), .init("n", shape: [1], .int64([3]))])
    #expect(try file.tensor("dense/kernel") == kernel)
    #expect(throws: Problem.self) { try file.tensor("dense/bias") }
    #expect(throws: Problem.self) { try file.tensor("n") }
  }

  /// Every byte with every one of its bits turned and a few other values: refused, or the same
  /// content (such as a tabulator for a space between the header and the data).
  @Test func everyChangedByteIsNoticed() throws {
    let bytes = try Self.sample.bytes()
    var harmless = 0
    for index in bytes.indices {
      for pattern in [1, 2, 4, 8, 16, 32, 64, 128, 255, 0x29, 0x2B, 0x1C] as [UInt8] {
        var changed = bytes
        changed[index] ^= pattern
        guard let read = try Self.readOrProblem(changed) else { continue }
        #expect(Self.areIdentical(read, Self.sample), "byte \(index), pattern \(pattern)")
        harmless += 1
      }
    }
    #expect(harmless < 100)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Self.sample.bytes()
    for count in 0..<bytes.count {
      #expect(try Self.readOrProblem(Array(bytes.prefix(count))) == nil, "\(count) bytes")
    }
    #expect(try Self.readOrProblem(bytes + [0]) == nil)
  }

  /// 2,000 seeded wild changes: several bytes turned, a range removed, doubled or overwritten.
  @Test func wildChangesNeverCrash() throws {
    let bytes = try Self.sample.bytes()
    var generator = RandomGenerator(seed: 2026)
    for round in 0..<2000 {
      var changed = bytes
      for _ in 0...generator.below(4) {
        let start = generator.below(changed.count)
        let end = min(changed.count, start + 1 + generator.below(40))
        switch generator.below(5) {
        case 0: changed.removeSubrange(start..<end)
        case 1: changed.insert(contentsOf: changed[start..<end], at: generator.below(start + 1))
        case 2: for place in start..<end { changed[place] = UInt8(generator.below(256)) }
        case 3:
          let characters = Array("0123456789{}[]\",:\\u-e. ".utf8)
          changed[start] = characters[generator.below(characters.count)]
        default: changed[start] ^= UInt8(1 << generator.below(8))
        }
        if changed.isEmpty { break }
      }
      if let read = try Self.readOrProblem(changed) {
        #expect(Self.areIdentical(read, Self.sample), "round \(round)")
      }
    }
  }

  /// Nil when refused with a `Problem`; other errors are passed on and fail the test.
  static func readOrProblem(_ bytes: [UInt8]) throws -> SafeTensors? {
    do { return try SafeTensors(bytes: bytes, from: "test") } catch is Problem { return nil }
  }
}
