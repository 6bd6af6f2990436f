import Engine

/// A cell of a single row, as a form or a JSON object gives it.
public enum CellValue: Sendable, Equatable {
  /// A number.
  case number(Double)
  /// Text; read as a number where the column holds numbers.
  case text(String)
  /// No value, as JSON's `null`.
  case missing
}

extension CellValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByNilLiteral
{
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(nilLiteral: ()) { self = .missing }
}

extension CellValue: Codable {
  /// A number, a text, true or false (read as texts), or null.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .missing
    } else if let truth = try? value.decode(Bool.self) {
      self = .text(truth ? "true" : "false")
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  /// A number, a text or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .missing: try container.encodeNil()
    }
  }
}

extension Preprocessing {
  /// The inputs of one row given by column names; other names are ignored.
  /// - Parameters:
  ///   - row: A cell for every column that is used.
  ///   - location: How messages call the row.
  ///   - strict: Whether what training did not see is a problem; else it is answered as in
  ///     ``encode(_:rows:strict:)``.
  /// - Throws: `Problem` for missing columns and text among numbers.
  public func encode(
    row: [String: CellValue], at location: String = "row", strict: Bool = false
  ) throws -> [Float] {
    var unseen = UnseenValues()
    let floats = try encode(row: row, at: location, unseen: &unseen)
    if strict { try unseen.refuse() }
    return floats
  }

  /// - Parameter unseen: counts what training did not see.
  package func encode(
    row: [String: CellValue], at location: String, unseen: inout UnseenValues
  ) throws -> [Float] {
    if let sequence {
      return try sequence.encode(row: row, targets: targetNames, at: location, unseen: &unseen)
    }
    guard isTable else {
      throw Problem.data(
        location, expected: "an image", found: "a row of a table",
        fix: "give an image file: this model looks at images")
    }
    return try columnInputs(of: row, at: location, unseen: &unseen)
  }

  /// The inputs of one row that are made of columns.
  package func columnInputs(
    of row: [String: CellValue], at location: String, unseen: inout UnseenValues
  ) throws -> [Float] {
    let known = Set(columns.map(\.name))
    var problems: [Problem] = []
    var floats = [Float](repeating: 0, count: columnWidth)
    floats.withUnsafeMutableBufferPointer { floats in
      guard var destination = floats.baseAddress else { return }
      for column in columns where column.width > 0 && problems.count < Problem.limit {
        let place = "\(location), column `\(column.name)`"
        do throws(Problem) {
          guard let cell = row[column.name] else {
            throw Problem.data(
              place, expected: "a value, or null for a missing one", found: "no such column",
              fix: Self.fix(column.name, given: row.keys.filter { !known.contains($0) }.sorted()))
          }
          try column.encode(cell, into: destination, at: place, &unseen)
        } catch { problems.append(error) }
        destination += column.width
      }
    }
    try Problem.throwIfAny(problems)
    return floats
  }

  /// What to do about a column that a row does not have.
  ///
  /// - Parameter strange: the row's names that no column has; one of them may be meant.
  private static func fix(_ column: String, given strange: [String]) -> String {
    let meant = column.nearest(among: strange)
    return meant.map { "write `\(column)` instead of `\($0)`" } ?? "add `\(column)` to the row"
  }

  /// The inputs of one row of texts, read as the cells of a file are.
  public func encode(
    row: [String: String], at location: String = "row", strict: Bool = false
  ) throws -> [Float] {
    try encode(row: row.mapValues { CellValue.text($0) }, at: location, strict: strict)
  }

  /// The inputs of one image, a byte for each pixel and channel.
  /// - Throws: `Problem` when the number of bytes is not the image's.
  public func encode(pixels: [UInt8], at location: String = "image") throws -> [Float] {
    guard case .byteImages(let shape, let scale, let offset) = inputs else {
      throw Problem.data(location, expected: "a row of a table", found: "an image")
    }
    guard pixels.count == shape.count else {
      throw Problem.shape(
        location, expected: "\(shape.count) bytes for shape \(shape)", found: "\(pixels.count)")
    }
    return try Examples(shape: shape, bytes: pixels, scale: scale, offset: offset)[0]
  }
}

/// What a cell is, as the summary of training counts it.
package enum ObservedValue: Equatable {
  /// In the column's unit, days for dates, rounded as the network's inputs are.
  case number(Double)
  /// Its place in the vocabulary, −1 for one of the rarer ones.
  case category(Int)
  /// A category that training did not see.
  case unseen
  case missing
}

