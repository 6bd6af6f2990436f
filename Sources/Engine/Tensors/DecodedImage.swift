/// An image: 8 or 16 bits a channel, height × width × channels, row by row.
public struct DecodedImage: Sendable, Equatable {
  /// Rows.
  public let height: Int
  /// Pixels of a row.
  public let width: Int
  /// 1 for grey; 3 for red, green, blue.
  public let channels: Int
  /// Whether levels have 16 bits, from 0 to 65,535, instead of 8.
  public let isDeep: Bool
  /// One byte for each level, or two in the machine's order.
  package let stored: [UInt8]

  /// `height · width · channels` levels from 0 to 255; those of 16 bits are rounded.
  public var bytes: [UInt8] {
    guard isDeep else { return stored }
    // ⌊v · 255 ÷ 65535 + ½⌋ without a division.
    return stored.withUnsafeBytes { levels in
      levels.bindMemory(to: UInt16.self).map {
        UInt8(truncatingIfNeeded: (UInt32($0) * 255 + 32_895) >> 16)
      }
    }
  }

  /// - Throws: `Problem` when the bytes do not fill the image, or it is empty.
  public init(height: Int, width: Int, channels: Int, bytes: [UInt8]) throws(Problem) {
    try self.init(height: height, width: width, channels: channels, isDeep: false, stored: bytes)
  }

  /// An image of 16 bits a channel.
  /// - Throws: `Problem` when the levels do not fill the image, or it is empty.
  public init(height: Int, width: Int, channels: Int, levels: [UInt16]) throws(Problem) {
    try self.init(
      height: height, width: width, channels: channels, isDeep: true,
      stored: levels.withUnsafeBytes { Array($0) })
  }

  /// - Parameter stored: one byte for each level, or two in the machine's order.
  package init(
    height: Int, width: Int, channels: Int, isDeep: Bool, stored: [UInt8]
  ) throws(Problem) {
    let shape = try TensorShape(checking: [height, width, channels], at: "image")
    let levels = stored.count / (isDeep ? 2 : 1)
    guard shape.count > 0, channels == 1 || channels == 3, levels == shape.count,
      !isDeep || stored.count % 2 == 0
    else {
      throw Problem.shape(
        "image", expected: "height × width × 1 or 3 channels, a level for each",
        found: "\(shape) and \(levels) levels")
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.isDeep = isDeep
    self.stored = stored
  }

  /// What a file says of its image before any pixel is read.
  public struct Header: Sendable, Equatable {
    /// Rows of the image as it is meant to be seen.
    public let height: Int
    /// Pixels of a row.
    public let width: Int
    /// 1 for grey; 3 for red, green, blue.
    public let channels: Int
    /// Whether levels have 16 bits instead of 8.
    public let isDeep: Bool
    /// Bytes that decoding holds beside one row, where the file's pixels do not come row by row.
    package let memory: Int

    /// Extents, channels and depth.
    public init(height: Int, width: Int, channels: Int, isDeep: Bool = false) {
      self.init(height: height, width: width, channels: channels, isDeep: isDeep, memory: 0)
    }

    package init(height: Int, width: Int, channels: Int, isDeep: Bool, memory: Int) {
      self.height = height
      self.width = width
      self.channels = channels
      self.isDeep = isDeep
      self.memory = memory
    }
  }
}
