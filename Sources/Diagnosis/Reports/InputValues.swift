public import Datasets
import Engine
import Formatting

/// One input of an example, as a person reads it.
public struct InputValue: Sendable, Codable, Equatable {
  public var name: String
  public var value: String
}

extension Preprocessing {
  /// What a row of inputs stands for, column by column, in the units of the data file. Numbers come
  /// back from 32 bits, so they are written to four digits. Nothing for images.
  public func inputValues(_ input: [Float]) -> [InputValue] {
    guard case .columns(let columns) = inputs, input.count == inputShape.count else { return [] }
    var first = 0
    return columns.compactMap { column in
      let part = input[first..<first + column.width]
      first += column.width
      return column.text(of: Array(part)).map { InputValue(name: column.name, value: $0) }
    }
  }
}

extension EncodedColumn {
  fileprivate func text(of part: [Float]) -> String? {
    switch encoding {
    case .dropped: return nil
    case .number(let offset, let scale, _, let indicator):
      if indicator, part[1] == 1 { return "missing" }
      return (Double(part[0]) * scale + offset).brief
    case .date(let date): return date.text(of: part)
    case .categories(let vocabulary, let other, let indicator):
      guard let place = part.firstIndex(of: 1) else { return "unknown" }
      if place < vocabulary.count { return vocabulary[place] }
      if other, place == vocabulary.count { return "another" }
      return indicator ? "missing" : "unknown"
    }
  }
}
