import Engine

/// A height and a width. One number stands for both: `3`.
public struct Extents: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// In pixels.
  public let height, width: Int

  /// Settings are checked by the layer they are given to.
  public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

  /// The same for both.
  public init(integerLiteral both: Int) { self.init(height: both, width: both) }
}

extension Extents: SettingValue {
  public static let words = "whole number, or [height, width]"

  /// `3` or `[3, 5]`.
  /// - Throws: `Problem` for a list of another length.
  public init(from decoder: any Decoder) throws {
    if let both = try? decoder.singleValueContainer().decode(Int.self) {
      self.init(height: both, width: both)
      return
    }
    let list = try [Int](from: decoder)
    guard list.count == 2 else {
      throw Problem.data(
        decoder.codingPath.place,
        expected: "one number, or a height and a width", found: "\(list)")
    }
    self.init(height: list[0], width: list[1])
  }

  /// One number where both are equal.
  public func encode(to encoder: any Encoder) throws {
    if height == width { return try height.encode(to: encoder) }
    try [height, width].encode(to: encoder)
  }
}
