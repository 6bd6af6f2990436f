import Codecs
import Datasets
import Engine
import Testing

@Suite struct GzipTests {
  /// Made with Python 3.11: `gzip.compress(b"hello, hello, hello, hello\n", mtime=0)`.
  private let hello = Self.bytes("1f8b0800000000000203cb48cdc9c9d751c8c0a4b8004b21a1291b000000")
  /// `gzip.compress(b"second member", mtime=0)`.
  private let second = Self.bytes(
    "1f8b08000000000002032b4e4dcecf4b51c84dcd4d4a2d02002474fa9f0d000000")

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)!
    }
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  /// A member that stores its content, with a checksum of our own making (RFC 1952, section 8).
  private func stored(_ content: [UInt8]) -> [UInt8] {
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var rest = content[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      member += [rest.isEmpty ? 1 : 0] + little(UInt32(block.count), 2)
      member += little(~UInt32(block.count), 2) + block
    } while !rest.isEmpty
    return member + little(~crc, 4) + little(UInt32(content.count), 4)
  }

  @Test func members() throws {
    #expect(try Gzip.decode(hello) == Array("hello, hello, hello, hello\n".utf8))
    #expect(try Gzip.decode(hello + second).suffix(13) == Array("second member".utf8)[...])
    #expect(try Gzip.decode(hello + [0, 0, 0]).count == 27)
    #expect(try Gzip.decode(stored([])) == [])
  }

  /// The content as it is read piece by piece, twice.
  private func streamed(_ bytes: [UInt8], piece: Int = 1 << 16) throws -> [UInt8] {
    var source = try Decoders.standard.gunzipping!(MemorySource(bytes, name: "gzip data"))
    func all() throws -> [UInt8] {
      var all: [UInt8] = []
      var room = [UInt8](repeating: 0, count: piece)
      while true {
        let got = try room.withUnsafeMutableBytes { try source.read(into: $0) }
        if got == 0 { return all }
        all += room[..<got]
      }
    }
    let first = try all()
    try source.rewind()
    #expect(try all() == first)
    return first
  }

  @Test func whatIsReadPieceByPieceIsTheSame() throws {
    var generator = RandomGenerator(seed: 4)
    let content = (0..<700_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let files = [
      hello, hello + second, hello + [0, 0, 0], stored([]), stored(content),
      stored(content) + hello + second + [0],
    ]
    for file in files {
      #expect(try streamed(file, piece: 1000) == Gzip.decode(file))
      #expect(try streamed(file) == Gzip.decode(file))
    }
    let damaged: [[UInt8]] = [
      Array(hello.dropLast()), hello + [7], hello + [0] + second,
      hello + [0x1F, 0x8B, 1], Array(hello.prefix(12)),
      hello.enumerated().map { $0 == 14 ? ~$1 : $1 }, Array(stored(content).dropLast(3)),
    ]
    for damaged in damaged {
      #expect(throws: Problem.self) { try streamed(damaged) }
      #expect(message { _ = try streamed(damaged) }.contains("gzip data"))
    }
  }

  @Test func contentOfManyPieces() throws {
    var generator = RandomGenerator(seed: 3)
    for size in [1, 65_535, 65_536, 65_537, 300_000] {
      let content = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      #expect(try Gzip.decode(stored(content), limit: size) == content)
    }
  }

  @Test func limit() throws {
    #expect(try Gzip.decode(hello, limit: 27).count == 27)
    let text =
      "x.gz: expected at most 26 bytes of content, found more. Fix: raise the limit if the file is "
      + "trusted."
    #expect(message { _ = try Gzip.decode(hello, limit: 26, name: "x.gz") } == text)
    #expect(throws: Problem.self) { try Gzip.decode(hello + second, limit: 30) }
    #expect(throws: Problem.self) { try Gzip.decode(hello, limit: 0) }
  }

  @Test func everyTruncationIsTold() {
    for length in 2..<hello.count {
      #expect(
        message { _ = try Gzip.decode(Array(hello[..<length]), name: "x.gz") }
          == "x.gz: byte \(length): expected the rest of the compressed data, found the end of the "
          + "file. Fix: copy or download the file again.")
    }
    #expect(throws: Problem.self) { try Gzip.decode(hello + second.dropLast(3)) }
  }

  @Test func everyDamagedByteIsToldOrHarmless() throws {
    // Bytes 4 to 9 are the time, a hint and the system: no part of the content.
    for place in hello.indices where !(4...9).contains(place) {
      var damaged = hello
      damaged[place] ^= 0x40
      #expect(throws: Problem.self, "byte \(place)") { try Gzip.decode(damaged) }
    }
    var wrongSum = hello
    wrongSum[hello.count - 8] ^= 1
    #expect(
      message { _ = try Gzip.decode(wrongSum, name: "x.gz") }
        == "x.gz: byte 26: expected intact compressed data, found incorrect data check. "
        + "Fix: copy or download the file again.")
  }

  @Test func otherBytes() {
    #expect(
      message { _ = try Gzip.decode([], name: "x.gz") }
        == "x.gz: byte 0: expected the gzip signature 1f 8b, found an empty file.")
    #expect(
      message { _ = try Gzip.decode([1, 2, 3], name: "x.gz") }
        == "x.gz: byte 0: expected the gzip signature 1f 8b, found other bytes.")
    #expect(
      message { _ = try Gzip.decode(hello + [0, 7], name: "x.gz") }
        == "x.gz: byte 31: expected another gzip member or the end, found other bytes.")
  }
}
