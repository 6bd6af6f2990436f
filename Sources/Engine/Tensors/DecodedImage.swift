/// A image: 8 bits a channel, height × width × channels, row by row.
public struct DecodedImage: Sendable, Equatable {
  /// Rows.
  public let height: Int
  /// Pixels of a row.
  public let width: Int
  /// 1 for grey; 3 for red, green, blue.
  public let channels: Int
  /// `height · width · channels` bytes.
  public let bytes: [UInt8]

  /// - Throws: `Problem` when the bytes do not fill the image, or it is empty.
  public init(height: Int, width: Int, channels: Int, bytes: [UInt8]) throws(Problem) {
    let shape = try TensorShape(checking: [height, width, channels], at: "image")
    guard shape.count > 0, channels == 1 || channels == 3, bytes.count == shape.count else {
      throw Problem.shape(
        "image", expected: "height × width × 1 or 3 channels, a byte for each",
        found: "\(shape) and \(bytes.count) bytes")
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.bytes = bytes
  }

  /// The same image with 1 or 3 channels.
  ///
  /// Grey is (299 red + 587 green + 114 blue) ÷ 1000, the luma of ITU-R BT.601, in 16-bit fixed point;
  /// colour from grey repeats it.
  package func converted(toChannels count: Int) -> DecodedImage {
    precondition(count == 1 || count == 3)
    if count == channels { return self }
    let pixels = height * width
    let converted = [UInt8](unsafeUninitializedCapacity: pixels * count) { buffer, made in
      bytes.withUnsafeBufferPointer { bytes in
        for pixel in 0..<pixels {
          if count == 1 {
            let red = UInt32(bytes[3 * pixel])
            let green = UInt32(bytes[3 * pixel + 1])
            let blue = UInt32(bytes[3 * pixel + 2])
            buffer[pixel] = UInt8(
              truncatingIfNeeded: (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16)
          } else {
            for channel in 0..<3 { buffer[3 * pixel + channel] = bytes[pixel] }
          }
        }
      }
      made = pixels * count
    }
    return DecodedImage(unchecked: height, width, count, converted)
  }

  private init(unchecked height: Int, _ width: Int, _ channels: Int, _ bytes: [UInt8]) {
    self.height = height
    self.width = width
    self.channels = channels
    self.bytes = bytes
  }

  /// What a file says of its image before any pixel is read.
  public struct Header: Sendable, Equatable {
    /// Rows of the image as it is meant to be seen.
    public let height: Int
    /// Pixels of a row.
    public let width: Int
    /// 1 for grey; 3 for red, green, blue.
    public let channels: Int

    /// Extents and channels.
    public init(height: Int, width: Int, channels: Int) {
      self.height = height
      self.width = width
      self.channels = channels
    }
  }
}
