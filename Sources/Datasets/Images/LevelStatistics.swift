/// The levels of some images, channel by channel. The sums are whole numbers, so they are exact.
struct LevelStatistics {
  /// One channel.
  struct Channel {
    fileprivate(set) var least = Int.max
    fileprivate(set) var most = 0
    fileprivate var count = 0
    fileprivate var sum: UInt64 = 0
    fileprivate var squares: UInt64 = 0
    /// How often the squares went beyond 64 bits: with levels of 16 bits after some billion pixels.
    fileprivate var carried = 0

    /// Mean and population deviation; a deviation of 1 where all levels are the same.
    var scaler: (mean: Double, deviation: Double) {
      let mean = Double(sum) / Double(count)
      let square = (Double(carried) * 0x1p64 + Double(squares)) / Double(count)
      let variance = square - mean * mean
      return (mean, variance > 1e-9 ? variance.squareRoot() : 1)
    }
  }

  private(set) var channels: [Channel]

  /// Looks at every level of some rows.
  init(_ images: ImageDataset, _ rows: [Int]) throws {
    channels = Array(repeating: Channel(), count: images.encoding.channels)
    try withUnsafeTemporaryAllocation(byteCount: images.encoding.byteCount, alignment: 2) { room in
      let bytes = room.bindMemory(to: UInt8.self).baseAddress!
      for row in rows {
        try images.rows.copy(row, into: bytes)
        if images.encoding.isDeep {
          add(room.assumingMemoryBound(to: UInt16.self))
        } else {
          add(room.assumingMemoryBound(to: UInt8.self))
        }
      }
    }
  }

  private mutating func add<Level: ImageLevel>(_ levels: UnsafeMutableBufferPointer<Level>) {
    for channel in channels.indices {
      var (sum, square, least, most) = (UInt64(0), UInt64(0), Level.max, Level.min)
      for place in stride(from: channel, to: levels.count, by: channels.count) {
        let level = levels[place]
        sum &+= UInt64(level)
        square &+= UInt64(level) &* UInt64(level)
        least = min(least, level)
        most = max(most, level)
      }
      channels[channel].count += levels.count / channels.count
      channels[channel].sum &+= sum
      let (squares, isCarried) = channels[channel].squares.addingReportingOverflow(square)
      channels[channel].squares = squares
      if isCarried { channels[channel].carried += 1 }
      channels[channel].least = min(channels[channel].least, Int(least))
      channels[channel].most = max(channels[channel].most, Int(most))
    }
  }

  /// The lowest and the highest level of all channels, one apart at least.
  var range: (least: Int, most: Int) {
    let (least, most) = (channels.map(\.least).min() ?? 0, channels.map(\.most).max() ?? 0)
    return least < most ? (least, most) : most > 0 ? (most - 1, most) : (0, 1)
  }
}
