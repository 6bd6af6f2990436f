import Engine
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// A folder of files that a decoder of the tests reads: `height width channels level`, and every byte
/// of the image is the level plus its place. With a fifth number levels have 16 bits, and it is added.
final class TemporaryImageFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var path: String { folder.path }

  var url: URL { URL(filePath: path) }

  func write(_ text: String, to name: String) throws { try folder.write(text, to: name) }

  /// Two classes of images of several sizes.
  static func usual() throws -> TemporaryImageFolder {
    let folder = try TemporaryImageFolder()
    for place in 0..<7 {
      try folder.write("\(6 + place) 8 1 \(10 * place)", to: "dark/\(place).jpg")
      try folder.write("9 \(7 + place) 3 \(100 + 10 * place)", to: "light/\(place).png")
    }
    return folder
  }

  static let decoder = ImageDecoder(
    header: { bytes, name in
      let numbers = try TemporaryImageFolder.numbers(bytes, name)
      return DecodedImage.Header(
        height: numbers[0], width: numbers[1], channels: numbers[2], isDeep: numbers.count > 4)
    },
    decode: { bytes, name in
      let numbers = try TemporaryImageFolder.numbers(bytes, name)
      // A header that promises what the rest does not hold.
      guard numbers.count > 3 else {
        throw Problem(.malformed, name, expected: "an image", found: "half of one")
      }
      let count = numbers[0] * numbers[1] * numbers[2]
      if numbers.count > 4 {
        return try DecodedImage(
          height: numbers[0], width: numbers[1], channels: numbers[2],
          levels: (0..<count).map { UInt16(truncatingIfNeeded: numbers[4] + numbers[3] + $0) })
      }
      return try DecodedImage(
        height: numbers[0], width: numbers[1], channels: numbers[2],
        bytes: (0..<count).map { UInt8(truncatingIfNeeded: numbers[3] + $0) })
    })

  private static func numbers(_ bytes: [UInt8], _ name: String) throws -> [Int] {
    let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap {
      Int($0)
    }
    guard numbers.count >= 3 else {
      throw Problem(.malformed, name, expected: "an image", found: "text")
    }
    return numbers
  }

  func images(_ change: (inout ImageOptions) -> Void = { _ in }) throws -> ImageDataset {
    var options = ImageOptions()
    change(&options)
    return try ImageDataset(path: path, options, decoder: Self.decoder)
  }
}

extension Examples {
  /// All numbers, example by example.
  var everything: [Float] { (0..<count).flatMap { self[$0] } }
}
