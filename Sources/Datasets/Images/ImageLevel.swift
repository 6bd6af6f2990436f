/// A level of one pixel in one channel: a byte, or 16 bits.
protocol ImageLevel: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {
  /// What weighted levels are summed in.
  associatedtype Sum: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable
  /// Bits behind the point of a weight: so many that a sum fits with its sign, overshoot included.
  static var fractionBits: Int { get }
}

extension UInt8: ImageLevel {
  typealias Sum = Int32
  static var fractionBits: Int { 22 }
}

extension UInt16: ImageLevel {
  typealias Sum = Int64
  static var fractionBits: Int { 40 }
}

extension ImageLevel {
  /// Half a unit: makes the shift at the end round.
  static var half: Sum { 1 << Sum(truncatingIfNeeded: fractionBits - 1) }

  /// A sum of weighted levels as a level.
  @inline(__always) static func rounded(_ sum: Sum) -> Self {
    let shifted = sum >> Sum(truncatingIfNeeded: fractionBits)
    return Self(
      truncatingIfNeeded: Swift.min(Sum(truncatingIfNeeded: Self.max), Swift.max(0, shifted)))
  }

  /// Pixels with 1 or 3 channels instead of 3 or 1.
  ///
  /// Grey is (299 red + 587 green + 114 blue) ÷ 1000, the luma of ITU-R BT.601, in 16-bit fixed point;
  /// colour from grey repeats it.
  static func convert(
    _ pixels: Int, _ old: UnsafePointer<Self>, _ channels: Int,
    into new: UnsafeMutablePointer<Self>, _ newChannels: Int
  ) {
    switch (channels, newChannels) {
    case (3, 1):
      for pixel in 0..<pixels {
        let red = UInt32(old[3 * pixel])
        let green = UInt32(old[3 * pixel + 1])
        let blue = UInt32(old[3 * pixel + 2])
        new[pixel] = Self(
          truncatingIfNeeded: (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16)
      }
    case (1, 3):
      for pixel in 0..<pixels {
        for channel in 0..<3 { new[3 * pixel + channel] = old[pixel] }
      }
    default: new.update(from: old, count: pixels * channels)
    }
  }

  /// Levels of the other depth as levels of this one, from black to white as before.
  static func convert<Old: ImageLevel>(
    _ count: Int, _ old: UnsafePointer<Old>, into new: UnsafeMutablePointer<Self>
  ) {
    if Old.bitWidth < bitWidth {
      for place in 0..<count { new[place] = Self(truncatingIfNeeded: UInt32(old[place]) * 257) }
    } else {
      for place in 0..<count {
        new[place] = Self(truncatingIfNeeded: (UInt32(old[place]) * 255 + 32_895) >> 16)
      }
    }
  }
}