extension EncodedColumn {
  /// What the column takes a cell for; nil where it is no input.
  /// - Throws: `Problem` for a cell that the network is not asked about.
  package func observed(_ cell: CellValue, at location: String) throws -> ObservedValue? {
    switch encoding {
    case .dropped: return nil
    case .number(let offset, let scale, _, _):
      let number = try number(cell, at: location)
      return number.isNaN
        ? .missing : .number(Double(Float((number - offset) / scale)) * scale + offset)
    case .categories(let vocabulary, _, _):
      guard let written = text(cell) else { return .missing }
      let text = areTruths ? written.lowercased() : written
      if let place = vocabulary.firstIndex(of: text) { return .category(place) }
      return areSeen([text])[0] ? .category(-1) : .unseen
    case .date(let date):
      let seconds = try seconds(cell, date.order, at: location)
      guard !seconds.isNaN else { return .missing }
      let inputs = withUnsafeTemporaryAllocation(of: Float.self, capacity: date.width) { inputs in
        date.encode(seconds: seconds, into: inputs.baseAddress!)
        return Array(inputs)
      }
      return .number(date.seconds(of: inputs[...]) / CivilDate.secondsPerDay)
    }
  }

  /// The cell without the ways in which it may be written: a number, a date with the year first, the text of
  /// a category.
  /// - Throws: `Problem` for a cell that the network is not asked about.
  package func plain(_ cell: CellValue, at location: String) throws -> CellValue {
    switch encoding {
    case .dropped, .categories: return text(cell).map { .text($0) } ?? .missing
    case .number:
      let number = try number(cell, at: location)
      return number.isNaN ? .missing : .number(number)
    case .date(let date):
      let seconds = try seconds(cell, date.order, at: location)
      return seconds.isNaN ? .missing : .text(CivilDate(secondsSince1970: seconds).text)
    }
  }

  fileprivate func encode(
    _ cell: CellValue, into destination: UnsafeMutablePointer<Float>, at location: String,
    _ unseen: inout UnseenValues
  ) throws(Problem) {
    switch encoding {
    case .dropped: return
    case .number:
      let number = try number(cell, at: location)
      encode(number: number, into: destination)
      guard destination.pointee.isFinite else {
        throw Problem.data(
          location, expected: "a number that fits in 32 bits when scaled", found: "\(number)")
      }
    case .categories(let vocabulary, let other, _):
      guard let written = text(cell) else { return encode(place: nil, into: destination) }
      let text = areTruths ? written.lowercased() : written
      if !areSeen([text])[0] {
        unseen.add(text, to: name, .category(shared: other), known: vocabulary, at: location)
      }
      encode(place: vocabulary.firstIndex(of: text) ?? -1, into: destination)
    case .date(let date):
      date.encode(seconds: try seconds(cell, date.order, at: location), into: destination)
    }
  }

  /// Since the beginning of 1970; NaN for a missing cell.
  private func seconds(
    _ cell: CellValue, _ order: DateOrder, at location: String
  ) throws(Problem) -> Double {
    guard var text = text(cell) else { return .nan }
    if let date = text.withUTF8({ WrittenDate($0) })?.date(in: order) {
      return date.secondsSince1970
    }
    throw Problem.data(
      location, expected: "a date with the \(order.first) first", found: "`\(text)`",
      fix: "correct it, or give null if the value is missing")
  }

  /// Whether a text said in this column, in training, that there is no value.
  private func isGap(_ text: String) -> Bool {
    missing?.contains { $0.lowercased() == text.lowercased() } ?? false
  }

  /// The text without spaces around it; nil for a missing cell of this column.
  private func text(_ cell: CellValue) -> String? {
    if case .text(let written) = cell, isVerbatim == true {
      let trimmed = written.trimmingSpaces
      return trimmed.isEmpty || isGap(trimmed) ? nil : trimmed
    }
    return Self.text(cell).flatMap { isGap($0) ? nil : $0 }
  }

  /// NaN for a missing cell.
  private func number(_ cell: CellValue, at location: String) throws(Problem) -> Double {
    var offending = "infinity"
    switch cell {
    case .missing: return .nan
    case .number(let number):
      if number.isFinite { return isGap(Column.label(number)) ? .nan : number }
      if number.isNaN { return .nan }
    case .text(let text):
      // A form or a program may write numbers otherwise than the file did.
      let reading = Array(text.utf8).withUnsafeBufferPointer { bytes in
        let own = (format ?? .plain).read(bytes)
        return own == .notANumber ? NumberFormat.plain.read(bytes) : own
      }
      guard self.text(cell) != nil else { return .nan }
      if case .finite(let number) = reading { return number }
      offending = text
    }
    throw Problem.data(
      location, expected: "a finite number", found: "`\(offending)`",
      fix: "correct it, or give null if the value is missing")
  }

  /// The text without spaces around it; nil for a missing cell.
  static func text(_ cell: CellValue) -> String? {
    switch cell {
    case .missing: return nil
    case .number(let number): return number.isNaN ? nil : Column.label(number)
    case .text(let text):
      let trimmed = text.trimmingSpaces
      return Array(trimmed.utf8).withUnsafeBufferPointer { MissingTexts.usual.contains($0) }
        ? nil : trimmed
    }
  }
}

extension String {
  /// Without spaces and tabs around it.
  var trimmingSpaces: String {
    Array(utf8).withUnsafeBufferPointer { String(decoding: CSVRow.trim($0), as: UTF8.self) }
  }
}
