import Engine
import Formatting

/// Where a model's training rows lay, to say of a new input that it is far from all of them: what a
/// network answers there was never tried.
package struct InputRanges: Sendable {
  /// One column, or one channel of a sequence. Its name stands apart: this is looked at for every input.
  private struct Numbers {
    /// Where its numbers are in an input.
    let places: StrideTo<Int>
    let scale: Double
    let offset: Double
    /// What stands for a number that is missing.
    let padding: Float?
    let range: ClosedRange<Double>

    /// The first of the values that lie farthest outside the range; nil if all lie inside.
    func farthest(in input: [Float]) -> Double? {
      var farthest: Double?
      for place in places where input[place] != padding {
        let value = Double(input[place]) * scale + offset
        if range.distance(value) > farthest.map(range.distance) ?? 0 { farthest = value }
      }
      return farthest
    }
  }

  private var numbers: [Numbers] = []
  /// Of each of the numbers.
  private var names: [String] = []
  private var images: (summary: ImageSummary, statistics: ImageStatistics)?

  /// - Parameters:
  ///   - summary: of the training part.
  ///   - preprocessing: what makes the inputs.
  package init(_ summary: DataSummary, _ preprocessing: Preprocessing) {
    switch preprocessing.inputs {
    case .columns, .byteImages, .images:
      var first = preprocessing.firstOfColumns
      for (column, seen) in zip(preprocessing.columns.filter { $0.width > 0 }, summary.columns) {
        if case .number(let offset, let scale, _, _) = column.encoding, let seen = seen.numbers {
          names.append(column.name)
          numbers.append(
            Numbers(
              places: stride(from: first, to: first + 1, by: 1), scale: scale, offset: offset,
              padding: nil, range: seen.range))
        }
        first += column.width
      }
      if let seen = summary.images, let statistics = ImageStatistics(preprocessing) {
        images = (seen, statistics)
      }
    case .sequence(let encoding):
      guard !encoding.hasTokens else { return }
      for (place, (channel, seen)) in zip(encoding.channels, summary.columns).enumerated() {
        guard let range = seen.numbers?.range else { continue }
        names.append(seen.name)
        numbers.append(
          Numbers(
            places: stride(
              from: place, to: preprocessing.inputShape.count, by: encoding.channels.count),
            scale: channel.scale, offset: channel.offset, padding: encoding.padding, range: range))
      }
    }
  }

  /// What a reader should know about an input that lies farther outside the range than half its width.
  ///
  /// - Parameter input: one example, preprocessed.
  package func notes(on input: [Float]) -> [String] {
    var notes: [String] = []
    for (place, column) in numbers.enumerated() {
      if let farthest = column.farthest(in: input),
        let note = Self.note("column `\(names[place])`", farthest, column.range, "rows")
      {
        notes.append(note)
      }
    }
    if let (summary, statistics) = images {
      let (brightness, contrast, sharpness) = statistics.measure(input)
      notes += [
        ("brightness", brightness, summary.brightness), ("contrast", contrast, summary.contrast),
        ("sharpness", sharpness, summary.sharpness),
      ].compactMap { Self.note($0.0, $0.1, $0.2.range, "images") }
    }
    return notes
  }

  private static func note(
    _ name: String, _ value: Double, _ range: ClosedRange<Double>, _ examples: String
  ) -> String? {
    let width = range.upperBound - range.lowerBound
    // What `Float` rounds away is no distance.
    let rounding = 1e-6 * max(range.lowerBound.magnitude, range.upperBound.magnitude)
    guard range.distance(value) > width / 2 + rounding else { return nil }
    return "\(name): \(value.shortText) is far outside the training \(examples)' "
      + "\(range.lowerBound.shortText) to \(range.upperBound.shortText), so the answer is a guess"
  }
}

extension NumberSummary {
  fileprivate var range: ClosedRange<Double> { minimum...maximum }
}

extension ClosedRange<Double> {
  /// How far outside a value lies; 0 inside.
  fileprivate func distance(_ value: Double) -> Double {
    Swift.max(lowerBound - value, value - upperBound, 0)
  }
}
