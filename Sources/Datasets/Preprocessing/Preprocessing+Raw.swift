import Engine

/// How a raw number became a network's number.
package struct NumberScaling: Sendable, Equatable {
  /// The column, or what else the raw number is.
  package let name: String
  /// (raw − offset) / scale, of the raw number or of its natural logarithm.
  package let offset: Double
  package let scale: Double
  /// Is it a byte, which files write down the other way round: raw · (1 / scale) − offset / scale?
  package var isByte = false
  /// Is it of the logarithm of the raw number?
  package var isLogarithm = false

  /// Does it change anything?
  package var isIdentity: Bool { offset == 0 && scale == 1 && !isLogarithm }

  /// The raw number: of all that become this one, the shortest, which is the one that was typed.
  package func raw(_ scaled: Float) -> Double {
    let linear = Double(scaled) * scale + offset
    let near = isLogarithm ? .exp(linear) : linear
    var power = 1.0
    for _ in 0...12 {
      let short = (near * power).rounded() / power
      let number = isLogarithm ? .log(short) : short
      if Float((number - offset) / scale) == scaled { return short }
      power *= 10
    }
    return near
  }
}

extension Preprocessing {
  /// How one of the inputs was scaled; nil for one that is no scaled number.
  /// - Parameter place: in the input, row by row.
  package func scaling(ofInput place: Int) -> NumberScaling? {
    switch inputs {
    case _ where place >= firstOfColumns && columnWidth > 0:
      guard let (column, own) = Self.column(of: place - firstOfColumns, in: columns), own == 0,
        case .number(let offset, let scale, _, _) = column.encoding
      else { return nil }
      return NumberScaling(name: column.name, offset: offset, scale: scale)
    case .columns: return nil
    case .sequence(let encoding):
      guard !encoding.hasTokens else { return nil }
      let channel = encoding.channels[place % encoding.channels.count]
      return NumberScaling(
        name: inputNames[place], offset: channel.offset, scale: channel.scale)
    case .byteImages(_, let scale, let offset): return Self.byte(Double(scale), Double(offset))
    case .images(let encoding):
      let scaling = encoding.scaling
      let channel = scaling.scales.count == 1 ? 0 : place % encoding.channels
      return Self.byte(
        Double(scaling.scales[channel]), Double(scaling.offsets[channel]),
        name: scaling.isDeep ? "level" : "byte")
    }
  }

  /// byte · scale + offset, the other way round.
  private static func byte(
    _ scale: Double, _ offset: Double, name: String = "byte"
  ) -> NumberScaling {
    NumberScaling(name: name, offset: -offset / scale, scale: 1 / scale, isByte: true)
  }

  /// One row as it was typed, column by column; nothing of an image.
  package func written(_ input: [Float]) -> [(column: String, text: String)] {
    switch inputs {
    case .columns, .byteImages, .images:
      var place = firstOfColumns
      return columns.filter { $0.width > 0 }.map { column in
        defer { place += column.width }
        return (column.name, column.written(Array(input[place..<place + column.width])))
      }
    case .sequence(let encoding):
      let names = inputNames
      return encoding.isOneCell
        ? encoding.channels.enumerated().map { channel, column in
          let steps = stride(from: channel, to: input.count, by: encoding.channels.count)
          return (
            column.columns[0],
            steps.compactMap { encoding.written(input[$0], scaling(ofInput: $0)) }
              .joined(separator: encoding.splitting?.unit == .characters ? "" : " ")
          )
        }
        : input.indices.compactMap { place in
          encoding.written(input[place], scaling(ofInput: place)).map { (names[place], $0) }
        }
    }
  }

  private static func column(of place: Int, in columns: [EncodedColumn]) -> (EncodedColumn, Int)? {
    var first = 0
    for column in columns {
      if place < first + column.width { return (column, place - first) }
      first += column.width
    }
    return nil
  }
}

extension EncodedColumn {
  /// The cell that became these inputs.
  fileprivate func written(_ inputs: [Float]) -> String {
    switch encoding {
    case .dropped: return ""
    case .date(let date): return date.text(of: inputs)
    case .number(let offset, let scale, _, let indicator):
      if indicator, inputs[1] == 1 { return "missing" }
      return Column.label(NumberScaling(name: name, offset: offset, scale: scale).raw(inputs[0]))
    case .categories(let vocabulary, let other, let indicator):
      guard let place = inputs.firstIndex(of: 1) else {
        // A cell without any input is of those that none was left for.
        return switch (other, indicator) {
        case (true, true): "none"
        case (true, false): "missing"
        case (false, true): "another"
        case (false, false): "another, or missing"
        }
      }
      if place < vocabulary.count { return vocabulary[place] }
      return other && place == vocabulary.count ? "another" : "missing"
    }
  }
}

extension SequenceEncoding {
  /// A step as it was typed; nil for padding.
  func written(_ input: Float, _ scaling: NumberScaling?) -> String? {
    guard input != padding else { return nil }
    switch content {
    case .numbers: return scaling.map { Column.label($0.raw(input)) }
    case .wholes: return Column.label(Double(input))
    case .words(let words):
      let place = Int(input) - Self.firstWord
      return words.indices.contains(place) ? words[place] : "(unknown)"
    }
  }
}
