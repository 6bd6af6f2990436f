import Engine

/// How the rows of a stored image lie in the image as it is meant to be seen.
package struct ImageTurn: Sendable, Equatable {
  /// Whether stored rows are columns.
  package var isTurned: Bool
  /// Whether the first stored row is the last.
  package var mirrorsRows: Bool
  /// Whether the first pixel of a stored row is the last.
  package var mirrorsPixels: Bool

  package init(isTurned: Bool = false, mirrorsRows: Bool = false, mirrorsPixels: Bool = false) {
    (self.isTurned, self.mirrorsRows) = (isTurned, mirrorsRows)
    self.mirrorsPixels = mirrorsPixels
  }
}

/// Makes an input of an image whose rows come in one after the other, as a decoder gives them, so that
/// a large image takes little memory. The bytes are those that the whole image would give.
package final class ImageIntake {
  private let take: (_ row: Int, UnsafeRawPointer) -> Void
  private let end: () -> [UInt8]

  /// - Parameters:
  ///   - encoding: says what the input is.
  ///   - height: rows that come in.
  ///   - width: pixels of each.
  ///   - channels: of each pixel.
  ///   - isDeep: whether levels come as 16 bits in the machine's order instead of bytes.
  package init(
    _ encoding: ImagePreprocessing, height: Int, width: Int, channels: Int, isDeep: Bool,
    turn: ImageTurn = ImageTurn()
  ) {
    func made<Level: ImageLevel, Source: ImageLevel>(
      _: Level.Type, _: Source.Type
    ) -> (take: (Int, UnsafeRawPointer) -> Void, end: () -> [UInt8]) {
      let rows = Rows<Level, Source>(
        encoding, height: height, width: width, channels: channels, turn)
      return ({ rows.take($0, $1.assumingMemoryBound(to: Source.self)) }, rows.scaler.finish)
    }
    (take, end) =
      switch (encoding.isDeep, isDeep) {
      case (false, false): made(UInt8.self, UInt8.self)
      case (false, true): made(UInt8.self, UInt16.self)
      case (true, false): made(UInt16.self, UInt8.self)
      case (true, true): made(UInt16.self, UInt16.self)
      }
  }

  /// - Parameters:
  ///   - row: counted from 0 as stored.
  ///   - bytes: all its levels.
  package func take(row: Int, _ bytes: UnsafeRawPointer) { take(row, bytes) }

  /// The input's bytes, when every row was taken.
  package func finish() -> [UInt8] { end() }

  /// Brings a row to the input's depth and channels and the right way round.
  private final class Rows<Level: ImageLevel, Source: ImageLevel> {
    let scaler: ImageScaler<Level>
    private let height, width, channels, newChannels: Int
    private let turn: ImageTurn
    private let levels, pixels: UnsafeMutablePointer<Level>

    init(
      _ encoding: ImagePreprocessing, height: Int, width: Int, channels: Int, _ turn: ImageTurn
    ) {
      (self.height, self.width, self.channels) = (height, width, channels)
      (newChannels, self.turn) = (encoding.channels, turn)
      let upright: (height: Int, width: Int) =
        turn.isTurned ? (width, height) : (height, width)
      func middle(_ share: Double) -> ImageBox {
        ImageBox(
          middleOf: upright, height: encoding.height, width: encoding.width, share: share)
      }
      let box =
        switch encoding.fit {
        case .crop: middle(1)
        case .middle: middle(ImageOptions.middleShare)
        case .stretch:
          ImageBox(rows: 0...Double(upright.height), columns: 0...Double(upright.width))
        }
      scaler = ImageScaler(
        from: upright, to: (encoding.height, encoding.width), channels: encoding.channels,
        encoding.resampling, box: box)
      (levels, pixels) = (.allocate(capacity: width * channels), .allocate(capacity: width * 3))
    }

    deinit {
      levels.deallocate()
      pixels.deallocate()
    }

    func take(_ row: Int, _ source: UnsafePointer<Source>) {
      if Level.self == Source.self {
        let same = UnsafeRawPointer(source).assumingMemoryBound(to: Level.self)
        Level.convert(width, same, channels, into: pixels, newChannels)
      } else {
        Level.convert(width * channels, source, into: levels)
        Level.convert(width, levels, channels, into: pixels, newChannels)
      }
      if turn.mirrorsPixels { mirror() }
      let place = turn.mirrorsRows ? height - 1 - row : row
      if turn.isTurned {
        scaler.take(column: place, pixels)
      } else {
        scaler.take(row: place, pixels)
      }
    }

    private func mirror() {
      for place in 0..<width / 2 {
        for channel in 0..<newChannels {
          let other = (width - 1 - place) * newChannels + channel
          (pixels[place * newChannels + channel], pixels[other]) = (
            pixels[other], pixels[place * newChannels + channel]
          )
        }
      }
    }
  }
}
