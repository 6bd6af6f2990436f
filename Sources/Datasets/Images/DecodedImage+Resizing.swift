public import Engine

/// A part of an image, in pixels from its upper left corner; edges may lie within pixels.
package struct ImageBox: Sendable, Equatable {
  /// The upper and lower edge.
  package let rows: ClosedRange<Double>
  /// The left and right edge.
  package let columns: ClosedRange<Double>

  /// A part between four edges.
  package init(rows: ClosedRange<Double>, columns: ClosedRange<Double>) {
    self.rows = rows
    self.columns = columns
  }

  /// The whole image.
  package init(wholeOf image: DecodedImage) {
    self.init(rows: 0...Double(image.height), columns: 0...Double(image.width))
  }

  /// The largest part in the middle of an image whose sides are as `height` to `width`.
  package init(middleOf image: DecodedImage, height: Int, width: Int) {
    self.init(middleOf: (image.height, image.width), height: height, width: width)
  }

  /// The same of an image of some rows and columns.
  /// - Parameter share: of the sides of that part, about its middle.
  init(
    middleOf image: (height: Int, width: Int), height: Int, width: Int, share: Double = 1
  ) {
    let scale =
      min(Double(image.height) / Double(height), Double(image.width) / Double(width)) * share
    func middle(_ size: Int, _ length: Double) -> ClosedRange<Double> {
      let length = min(Double(size), length)
      let start = (Double(size) - length) / 2
      return start...start + length
    }
    self.init(
      rows: middle(image.height, Double(height) * scale),
      columns: middle(image.width, Double(width) * scale))
  }
}

extension DecodedImage {
  /// The image, or a part of it, in another size.
  ///
  /// Rows first, then columns, each rounded to whole grey levels: the numbers are those of Pillow's
  /// `Image.resize` with its filters `BILINEAR`, `BICUBIC` and `BOX`.
  /// - Parameters:
  ///   - box: The part; nil for all. It must lie within the image and not be empty.
  package func resized(
    height newHeight: Int, width newWidth: Int, _ filter: Resampling = .bilinear,
    box: ImageBox? = nil
  ) -> DecodedImage {
    let box = box ?? ImageBox(wholeOf: self)
    precondition(newHeight > 0 && newWidth > 0)
    precondition(box.rows.lowerBound >= 0 && box.rows.upperBound <= Double(height))
    precondition(box.columns.lowerBound >= 0 && box.columns.upperBound <= Double(width))
    precondition(box.rows.upperBound > box.rows.lowerBound)
    precondition(box.columns.upperBound > box.columns.lowerBound)
    func resized<Level: ImageLevel>(_: Level.Type) -> [UInt8] {
      let scaler = ImageScaler<Level>(
        from: (height, width), to: (newHeight, newWidth), channels: channels, filter, box: box)
      stored.withUnsafeBytes { stored in
        let levels = stored.bindMemory(to: Level.self).baseAddress!
        for row in 0..<height { scaler.take(row: row, levels + row * width * channels) }
      }
      return scaler.finish()
    }
    return DecodedImage(
      known: newHeight, newWidth, channels, isDeep,
      isDeep ? resized(UInt16.self) : resized(UInt8.self))
  }

  /// The same image with 1 or 3 channels; see ``ImageLevel/convert(_:_:_:into:_:)``.
  package func converted(toChannels count: Int) -> DecodedImage {
    precondition(count == 1 || count == 3)
    if count == channels { return self }
    let pixels = height * width
    func converted<Level: ImageLevel>(_: Level.Type) -> [UInt8] {
      let levels = [Level](unsafeUninitializedCapacity: pixels * count) { buffer, made in
        stored.withUnsafeBytes { stored in
          Level.convert(
            pixels, stored.bindMemory(to: Level.self).baseAddress!, channels,
            into: buffer.baseAddress!, count)
        }
        made = pixels * count
      }
      return levels.withUnsafeBytes { Array($0) }
    }
    return DecodedImage(
      known: height, width, count, isDeep,
      isDeep ? converted(UInt16.self) : converted(UInt8.self))
  }

  /// The middle of the image, at most as large as the image itself.
  ///
  /// Where a pixel must be left over, it is on the right or below.
  /// - Throws: `Problem` for a height or width below 1.
  public func cropped(
    height newHeight: Int, width newWidth: Int
  ) throws(Problem) -> DecodedImage {
    guard newHeight > 0, newWidth > 0 else {
      throw Problem.shape(
        "crop", expected: "a height and a width of at least 1",
        found: "\(newHeight) × \(newWidth)")
    }
    let (rows, columns) = (min(height, newHeight), min(width, newWidth))
    let (top, left) = ((height - rows) / 2, (width - columns) / 2)
    let pixel = channels * (isDeep ? 2 : 1)
    var kept: [UInt8] = []
    kept.reserveCapacity(rows * columns * pixel)
    for row in top..<top + rows {
      let start = (row * width + left) * pixel
      kept += stored[start..<start + columns * pixel]
    }
    return DecodedImage(known: rows, columns, channels, isDeep, kept)
  }

  /// A part of an image is one too.
  private init(known height: Int, _ width: Int, _ channels: Int, _ isDeep: Bool, _ stored: [UInt8])
  {
    do {
      try self.init(
        height: height, width: width, channels: channels, isDeep: isDeep, stored: stored)
    } catch { preconditionFailure("\(error)") }
  }
}
