import Engine

/// Turns cells into the steps of sequences.
struct SequenceReader {
  private let encoding: SequenceEncoding
  private var places: [String: Int] = [:]

  init(_ encoding: SequenceEncoding) {
    self.encoding = encoding
    if case .words(let words) = encoding.content {
      for (place, word) in words.enumerated() { places[word] = place + SequenceEncoding.firstWord }
    }
  }

  /// What one row holds besides its inputs.
  struct Findings {
    var unknown = 0
    var isCut = false
  }

  /// Writes the inputs of one row over padding.
  ///
  /// - Parameters:
  ///   - cell: of a channel and a column of it.
  ///   - location: of a column's cell, for messages.
  /// - Throws: `Problem` for a cell that is no step, and for a row without any.
  func read(
    into destination: UnsafeMutablePointer<Float>,
    _ cell: (_ channel: Int, _ column: Int) -> CellValue,
    at location: (String) -> String
  ) throws(Problem) -> Findings {
    var findings = Findings()
    var isEmpty = true
    for (place, channel) in encoding.channels.enumerated() {
      func put(_ value: CellValue, _ step: Int, _ column: String) throws(Problem) {
        guard let number = try number(value, channel, &findings, column, step, location) else {
          return
        }
        destination[step * encoding.channels.count + place] = number
        isEmpty = false
      }
      guard encoding.isOneCell else {
        for step in 0..<encoding.steps { try put(cell(place, step), step, channel.columns[step]) }
        continue
      }
      let parts = Self.parts(cell(place, 0))
      findings.isCut = findings.isCut || parts.count > encoding.steps
      for (step, part) in parts.prefix(encoding.steps).enumerated() {
        try put(part, step, channel.columns[0])
      }
    }
    guard !isEmpty else {
      throw Problem.data(
        location(encoding.channels[0].columns[0]), expected: "at least one step of a sequence",
        found: "an empty row", fix: "remove the row")
    }
    return findings
  }

  /// The steps that stand in one cell.
  static func parts(_ cell: CellValue) -> [CellValue] {
    switch cell {
    case .missing: []
    case .number: [cell]
    case .text(let text):
      text.split { $0 == " " || $0 == "\t" || $0.isNewline }.map { .text(String($0)) }
    }
  }

  /// The input that a cell stands for; nil if it is not there.
  private func number(
    _ cell: CellValue, _ channel: SequenceEncoding.Channel, _ findings: inout Findings,
    _ column: String, _ step: Int, _ location: (String) -> String
  ) throws(Problem) -> Float? {
    func problem(_ expected: String, _ found: String, _ fix: String) -> Problem {
      Problem.data(
        location(column) + (encoding.isOneCell ? ", step \(step + 1)" : ""), expected: expected,
        found: "`\(found)`", fix: fix)
    }
    guard let text = EncodedColumn.text(cell) else { return nil }
    switch encoding.content {
    case .words:
      if let place = places[text] { return Float(place) }
      findings.unknown += 1
      return 1
    case .wholes(let limit):
      let number = Self.number(cell)
      guard number >= 0, number < Double(limit), number == number.rounded() else {
        throw problem(
          "a token, a whole number from 0 to \(limit - 1)", text,
          number.rounded() == number && number >= Double(limit)
            ? "correct it, or train with an embedding of more tokens"
            : "correct it, or leave the cell empty if the step is missing")
      }
      return Float(number)
    case .numbers:
      let number = Self.number(cell)
      guard number.isFinite else {
        throw problem(
          "a finite number", text,
          "correct it, leave the cell empty if the step is missing, or say `as: tokens`")
      }
      let scaled = Float((number - channel.offset) / channel.scale)
      guard scaled.isFinite else {
        throw problem(
          "a number that fits in 32 bits when scaled", text,
          "correct the value or measure it in a larger unit")
      }
      return scaled == encoding.padding ? Self.beside(scaled) : scaled
    }
  }

  /// NaN for what is no number.
  static func number(_ cell: CellValue) -> Double {
    switch cell {
    case .missing: return .nan
    case .number(let number): return number
    case .text(let text):
      let reading = Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.read($0) }
      if case .finite(let number) = reading { return number }
      return .nan
    }
  }

  /// The step that happens to have padding's value is there all the same, so it gets the nearest one.
  private static func beside(_ padding: Float) -> Float {
    padding.magnitude < 1 ? padding + .ulpOfOne : padding.nextUp
  }
}

extension Column {
  /// The cell of a row as a form would give it.
  func cell(_ row: Int) -> CellValue {
    switch cells {
    case .numbers(let numbers): numbers[row].isNaN ? .missing : .number(numbers[row])
    case .categories(let codes, let vocabulary):
      codes[row] < 0 ? .missing : .text(vocabulary[Int(codes[row])])
    case .dates: text(row).map { .text($0) } ?? .missing
    }
  }
}

extension SequenceEncoding {
  /// The inputs of some rows of a table.
  /// - Throws: `Problem` for cells that are no steps and rows without any.
  func encode(_ table: DataTable, _ rows: [Int]) throws -> Examples {
    var floats: [Float] = []
    _ = try read(table, rows, into: &floats)
    return try Examples(shape: shape, floats: floats)
  }

  /// What a reader should know about rows of a table: words without a token, steps that are cut off.
  func notes(_ table: DataTable, _ rows: [Int]) -> [String] {
    var floats: [Float] = []
    guard let findings = try? read(table, rows, into: &floats) else { return [] }
    let (unknown, cut) = (
      findings.reduce(0) { $0 + $1.unknown }, findings.count { $0.isCut }
    )
    return
      (unknown > 0 ? ["words that no training row has, taken as unknown: \(unknown)"] : [])
      + (cut > 0 ? ["rows of more than \(steps) steps, of which the first are used: \(cut)"] : [])
  }

  private func read(
    _ table: DataTable, _ rows: [Int], into floats: inout [Float]
  ) throws -> [SequenceReader.Findings] {
    let columns = try channels.map { try $0.columns.map(table.column) }
    let reader = SequenceReader(self)
    let width = shape.count
    floats = [Float](repeating: padding, count: rows.count * width)
    var problems: [Problem] = []
    var findings: [SequenceReader.Findings] = []
    try floats.withUnsafeMutableBufferPointer { floats in
      for (place, row) in rows.enumerated() where problems.count < Problem.limit {
        do throws(Problem) {
          findings.append(
            try reader.read(
              into: floats.baseAddress! + place * width, { columns[$0][$1].cell(row) },
              at: { table.location(row: row, column: $0) }))
        } catch { problems.append(error) }
      }
      try Problem.throwIfAny(problems)
    }
    return findings
  }

  /// The inputs of one row given by names; steps that are not named are missing.
  /// - Throws: `Problem` for names that are no steps and cells that cannot be read.
  func encode(row: [String: CellValue], targets: [String], at location: String) throws -> [Float] {
    let known = columns
    let unknown = row.keys.filter { name in
      !known.contains(name) && !targets.contains(name) && !others.contains { $0.name == name }
    }
    if let name = unknown.min() {
      throw Problem.data(
        location, expected: "steps of the sequence: " + Preprocessing.list(known),
        found: "`\(name)`", fix: "correct the name; steps that are missing need none")
    }
    var floats = [Float](repeating: padding, count: shape.count)
    try floats.withUnsafeMutableBufferPointer { floats in
      _ = try SequenceReader(self).read(
        into: floats.baseAddress!, { row[channels[$0].columns[$1]] ?? .missing },
        at: { "\(location), column `\($0)`" })
    }
    return floats
  }
}
