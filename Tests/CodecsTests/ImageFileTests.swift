import Datasets
import Engine
import Foundation
import TestSupport
import Testing

@testable import Codecs

/// Real files of many kinds; `Tests/References/images.py` makes them and says what is in them.
enum ImageFiles {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let height, width, channels: Int
    let pixels: [UInt8]
    var testDescription: String { file }
    var bytes: [UInt8] { ImageFiles.bytes(file) }
  }

  private struct File: Decodable { let cases: [Case] }

  static let cases = Result { try reference("images.json", File.self).cases }

  static func bytes(_ name: String) -> [UInt8] {
    let file = URL(filePath: repositoryPath("Tests/CodecsTests/Images/\(name)"))
    return (try? Data(contentsOf: file)).map { [UInt8]($0) } ?? []
  }
}

@Suite struct ImageFileTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  /// Grey, colour, palette, alpha, 1 to 16 bits, interlaced, progressive, four printing colours, lossy
  /// and lossless, all orientations, and a PNG called `.jpg`: the pixels are Pillow's.
  @Test(arguments: try ImageFiles.cases.get())
  func pixelsArePillows(_ example: ImageFiles.Case) throws {
    let image = try ImageFile.decode(example.bytes, name: example.file)
    #expect(image.height == example.height)
    #expect(image.width == example.width)
    #expect(image.channels == example.channels)
    let header = try ImageFile.header(example.bytes)
    #expect(
      (header.height, header.width, header.channels) == (image.height, image.width, image.channels))
    #expect(header.isDeep == image.isDeep)
    let distance = zip(image.bytes, example.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    // Other versions of libjpeg may round an inverse transform to the neighbouring level.
    let isLossy = JPEG.matches(example.bytes)
    #expect(distance <= (isLossy ? 1 : 0), "\(distance)")
  }

  @Test func orientationsAreTheEightSymmetries() throws {
    let upright = try ImageFile.decode(ImageFiles.bytes("orientation-1.jpg"))
    let images = try Orientation.allCases.map { try $0.applied(to: upright) }
    for image in images {
      #expect(image.bytes.sorted() == upright.bytes.sorted())
    }
    for first in 0..<8 {
      for second in 0..<first { #expect(images[first] != images[second]) }
    }
    // A quarter turn one way and a quarter turn the other way leave nothing.
    #expect(
      try Orientation.turnedLeft.applied(to: Orientation.turnedRight.applied(to: upright))
        == upright)
  }

  /// Damage in what only turns an image leaves the image as it is.
  @Test func damagedOrientationsCountAsUpright() {
    func exif(_ hexadecimal: String) -> Orientation? {
      let digits = Array(hexadecimal)
      return Orientation(
        exif: ByteReader(
          stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)!
          }))
    }
    let entry = "0112000300000001000600000000000000"
    #expect(exif("4d4d002a000000080001" + entry) == .turnedLeft)
    #expect(exif("49492a00080000000100120103000100000008000000") == .turnedRight)
    for damaged in [
      "", "4d", "4d4d", "4d4d002b000000080001" + entry, "4d49002a000000080001" + entry,
      "4d4dffff", "4d4d002affffffff0001" + entry, "4d4d002a00000008ffff",
      "4d4d002a000000080001011200040000000100060000",
      "4d4d002a000000080001011200030000000100090000",
      "4d4d002a000000080001011200030000000100000000",
    ] {
      #expect(exif(damaged) == nil, "\(damaged)")
    }
  }

  /// Whatever is done while decoding, the bytes are those of the whole image: every kind of file, every
  /// orientation, larger and smaller, cropped and stretched, in both depths.
  @Test(arguments: try ImageFiles.cases.get())
  func inputsAreThoseOfTheWholeImage(_ example: ImageFiles.Case) throws {
    let image = try ImageFile.decode(example.bytes)
    for (height, width) in [
      (5, 4), (4, 9), (image.height, image.width), (40, 3), (image.height, 7),
    ] {
      for fit in ImageOptions.Fit.allCases {
        for filter in Resampling.allCases {
          for channels in [1, 3] {
            for deepRange: [UInt16]? in [nil, [0, .max]] {
              let encoding = ImagePreprocessing(
                height: height, width: width, channels: channels, resampling: filter, fit: fit,
                scaling: LevelScaling(scale: 1, offset: 0, deepRange: deepRange))
              let bytes = try ImageFile.input(example.bytes, encoding)
              #expect(bytes == encoding.bytes(of: image))
              #expect(bytes.count == encoding.byteCount)
            }
          }
        }
      }
    }
  }

  /// However it is decoded: the resized upright image is what was resized before it was turned.
  @Test func everyOrientationIsTurnedBeforeItIsCropped() throws {
    for orientation in 1...8 {
      let bytes = ImageFiles.bytes("orientation-\(orientation).jpg")
      let image = try ImageFile.decode(bytes)
      let encoding = ImagePreprocessing(
        height: 6, width: 5, channels: 3, scaling: LevelScaling(scale: 1, offset: 0))
      let whole = image.resized(
        height: 6, width: 5, box: ImageBox(middleOf: image, height: 6, width: 5))
      #expect(try ImageFile.input(bytes, encoding) == whole.bytes)
    }
  }

  /// What other programs write is called by its name, whatever its ending, with the way out.
  @Test func otherFormatsAreCalledByName() throws {
    func bytes(_ text: String, _ numbers: [UInt8] = []) -> [UInt8] { Array(text.utf8) + numbers }
    let examples: [OtherFormat: [[UInt8]]] = [
      .animatedWebP: [
        bytes("RIFF\0\0\0\0WEBPVP8X", [10, 0, 0, 0, 0b10]), ImageFiles.bytes("animated.webp"),
      ],
      .gif: [bytes("GIF89a"), bytes("GIF87a")],
      .bmp: [bytes("BM", [54, 1, 0, 0, 0, 0, 0, 0, 54])],
      .tiff: [[0x49, 0x49, 42, 0, 8], [0x4D, 0x4D, 0, 42, 0], [0x49, 0x49, 43, 0]],
      .avif: [bytes("\0\0\0 ftypavif")],
      .heic: [bytes("\0\0\0 ftypheic"), bytes("\0\0\0 ftypmif1")],
      .jpegXL: [[0xFF, 0x0A, 1], bytes("\0\0\0\u{0C}JXL \r\n")],
      .jpeg2000: [bytes("\0\0\0\u{0C}jP  \r\n")], .photoshop: [bytes("8BPS\0")],
      .icon: [[0, 0, 1, 0, 1]], .pdf: [bytes("%PDF-1.7")],
      .svg: [bytes("<svg xmlns"), bytes("<?xml version")],
    ]
    for format in OtherFormat.allCases {
      for example in try #require(examples[format]) {
        let text = message { _ = try ImageFile.decode(example, name: "cats/a b.jpg") }
        #expect(text.contains("found \(format.title)"), "\(text)")
        #expect(text.contains("magick 'cats/a b.jpg"), "\(text)")
        #expect(text.contains("'cats/a b.png'"), "\(text)")
        #expect(!ImageFile.isImage(example))
      }
    }
    #expect(OtherFormat(of: []) == nil && OtherFormat(of: bytes("BMW is no picture")) == nil)
  }

  @Test func whatIsNoImageIsRefusedByName() {
    let text = Array("a,b\n1,2\n".utf8)
    #expect(
      message { _ = try ImageFile.decode(text, name: "cats/notes.jpg") }
        == "cats/notes.jpg: expected a JPEG, PNG or WebP image, found other bytes. "
        + "Fix: convert it, or remove it from the folder.")
    #expect(
      message { _ = try ImageFile.decode([], name: "empty.png") }
        == "empty.png: expected a JPEG, PNG or WebP image, found an empty file. "
        + "Fix: convert it, or remove it from the folder.")
    #expect(!ImageFile.isImage(text))
    #expect(ImageFile.isImage(ImageFiles.bytes("grey.png")))
  }

  /// The header says a size that memory would not hold; nothing of that size is made.
  @Test func sizesAreCheckedBeforeMemoryIsTaken() throws {
    var png = ImageFiles.bytes("grey.png")
    func setSize(_ width: UInt32, _ height: UInt32) {
      for place in 0..<4 {
        png[16 + place] = UInt8(truncatingIfNeeded: width >> (24 - 8 * UInt32(place)))
        png[20 + place] = UInt8(truncatingIfNeeded: height >> (24 - 8 * UInt32(place)))
      }
      let crc = Self.crc32(png[12..<29])
      for place in 0..<4 {
        png[29 + place] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * UInt32(place)))
      }
    }
    setSize(32_769, 1)
    #expect(
      message { _ = try ImageFile.decode(png, name: "wide.png") }
        == "wide.png: expected an image of at most 32768 pixels along a side and 200000000 in all, "
        + "found 32769 × 1. Fix: scale it down.")
    setSize(0x7FFF_FFFF, 0x7FFF_FFFF)
    #expect(message { _ = try ImageFile.header(png) }.contains("2147483647 × 2147483647"))
    setSize(20_000, 10_001)
    #expect(message { _ = try ImageFile.decode(png) }.contains("20000 × 10001"))
    #expect(
      message { _ = try Decoders.standard.imageDecoder(for: "").decode(png, "wide.png") }
        == "wide.png: expected an image of at most 200 million pixels, found 20000 × 10001, "
        + "200.02 million. Fix: scale it down, or raise `image_limit`.")

    var jpeg = ImageFiles.bytes("colour.jpg")
    let frame = try #require(
      jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    // libjpeg has a limit of its own a little below 65,535.
    #expect(message { _ = try ImageFile.decode(jpeg) }.contains("expected an intact JPEG"))
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x3F, 0xFF, 0x3F, 0xFF])
    #expect(message { _ = try ImageFile.decode(jpeg) }.contains("16383 × 16383"))
    var limits = ImageFile.Limits()
    limits.side = 20
    #expect(
      message { _ = try ImageFile.decode(ImageFiles.bytes("grey.jpg"), limits: limits) }
        .contains("at most 20 pixels along a side"))
  }

  /// PNG, annex D.
  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// However early a file ends, it is refused.
  @Test(arguments: try ImageFiles.cases.get())
  func everyBeginningIsRefused(_ example: ImageFiles.Case) {
    let bytes = example.bytes
    for count in bytes.indices {
      #expect(throws: Problem.self, "\(count) of \(bytes.count)") {
        try ImageFile.decode(Array(bytes[..<count]), name: example.file)
      }
    }
  }

  /// Changed bytes give an image within the limits or a problem, never anything else.
  @Test(arguments: try ImageFiles.cases.get())
  func changedBytesNeverCrash(_ example: ImageFiles.Case) throws {
    var generator = RandomGenerator(seed: 7, stream: UInt64(example.bytes.count))
    var refused = 0
    for _ in 0..<400 {
      var bytes = example.bytes
      for _ in 0...generator.below(6) {
        bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
      }
      if generator.below(4) == 0 { bytes.removeLast(generator.below(bytes.count)) }
      do {
        let image = try ImageFile.decode(bytes, name: example.file)
        #expect(image.height * image.width <= 1 << 24)
      } catch {
        #expect(error is Problem, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 40)
  }
}
