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
    let scale = min(
      Double(image.height) / Double(height), Double(image.width) / Double(width))
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
    var image = self
    if newWidth != width || box.columns != 0...Double(width) {
      image = image.withWidth(
        newWidth, ResamplingWeights(width, box.columns, to: newWidth, filter), rowsWithin: box.rows,
        filter, newHeight)
    }
    if newHeight != height || box.rows != 0...Double(height) {
      image = image.withHeight(ResamplingWeights(height, box.rows, to: newHeight, filter))
    }
    return image
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
    var kept: [UInt8] = []
    kept.reserveCapacity(rows * columns * channels)
    for row in top..<top + rows {
      let start = (row * width + left) * channels
      kept += bytes[start..<start + columns * channels]
    }
    return DecodedImage(known: rows, columns, channels, kept)
  }

  /// A part of an image is one too.
  private init(known height: Int, _ width: Int, _ channels: Int, _ bytes: [UInt8]) {
    do {
      try self.init(height: height, width: width, channels: channels, bytes: bytes)
    } catch { preconditionFailure("\(error)") }
  }

  /// Rows that no new row is made of stay black; nobody looks at them.
  private func withWidth(
    _ newWidth: Int, _ taps: ResamplingWeights, rowsWithin rows: ClosedRange<Double>,
    _ filter: Resampling, _ newHeight: Int
  ) -> DecodedImage {
    let reach =
      filter.support * max(1, (rows.upperBound - rows.lowerBound) / Double(newHeight)) + 1
    let used =
      max(0, Int(rows.lowerBound - reach))..<min(height, Int(rows.upperBound + reach) + 1)
    var result = [UInt8](repeating: 0, count: height * newWidth * channels)
    result.withUnsafeMutableBufferPointer { result in
      bytes.withUnsafeBufferPointer { bytes in
        for row in used {
          let old = bytes.baseAddress! + row * width * channels
          let new = result.baseAddress! + row * newWidth * channels
          if channels == 1 { Self.greyRow(old, new, taps) } else { Self.colourRow(old, new, taps) }
        }
      }
    }
    return DecodedImage(known: height, newWidth, channels, result)
  }

  private static func greyRow(
    _ old: UnsafePointer<UInt8>, _ new: UnsafeMutablePointer<UInt8>, _ taps: ResamplingWeights
  ) {
    taps.weights.withUnsafeBufferPointer { weights in
      for place in taps.first.indices {
        let source = old + taps.first[place]
        let weight = weights.baseAddress! + place * taps.stride
        var sum = ResamplingWeights.half
        for index in 0..<taps.count[place] { sum &+= weight[index] &* Int32(source[index]) }
        new[place] = level(sum)
      }
    }
  }

  private static func colourRow(
    _ old: UnsafePointer<UInt8>, _ new: UnsafeMutablePointer<UInt8>, _ taps: ResamplingWeights
  ) {
    taps.weights.withUnsafeBufferPointer { weights in
      for place in taps.first.indices {
        let source = old + 3 * taps.first[place]
        let weight = weights.baseAddress! + place * taps.stride
        var red = ResamplingWeights.half
        var green = ResamplingWeights.half
        var blue = ResamplingWeights.half
        for index in 0..<taps.count[place] {
          red &+= weight[index] &* Int32(source[3 * index])
          green &+= weight[index] &* Int32(source[3 * index + 1])
          blue &+= weight[index] &* Int32(source[3 * index + 2])
        }
        new[3 * place] = level(red)
        new[3 * place + 1] = level(green)
        new[3 * place + 2] = level(blue)
      }
    }
  }

  private func withHeight(_ taps: ResamplingWeights) -> DecodedImage {
    let length = width * channels
    let newHeight = taps.first.count
    let result = [UInt8](unsafeUninitializedCapacity: newHeight * length) { result, made in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: length) { sums in
        bytes.withUnsafeBufferPointer { bytes in
          for place in 0..<newHeight {
            sums.initialize(repeating: ResamplingWeights.half)
            for index in 0..<taps.count[place] {
              let weight = taps.weights[place * taps.stride + index]
              let row = bytes.baseAddress! + (taps.first[place] + index) * length
              let sums = sums.baseAddress!
              for column in 0..<length { sums[column] &+= weight &* Int32(row[column]) }
            }
            let new = result.baseAddress! + place * length
            for column in 0..<length { new[column] = Self.level(sums[column]) }
          }
        }
      }
      made = newHeight * length
    }
    return DecodedImage(known: newHeight, width, channels, result)
  }

  /// A sum of weighted bytes as a byte.
  @inline(__always) private static func level(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(255, max(0, sum >> ResamplingWeights.fractionBits)))
  }
}
