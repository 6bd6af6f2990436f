/// Brings an image, or a part of it, to another size while its rows, or its columns, come in one after
/// the other in any order: what is held is as large as the new width, not as the image.
///
/// Rows first, then columns, each rounded to whole levels.
final class ImageScaler<Level: ImageLevel> {
  private let channels: Int
  private let newWidth: Int
  /// Nil where the columns stay as they are.
  private let across: ResamplingWeights<Level>?
  /// Nil where the rows stay as they are.
  private let down: ResamplingWeights<Level>?
  /// The rows that a new row is made of.
  private let used: Range<Int>
  /// Those rows in their new width.
  private let narrow: UnsafeMutableBufferPointer<Level>
  /// For an image that comes in by its columns: the sums of each new column, row by row.
  private var sums: [Level.Sum] = []

  init(
    from old: (height: Int, width: Int), to new: (height: Int, width: Int), channels: Int,
    _ filter: Resampling, box: ImageBox
  ) {
    self.channels = channels
    newWidth = new.width
    across =
      new.width == old.width && box.columns == 0...Double(old.width)
      ? nil : ResamplingWeights(old.width, box.columns, to: new.width, filter)
    down =
      new.height == old.height && box.rows == 0...Double(old.height)
      ? nil : ResamplingWeights(old.height, box.rows, to: new.height, filter)
    used = down?.used ?? 0..<old.height
    narrow = .allocate(capacity: used.count * new.width * channels)
  }

  deinit { narrow.deallocate() }

  /// - Parameter pixels: all of a row.
  func take(row: Int, _ pixels: UnsafePointer<Level>) {
    guard used.contains(row) else { return }
    let new = narrow.baseAddress! + (row - used.lowerBound) * newWidth * channels
    guard let across else { return new.update(from: pixels, count: newWidth * channels) }
    if channels == 1 {
      Self.greyRow(pixels, new, across)
    } else {
      Self.colourRow(pixels, new, across)
    }
  }

  /// - Parameter pixels: all of a column, from above.
  func take(column: Int, _ pixels: UnsafePointer<Level>) {
    let length = used.count * channels
    let pixels = pixels + used.lowerBound * channels
    guard let across else {
      for row in 0..<used.count {
        for channel in 0..<channels {
          narrow[(row * newWidth + column) * channels + channel] = pixels[row * channels + channel]
        }
      }
      return
    }
    if sums.isEmpty { sums = Array(repeating: Level.half, count: newWidth * length) }
    sums.withUnsafeMutableBufferPointer { sums in
      for place in 0..<newWidth {
        let index = column - across.first[place]
        guard index >= 0 else { break }
        guard index < across.count[place] else { continue }
        let weight = across.weights[place * across.stride + index]
        let sums = sums.baseAddress! + place * length
        for level in 0..<length {
          sums[level] &+= weight &* Level.Sum(truncatingIfNeeded: pixels[level])
        }
      }
    }
  }

  /// The new image, its levels as bytes, when every row or every column was taken.
  func finish() -> [UInt8] {
    let length = used.count * channels
    if !sums.isEmpty {
      for place in 0..<newWidth {
        for row in 0..<used.count {
          for channel in 0..<channels {
            narrow[(row * newWidth + place) * channels + channel] = Level.rounded(
              sums[place * length + row * channels + channel])
          }
        }
      }
    }
    guard let down else { return Array(UnsafeRawBufferPointer(narrow)) }
    return lowered(down)
  }

  private func lowered(_ taps: ResamplingWeights<Level>) -> [UInt8] {
    let length = newWidth * channels
    let size = taps.first.count * length * MemoryLayout<Level>.size
    return [UInt8](unsafeUninitializedCapacity: size) { result, made in
      withUnsafeTemporaryAllocation(of: Level.Sum.self, capacity: length) { sums in
        withUnsafeTemporaryAllocation(of: Level.self, capacity: length) { new in
          for place in taps.first.indices {
            sums.initialize(repeating: Level.half)
            for index in 0..<taps.count[place] {
              let weight = taps.weights[place * taps.stride + index]
              let row =
                narrow.baseAddress! + (taps.first[place] + index - used.lowerBound) * length
              let sums = sums.baseAddress!
              for column in 0..<length {
                sums[column] &+= weight &* Level.Sum(truncatingIfNeeded: row[column])
              }
            }
            for column in 0..<length { new[column] = Level.rounded(sums[column]) }
            let bytes = UnsafeRawBufferPointer(new)
            (UnsafeMutableRawPointer(result.baseAddress!) + place * bytes.count)
              .copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
          }
        }
      }
      made = size
    }
  }

  private static func greyRow(
    _ old: UnsafePointer<Level>, _ new: UnsafeMutablePointer<Level>,
    _ taps: ResamplingWeights<Level>
  ) {
    taps.weights.withUnsafeBufferPointer { weights in
      for place in taps.first.indices {
        let source = old + taps.first[place]
        let weight = weights.baseAddress! + place * taps.stride
        var sum = Level.half
        for index in 0..<taps.count[place] {
          sum &+= weight[index] &* Level.Sum(truncatingIfNeeded: source[index])
        }
        new[place] = Level.rounded(sum)
      }
    }
  }

  private static func colourRow(
    _ old: UnsafePointer<Level>, _ new: UnsafeMutablePointer<Level>,
    _ taps: ResamplingWeights<Level>
  ) {
    taps.weights.withUnsafeBufferPointer { weights in
      for place in taps.first.indices {
        let source = old + 3 * taps.first[place]
        let weight = weights.baseAddress! + place * taps.stride
        var (red, green, blue) = (Level.half, Level.half, Level.half)
        for index in 0..<taps.count[place] {
          red &+= weight[index] &* Level.Sum(truncatingIfNeeded: source[3 * index])
          green &+= weight[index] &* Level.Sum(truncatingIfNeeded: source[3 * index + 1])
          blue &+= weight[index] &* Level.Sum(truncatingIfNeeded: source[3 * index + 2])
        }
        new[3 * place] = Level.rounded(red)
        new[3 * place + 1] = Level.rounded(green)
        new[3 * place + 2] = Level.rounded(blue)
      }
    }
  }
}
