import Datasets
import Engine
import Foundation
import TestSupport
import Testing

@testable import Codecs

/// Every depth and kind of PNG; `Tests/References/levels.py` makes them and says what is in them.
@Suite struct LevelTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let png: Data
    let height, width, channels: Int
    let isDeep: Bool
    let levels: [UInt16]
    var testDescription: String { name }

    enum CodingKeys: String, CodingKey {
      case name, png, height, width, channels, levels
      case isDeep = "is_deep"
    }
  }

  struct Resized: Decodable, Sendable {
    let filter: Resampling
    let height, width: Int
    let levels: [UInt16]
  }

  private struct Source: Decodable {
    let height, width: Int
    let levels: [UInt16]
  }

  private struct File: Decodable {
    let cases: [Case]
    let source: Source
    let resized: [Resized]
  }

  private static let file = Result { try reference("levels.json", File.self) }

  @Test(arguments: try file.get().cases)
  func levelsAreThoseInTheFile(_ example: Case) throws {
    let bytes = [UInt8](example.png)
    let header = try ImageFile.header(bytes)
    #expect(header.isDeep == example.isDeep && header.channels == example.channels)
    let image = try ImageFile.decode(bytes)
    #expect((image.height, image.width) == (example.height, example.width))
    #expect(image.isDeep == example.isDeep && image.channels == example.channels)
    let expected =
      try example.isDeep
      ? DecodedImage(
        height: example.height, width: example.width, channels: example.channels,
        levels: example.levels)
      : DecodedImage(
        height: example.height, width: example.width, channels: example.channels,
        bytes: example.levels.map { UInt8($0) })
    #expect(image == expected)
    // 8 bits of 16, rounded.
    if image.isDeep {
      #expect(image.bytes == example.levels.map { UInt8((Int($0) * 255 + 32_767) / 65_535) })
    }
    // An input of the image's own size holds its levels.
    let encoding = ImagePreprocessing(
      height: example.height, width: example.width, channels: example.channels,
      scaling: LevelScaling(scale: 1, offset: 0, deepRange: [0, .max]))
    let input = try ImageFile.input(bytes, encoding)
    let levels = input.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }
    #expect(levels == (example.isDeep ? example.levels : example.levels.map { $0 * 257 }))
  }

  /// Pillow rounds the same sums, so only exact halves may differ.
  @Test func deepImagesInOtherSizesArePillows() throws {
    let file = try Self.file.get()
    let image = try DecodedImage(
      height: file.source.height, width: file.source.width, channels: 1,
      levels: file.source.levels)
    for example in file.resized {
      let encoding = ImagePreprocessing(
        height: example.height, width: example.width, channels: 1, resampling: example.filter,
        fit: .stretch, scaling: LevelScaling(scale: 1, offset: 0, deepRange: [0, .max]))
      let levels = encoding.bytes(of: image).withUnsafeBytes {
        Array($0.bindMemory(to: UInt16.self))
      }
      let distance = zip(levels, example.levels).map { abs(Int($0) - Int($1)) }.max() ?? -1
      #expect(distance <= 1, "\(example.filter) \(example.height) × \(example.width)")
      let others = zip(levels, example.levels).count { $0 != $1 }
      #expect(others * 50 <= levels.count, "\(others) of \(levels.count)")
    }
  }

  /// A photo's rows are never held together: what decoding says that it holds is nothing, but for files
  /// whose own order asks for it.
  @Test func onlyScatteredPixelsAreHeld() throws {
    #expect(try ImageFile.header(ImageFiles.bytes("colour.jpg")).memory == 0)
    #expect(try ImageFile.header(ImageFiles.bytes("colour.png")).memory == 0)
    #expect(try ImageFile.header(ImageFiles.bytes("orientation-6.jpg")).memory == 0)
    #expect(try ImageFile.header(ImageFiles.bytes("interlaced.png")).memory == 21 * 27 * 3)
    #expect(try ImageFile.header(ImageFiles.bytes("progressive.jpg")).memory > 21 * 27 * 2)
    #expect(try ImageFile.header(ImageFiles.bytes("lossy.webp")).memory == 21 * 27 * 4)
    #expect(try ImageFile.header(ImageFiles.bytes("lossless.webp")).memory == 21 * 27 * 7)
    #expect(try ImageFile.header(ImageFiles.bytes("lossless-alpha.webp")).memory == 21 * 27 * 8)
  }
}
