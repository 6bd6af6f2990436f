import Formatting
import Testing

@testable import Charts

@Suite struct PixelImageTests {
  /// The check values that the algorithms' descriptions give.
  @Test func checksumsAndBase64AreTheStandards() {
    #expect(PNGBitmap.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(PNGBitmap.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"]
    let coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    #expect(texts.map { Base64.text(Array($0.utf8)) } == coded)
  }

  @Test func thePixelsAreInTheFile() throws {
    let file = PNGBitmap(
      width: 2, height: 2, indices: [0, 1, 2, 1],
      colours: [[0, 0, 0], [9, 8, 7], [255, 255, 255]]
    ).png
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let chunks = try Self.chunks(file)
    #expect(chunks.map(\.name) == ["IHDR", "PLTE", "IDAT", "IEND"])
    #expect(chunks[0].content == [0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0])
    #expect(chunks[1].content == [0, 0, 0, 9, 8, 7, 255, 255, 255])
    // zlib header, one stored block of 6 bytes: each row with its filter.
    #expect(chunks[2].content.dropLast(4) == [0x78, 1, 1, 6, 0, 249, 255, 0, 0, 1, 0, 2, 1])
  }

  /// More than one stored block.
  @Test func largeImagesAreCutIntoBlocks() throws {
    let image = PNGBitmap(
      width: 300, height: 300, shares: (0..<90_000).map { Double($0 % 64) / 63 }, palette: .grey)
    let content = try Self.chunks(image.png)[2].content
    #expect(content.count == 2 + 5 + 65_535 + 5 + (301 * 300 - 65_535) + 4)
    #expect(content[2] == 0)
    #expect(content[2 + 5 + 65_535] == 1)
  }

  @Test func sharesBecomeColours() throws {
    let image = PNGBitmap(
      width: 5, height: 1, shares: [0, 0.5, 1, 7, .nan], palette: .grey)
    let content = try Self.chunks(image.png)[2].content
    #expect(Array(content[8..<13]) == [0, 32, 63, 63, 0])
    let colour = PNGBitmap(width: 1, height: 1, redGreenBlue: [1, 2, 3])
    let chunks = try Self.chunks(colour.png)
    #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].content[9] == 2)
    #expect(Array(chunks[1].content[7..<11]) == [0, 1, 2, 3])
  }

  private static func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    func number(_ start: Int) -> Int { file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    var chunks: [(name: String, content: [UInt8])] = []
    var start = 8
    while start < file.count {
      let length = number(start)
      let body = Array(file[start + 4..<start + 8 + length])
      #expect(Int(PNGBitmap.crc32(body)) == number(start + 8 + length))
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      start += 12 + length
    }
    return chunks
  }
}

extension PixelImageTests {
  @Test func largePicturesShrinkToMeansOfBlocks() {
    let shares: [Double] = [0, 1, 0.5, 1, 0, 0.5, 0.25, 0.25, 1]
    let small = PNGBitmap.averaged(shares, width: 3, height: 3, most: 2)
    #expect(small.width == 2 && small.height == 2)
    #expect(small.shares == [0.5, 0.5, 0.25, 1])
    #expect(PNGBitmap.averaged(shares, width: 3, height: 3, most: 3).shares == shares)
    let large = PNGBitmap.averaged(
      [Double](repeating: 0.5, count: 500 * 300 * 3), width: 500, height: 300, channels: 3)
    #expect(large.width == 63 && large.height == 38)
    #expect(large.shares.allSatisfy { $0 == 0.5 })
  }
}
