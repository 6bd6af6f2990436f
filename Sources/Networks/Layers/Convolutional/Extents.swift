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

extension Extents: CustomStringConvertible {
  /// `3x5`.
  public var description: String { "\(height)x\(width)" }
}

extension Extents: SettingValue {
  public static let words = "whole number, or [height, width]"
  public var numbers: [Double] { [Double(height), Double(width)] }

  /// `3`, `[3, 5]` or `3x5`.
  /// - Throws: `Problem` for anything else.
  public init(from decoder: any Decoder) throws {
    if let both = try? decoder.singleValueContainer().decode(Int.self) {
      self.init(height: both, width: both)
      return
    }
    let text = try? decoder.singleValueContainer().decode(String.self)
    let list =
      try text?.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      ?? [Int](from: decoder)
    guard list.count == 2, let height = list[0], let width = list[1] else {
      throw Problem.data(
        decoder.codingPath.place,
        expected: "one number, or a height and a width", found: text.map { "'\($0)'" } ?? "\(list)")
    }
    self.init(height: height, width: width)
  }

  /// One number where both are equal.
  public func encode(to encoder: any Encoder) throws {
    if height == width { return try height.encode(to: encoder) }
    try [height, width].encode(to: encoder)
  }
}
