package import Engine
import Formatting

/// Rows as lists of values, without names.
extension Preprocessing {
  /// What the values of a list are, in its order: the columns that are used, or a level for each pixel and
  /// channel of an image, row by row.
  package enum ListContent: Sendable, Equatable {
    /// Cells of columns.
    case columns([String])
    /// Levels of an image, from 0 to the highest.
    case levels(TensorShape, highest: Int)
  }

  /// What a list has to hold. The last steps of a sequence may be left out.
  package var listContent: ListContent {
    get throws {
      switch inputs {
      case .columns(let columns): .columns(columns.filter { $0.width > 0 }.map(\.name))
      case .sequence(let sequence): .columns(sequence.columns)
      case .byteImages(let shape, _, _): .levels(shape, highest: 255)
      case .images(let images): .levels(try images.shape, highest: images.isDeep ? 65535 : 255)
      }
    }
  }

  /// The inputs of one row given as a list.
  /// - Parameters:
  ///   - values: as ``listContent`` says.
  ///   - location: how messages call the row.
  ///   - unseen: counts what training did not see.
  /// - Throws: `Problem` for another number of values, and for values that cannot be used.
  package func encode(
    list values: [CellValue], at location: String, unseen: inout UnseenValues
  ) throws -> [Float] {
    if let plain = encode(numbers: values) { return plain }
    switch try listContent {
    case .levels(let shape, let highest):
      if let note = try noteOnImagesAlone(strict: false, at: location) {
        unseen.add(remarks: [note])
      }
      let levels = try encode(levels: values, shape, highest, at: location)
      return try joining(Examples(shape: shape, floats: levels))[0]
    case .columns(let names):
      guard values.count == names.count || sequence != nil && values.count < names.count else {
        throw Problem.data(
          location, expected: "\(names.count) values (\(Self.list(names)))",
          found: "\(values.count)")
      }
      var row = Dictionary(zip(names, values)) { first, _ in first }
      for name in names.dropFirst(values.count) { row[name] = .missing }
      return try encode(row: row, at: location, unseen: &unseen)
    }
  }

  /// Numbers only, which is what most long lists hold; nil for a list that needs a closer look.
  private func encode(numbers values: [CellValue]) -> [Float]? {
    guard case .columns(let columns) = inputs else { return nil }
    var place = values.startIndex
    var floats = [Float](repeating: 0, count: inputShape.count)
    let isDone = floats.withUnsafeMutableBufferPointer { floats in
      guard var destination = floats.baseAddress else { return true }
      for column in columns where column.width > 0 {
        guard place < values.endIndex, case .number(let number) = values[place], number.isFinite,
          column.takesAllNumbers
        else { return false }
        column.encode(number: number, into: destination)
        guard destination.pointee.isFinite else { return false }
        destination += column.width
        place += 1
      }
      return place == values.endIndex
    }
    return isDone ? floats : nil
  }

  private func encode(
    levels values: [CellValue], _ shape: TensorShape, _ highest: Int, at location: String
  ) throws -> [Float] {
    guard values.count == shape.count else {
      throw Problem.data(
        location, expected: "\(shape.count) levels for an image of \(shape)",
        found: "\(values.count)")
    }
    let scaling = levelScaling
    let channels = scaling.scales.count
    return try values.enumerated().map { place, value in
      guard case .number(let level) = value, level >= 0, level <= Double(highest) else {
        throw Problem.data(
          "\(location)[\(place)]", expected: "a level from 0 to \(highest)", found: value.written)
      }
      return Float(level) * scaling.scales[place % channels] + scaling.offsets[place % channels]
    }
  }

  /// What the levels of an image become.
  package var levelScaling: LevelScaling {
    switch inputs {
    case .byteImages(_, let scale, let offset): LevelScaling(scale: scale, offset: offset)
    case .images(let images): images.scaling
    case .columns, .sequence: LevelScaling(scale: 1, offset: 0)
    }
  }
}

extension EncodedColumn {
  /// Whether every number is one, and none stands for a missing value.
  fileprivate var takesAllNumbers: Bool {
    guard case .number = encoding else { return false }
    return missing?.isEmpty ?? true
  }
}

extension CellValue {
  /// As a message shows it.
  fileprivate var written: String {
    switch self {
    case .missing: "null"
    case .number(let number): "\(number)"
    case .text(let text): "`\(text.shortened(to: 40))`"
    }
  }
}
