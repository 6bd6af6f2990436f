import Engine
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct ResizingTests {
  struct Image: Decodable, Sendable {
    let height, width, channels: Int
    let pixels: [UInt8]

    var value: DecodedImage {
      get throws {
        try DecodedImage(height: height, width: width, channels: channels, bytes: pixels)
      }
    }
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let source: String
    let filter: Resampling
    let box: [Double]?
    let height, width, channels: Int
    let pixels: [UInt8]

    var testDescription: String {
      "\(source) \(filter.rawValue) \(height) × \(width)" + (box == nil ? "" : " of a part")
    }
  }

  private struct File: Decodable {
    let sources: [String: Image]
    let cases: [Case]
  }

  /// Made by `Tests/References/images.py` with Pillow.
  private static let file = Result { try reference("resizing.json", File.self) }

  private func source(_ name: String) throws -> DecodedImage {
    try #require(Self.file.get().sources[name]).value
  }

  @Test(arguments: try file.get().cases)
  func equalsPillow(_ example: Case) throws {
    let box = example.box.map {
      ImageBox(rows: $0[1]...$0[3], columns: $0[0]...$0[2])
    }
    let resized = try source(example.source).resized(
      height: example.height, width: example.width, example.filter, box: box)
    #expect(resized.channels == example.channels)
    #expect(resized.bytes == example.pixels)
  }

  @Test func greyFromColourEqualsPillow() throws {
    let grey = try source("colour").converted(toChannels: 1)
    #expect(grey == (try source("greyed")))
    let colour = grey.converted(toChannels: 3)
    #expect((0..<3).allSatisfy { colour.bytes[$0] == grey.bytes[0] })
    #expect(colour.converted(toChannels: 1) == grey)
  }

  /// A constant image stays constant, whatever the filter, the size and the part.
  @Test(arguments: Resampling.allCases) func constantStaysConstant(_ filter: Resampling) throws {
    for level: UInt8 in [0, 1, 127, 255] {
      let flat = try DecodedImage(
        height: 9, width: 14, channels: 1, bytes: [UInt8](repeating: level, count: 9 * 14))
      for (height, width) in [(3, 3), (9, 5), (40, 2), (100, 100)] {
        let resized = flat.resized(
          height: height, width: width, filter,
          box: ImageBox(middleOf: flat, height: height, width: width))
        #expect(resized.bytes.allSatisfy { $0 == level })
      }
    }
  }

  @Test func theMiddleIsCutOut() throws {
    let image = try DecodedImage(height: 3, width: 4, channels: 1, bytes: Array(0..<12))
    #expect(try image.cropped(height: 1, width: 2).bytes == [5, 6])
    #expect(try image.cropped(height: 9, width: 9) == image)
    #expect(try image.cropped(height: 2, width: 3).bytes == [0, 1, 2, 4, 5, 6])
    for bad in [0, -1, .min] {
      #expect(throws: Problem.self) { try image.cropped(height: bad, width: 2) }
      #expect(throws: Problem.self) { try image.cropped(height: 2, width: bad) }
    }
    let middle = ImageBox(middleOf: image, height: 10, width: 10)
    #expect(middle == ImageBox(rows: 0...3, columns: 0.5...3.5))
  }

  @Test func emptyAndMisshapenImagesAreRefused() {
    #expect(throws: Problem.self) {
      try DecodedImage(height: 2, width: 2, channels: 2, bytes: [0, 0, 0, 0, 0, 0, 0, 0])
    }
    #expect(throws: Problem.self) {
      try DecodedImage(height: 2, width: 2, channels: 1, bytes: [0, 0, 0])
    }
    #expect(throws: Problem.self) {
      try DecodedImage(height: 0, width: 2, channels: 1, bytes: [])
    }
    #expect(throws: Problem.self) {
      try DecodedImage(height: .max, width: .max, channels: 3, bytes: [])
    }
  }
}
