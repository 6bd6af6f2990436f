import Datasets
import Engine
import Platform

/// Height and width of a network's images: `64`, or `64x48` for height × width.
public struct ImageSize: Sendable, Hashable, Codable {
  /// Rows.
  public var height: Int
  /// Pixels of a row.
  public var width: Int

  /// Both sides.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// A number for a square, or `64x48`.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let side = try? value.decode(Int.self) {
      self.init(height: side, width: side)
    } else {
      let text = try value.decode(String.self)
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count == 2, let height = sides[0], let width = sides[1] else {
        throw Self.problem("'\(text)'")
      }
      self.init(height: height, width: width)
    }
    let range = 1...ImagePreprocessing.largestSide
    guard range.contains(height), range.contains(width) else {
      throw Self.problem("\(height)x\(width)")
    }
  }

  private static func problem(_ found: String) -> Problem {
    Problem.data(
      "image_size",
      expected: "a side such as 64, or height x width such as 64x48, each 1 to "
        + "\(ImagePreprocessing.largestSide)", found: found)
  }

  /// As `64x48`.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode("\(height)x\(width)")
  }
}

extension RunConfiguration {
  /// How a folder of images is read.
  var imageOptions: ImageOptions {
    var options = ImageOptions()
    options.size = data.imageSize.map { ($0.height, $0.width) }
    options.channels = data.channels
    options.resampling = data.resampling
    options.fit = data.imageFit
    options.skipsBad = data.skipBad
    options.memoryLimit = Self.bytes(data.cacheMemory)
    options.diskLimit = Self.bytes(data.cacheDisk)
    options.threads = training.threads ?? Machine.processors
    return options
  }

  private static func bytes(_ mebibytes: Int) -> Int {
    let (bytes, overflow) = mebibytes.multipliedReportingOverflow(by: 1 << 20)
    return overflow ? .max : bytes
  }
}
