import Engine
import Formatting

/// What an example consists of, so that parts of it can be taken away one by one.
extension Preprocessing {
  /// A cell of a row, a step of a sequence, or a region of an image.
  package struct Part: Sendable, Equatable {
    /// What stands for a part that is taken away.
    package enum Content: Sendable, Equatable {
      /// As they are written: what is there, and what takes its place.
      case texts(own: String, instead: String)
      /// A region of the grid over an image, counted from 0.
      case region(row: Int, column: Int)
    }

    /// The column, with the step where a cell holds several.
    package let name: String
    package let content: Content
    /// Where its numbers are in the example.
    package let places: [Int]
  }

  /// Regions along the longer side of an image.
  private static let mostRegions = 7

  /// What an example becomes when all that is known of it is taken away: the mean of each column of numbers
  /// and each channel, the most frequent category, the mean brightness of images all over, unknown words.
  /// Steps that are padding stay.
  ///
  /// - Parameters:
  ///   - input: one example, preprocessed.
  ///   - summary: of the training part; nil, and columns that it does not describe, take missing cells
  ///     instead, and the level that counts as 0 for images.
  package func baseline(of input: [Float], _ summary: DataSummary?) -> [Float] {
    if let sequence { return sequence.baseline(of: input, summary) }
    var baseline = [Float](repeating: 0, count: input.count)
    if let brightness = summary?.images?.brightness.mean, let shape = imageShape {
      let channels = shape.rank == 3 ? shape[2] : 1
      let units = (0..<channels).map { levelScaling.share(channel: $0) }
      for place in 0..<shape.count {
        let unit = units[place % channels]
        baseline[place] = Float((brightness - unit.offset) / unit.scale)
      }
    }
    baseline.withUnsafeMutableBufferPointer { baseline in
      guard var destination = baseline.baseAddress.map({ $0 + firstOfColumns }) else { return }
      for (place, column) in columns.filter({ $0.width > 0 }).enumerated() {
        let known = summary.flatMap { $0.columns.indices.contains(place) ? $0.columns[place] : nil }
        column.encodeUsual(known, into: destination)
        destination += column.width
      }
    }
    return baseline
  }

  /// The parts of an example that differ from its baseline, in their order: of an image the regions of a
  /// grid, then the columns beside it.
  package func parts(of input: [Float], baseline: [Float]) -> [Part] {
    let all = sequence.map { parts(of: input, baseline, $0) } ?? regions() + cells(input, baseline)
    return all.filter { part in part.places.contains { input[$0] != baseline[$0] } }
  }

  /// How many pixels high and wide a region of an image is; 1 for other inputs.
  package var regionSide: Int {
    guard let shape = imageShape else { return 1 }
    let longer = max(shape[0], shape.rank > 1 ? shape[1] : 1)
    return max(1, (longer + Self.mostRegions - 1) / Self.mostRegions)
  }

  /// How many rows and columns the grid over an image has; nil for other inputs.
  package var regionGrid: (rows: Int, columns: Int)? {
    imageShape.map { shape in
      let (height, width) = (shape[0], shape.rank > 1 ? shape[1] : 1)
      return ((height + regionSide - 1) / regionSide, (width + regionSide - 1) / regionSide)
    }
  }

  private func regions() -> [Part] {
    guard let shape = imageShape, let grid = regionGrid else { return [] }
    let (height, width) = (shape[0], shape.rank > 1 ? shape[1] : 1)
    let channels = shape.count / (height * width)
    let side = regionSide
    return (0..<grid.rows).flatMap { row in
      (0..<grid.columns).map { column in
        let places = (row * side..<min(height, (row + 1) * side)).flatMap { y in
          (column * side..<min(width, (column + 1) * side)).flatMap { x in
            (0..<channels).map { (y * width + x) * channels + $0 }
          }
        }
        return Part(
          name: "region \(row + 1), \(column + 1)", content: .region(row: row, column: column),
          places: places)
      }
    }
  }

  private func cells(_ input: [Float], _ baseline: [Float]) -> [Part] {
    var first = firstOfColumns
    let used = columns.filter { $0.width > 0 }
    return zip(used, zip(written(input), written(baseline))).map { column, texts in
      defer { first += column.width }
      return Part(
        name: column.name,
        content: .texts(
          own: texts.0.text,
          instead: column.kind == .numeric ? Self.brief(texts.1.text) : texts.1.text),
        places: Array(first..<first + column.width))
    }
  }

  /// A mean has more digits than a reader wants.
  private static func brief(_ number: String) -> String { Double(number)?.brief ?? number }

  private func parts(
    of input: [Float], _ baseline: [Float], _ encoding: SequenceEncoding
  ) -> [Part] {
    let names = inputNames
    return input.indices.compactMap { place in
      encoding.written(input[place], scaling(ofInput: place)).map { own in
        let instead = encoding.written(baseline[place], scaling(ofInput: place)) ?? "missing"
        return Part(
          name: names[place],
          content: .texts(own: own, instead: encoding.hasTokens ? instead : Self.brief(instead)),
          places: [place])
      }
    }
  }
}

extension EncodedColumn {
  /// Writes the inputs of what is usual in training; of a missing cell where nothing is known of it.
  fileprivate func encodeUsual(
    _ summary: ColumnSummary?, into destination: UnsafeMutablePointer<Float>
  ) {
    switch encoding {
    case .number:
      encode(number: summary?.numbers?.mean ?? .nan, into: destination)
    case .categories(let vocabulary, _, _):
      let most = summary?.categories?.max { $0.count < $1.count }
      let place = most.flatMap { vocabulary.firstIndex(of: $0.category) }
      encode(place: place, into: destination)
    case .date(let date):
      let days = summary?.numbers?.mean ?? .nan
      date.encode(seconds: days * CivilDate.secondsPerDay, into: destination)
    case .dropped: break
    }
  }
}

extension SequenceEncoding {
  fileprivate func baseline(of input: [Float], _ summary: DataSummary?) -> [Float] {
    input.enumerated().map { place, number in
      guard number != padding else { return number }
      switch content {
      case .words: return Float(Self.firstWord - 1)
      case .wholes: return 0
      case .numbers:
        let own = place % channels.count
        let mean = summary.flatMap {
          $0.columns.indices.contains(own) ? $0.columns[own].numbers?.mean : nil
        }
        guard let mean else { return 0 }
        return Float((mean - channels[own].offset) / channels[own].scale)
      }
    }
  }
}
