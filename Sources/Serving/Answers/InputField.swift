package import Datasets
import Engine
import Formatting

/// What one cell of a row has to hold, for whoever makes a form of it.
package struct InputField: Codable, Sendable, Hashable {
  /// What is written into the cell.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    case number, category, date
    /// Words or characters.
    case text
    /// Numbers with blanks between.
    case numbers
  }

  /// The column.
  package var name: String
  package var kind: Kind
  /// The categories that training saw, each with an input of its own.
  package var categories: [String]?
  /// In the training part, of numbers.
  package var minimum: Double?
  /// In the training part, of numbers.
  package var maximum: Double?
  /// A value as in training: the median, or the most frequent category.
  package var example: String?
}

extension InputField {
  /// The fields of a row, in the order of its columns; none of images.
  package static func all(_ preprocessing: Preprocessing, _ summary: DataSummary?) -> [InputField] {
    if let sequence = preprocessing.sequence { return all(sequence, summary) }
    return preprocessing.columns.filter { $0.width > 0 }.enumerated().map { place, column in
      let known = summary.flatMap { $0.columns.indices.contains(place) ? $0.columns[place] : nil }
      var field = InputField(name: column.name, kind: .number)
      switch column.encoding {
      case .categories(let vocabulary, _, _):
        (field.kind, field.categories) = (.category, vocabulary)
        field.example = known?.categories?.max { $0.count < $1.count }?.category
      case .date(let date):
        field.kind = .date
        field.example = known?.numbers.map { date.text(days: $0.median) }
      case .number, .dropped: field.describe(known?.numbers)
      }
      return field
    }
  }

  private static func all(_ sequence: SequenceEncoding, _ summary: DataSummary?) -> [InputField] {
    sequence.channels.enumerated().flatMap { place, channel in
      channel.columns.map { name in
        var field = InputField(name: name, kind: .number)
        let known = summary.flatMap { $0.columns.indices.contains(place) ? $0.columns[place] : nil }
        field.describe(known?.numbers)
        if sequence.isOneCell {
          field.kind = sequence.hasTokens ? .text : .numbers
          field.example = nil
        }
        return field
      }
    }
  }

  private mutating func describe(_ numbers: NumberSummary?) {
    guard let numbers else { return }
    // The model keeps 32 bits of them, whose last digits say nothing.
    let digits =
      numbers.maximum > numbers.minimum
      ? max(0, 6 - Int(Double.log10(numbers.maximum - numbers.minimum).rounded(.up))) : 6
    (minimum, maximum) = (
      numbers.minimum.rounded(decimals: digits), numbers.maximum.rounded(decimals: digits)
    )
    example = numbers.median.rounded(decimals: digits).brief
  }
}

extension Double {
  fileprivate func rounded(decimals: Int) -> Double {
    let power = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = (self * power).rounded()
    // Minus zero is zero.
    return scaled.isFinite ? (scaled + 0) / power : self
  }
}
