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
    /// Steps that the network has no room for.
    var cut = 0
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
    at location: (String) -> String, unseen: inout UnseenValues
  ) throws(Problem) -> Findings {
    var findings = Findings()
    var isEmpty = true
    for (place, channel) in encoding.channels.enumerated() {
      func put(_ value: CellValue, _ step: Int, _ column: String) throws(Problem) {
        guard let number = try number(value, channel, &unseen, column, step, location) else {
          return
        }
        destination[step * encoding.channels.count + place] = number
        isEmpty = false
      }
      guard encoding.isOneCell else {
        for step in 0..<encoding.steps { try put(cell(place, step), step, channel.columns[step]) }
        continue
      }
      let parts = Self.parts(cell(place, 0), encoding.splitting)
      findings.cut = max(findings.cut, parts.count - encoding.steps)
      let first = encoding.keepsLast == true ? findings.cut : 0
      for (step, part) in parts.dropFirst(first).prefix(encoding.steps).enumerated() {
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

  /// The steps that stand in one cell; without a splitting those with blanks between. A text without any
  /// word is one step, which no other text shares.
  static func parts(_ cell: CellValue, _ splitting: TextSplitting? = nil) -> [CellValue] {
    switch (cell, splitting) {
    case (.missing, _): return []
    case (.number, nil): return [cell]
    case (.number(let number), _?):
      return number.isNaN ? [] : parts(.text(Column.label(number)), splitting)
    case (.text(let text), nil): return words(text).map { .text(String($0)) }
    case (.text(let text), let splitting?):
      let steps = splitting.steps(of: text)
      let isBlank = text.allSatisfy(\.isWhitespace)
      return steps.isEmpty && !isBlank ? [.text(text)] : steps.map { .text($0) }
    }
  }

  /// What stands in a text with blanks between.
  static func words(_ text: String) -> [Substring] {
    text.split { $0 == " " || $0 == "\t" || $0.isNewline }
  }

  /// The input that a cell stands for; nil if it is not there.
  private func number(
    _ cell: CellValue, _ channel: SequenceEncoding.Channel, _ unseen: inout UnseenValues,
    _ column: String, _ step: Int, _ location: (String) -> String
  ) throws(Problem) -> Float? {
    func place() -> String {
      location(column) + (encoding.isOneCell ? ", step \(step + 1)" : "")
    }
    func problem(_ expected: String, _ found: String, _ fix: String) -> Problem {
      Problem.data(place(), expected: expected, found: "`\(found)`", fix: fix)
    }
    // In a text `none` is a word.
    guard let text = encoding.splitting == nil ? EncodedColumn.text(cell) : cell.asWritten else {
      return nil
    }
    switch encoding.content {
    case .words(let words):
      if let place = places[text] { return Float(place) }
      unseen.add(text, to: channel.name, .word, known: words, at: place())
      return 1
    case .wholes(let limit):
      let number = Self.number(cell)
      guard number >= 0, number == number.rounded() else {
        throw problem(
          "a token, a whole number from 0 to \(limit - 1)", text,
          "correct it, or leave the cell empty if the step is missing")
      }
      if number < Double(limit) { return Float(number) }
      unseen.add(text, to: channel.name, .token(below: limit), known: [], at: place())
      return 0
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
  /// The inputs of some rows of a table, and by their places those that have none and why.
  /// - Throws: `Problem` when a column is not there.
  func encode(
    _ table: DataTable, _ rows: [Int]
  ) throws -> (inputs: Examples, problems: [Int: Problem]) {
    var unseen = UnseenValues()
    let reading = try read(table, rows, &unseen)
    return (try Examples(shape: shape, floats: reading.floats), reading.problems)
  }

  /// Steps of rows of a table that are cut off.
  func cutSteps(_ table: DataTable, _ rows: [Int]?) -> CutSteps {
    var unseen = UnseenValues()
    return (try? read(table, rows ?? Array(0..<table.count), &unseen))?.cut ?? CutSteps(self)
  }

  /// Adds the steps of some rows that training did not see.
  func addUnseen(in table: DataTable, _ rows: [Int], to unseen: inout UnseenValues) {
    if hasTokens { _ = try? read(table, rows, &unseen) }
  }

  /// What rows of a table became.
  private struct Reading {
    let floats: [Float]
    let problems: [Int: Problem]
    /// Steps that rows lose.
    let cut: CutSteps
  }

  private func read(
    _ table: DataTable, _ rows: [Int], _ unseen: inout UnseenValues
  ) throws -> Reading {
    let columns = try channels.map { try $0.columns.map(table.column) }
    let reader = SequenceReader(self)
    let width = shape.count
    var floats = [Float](repeating: padding, count: rows.count * width)
    var problems: [Int: Problem] = [:]
    var cut = CutSteps(self)
    floats.withUnsafeMutableBufferPointer { floats in
      for (place, row) in rows.enumerated() {
        do throws(Problem) {
          let findings = try reader.read(
            into: floats.baseAddress! + place * width, { columns[$0][$1].cell(row) },
            at: { table.location(row: row, column: $0) }, unseen: &unseen)
          cut.add(findings.cut)
        } catch { problems[place] = error }
      }
    }
    return Reading(floats: floats, problems: problems, cut: cut)
  }

  /// The inputs of one row given by names; steps that are not named are missing.
  /// - Throws: `Problem` for names that are no steps and cells that cannot be read.
  func encode(
    row: [String: CellValue], targets: [String], at location: String, unseen: inout UnseenValues
  ) throws -> [Float] {
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
    let findings = try floats.withUnsafeMutableBufferPointer { floats in
      try SequenceReader(self).read(
        into: floats.baseAddress!, { row[channels[$0].columns[$1]] ?? .missing },
        at: { "\(location), column `\($0)`" }, unseen: &unseen)
    }
    var cut = CutSteps(self)
    cut.add(findings.cut)
    unseen.add(remarks: [cut.note].compactMap(\.self))
    return floats
  }
}

extension CellValue {
  /// A text as it stands; nil for anything else.
  fileprivate var asWritten: String? { if case .text(let text) = self { text } else { nil } }
}
