import Datasets
import Engine
import Networks

/// The inputs of a model's file: what is fed, and how the network's input is made of it.
struct ExportedInputs {
  /// One input, as a program that feeds it needs to know it.
  struct Description: Encodable {
    let name: String
    let type: String
    /// Of one example.
    let shape: [Int]
    /// The columns that it holds, in their order; nil for a column of its own name, and for images.
    var columns: [String]?
    /// What it is.
    let meaning: String
  }

  /// More columns of numbers than these come as one input.
  static let mostSingle = 32

  /// The value that the network is given.
  var name = ""
  var descriptions: [Description] = []
  /// What must be done before, since ONNX does not say it.
  var notes: [String] = []
}

extension GraphExport {
  /// Adds the inputs of a preprocessing, and what it does with them.
  mutating func addInputs(_ preprocessing: Preprocessing) throws -> ExportedInputs {
    at("inputs")
    var inputs = ExportedInputs()
    var parts: [String] = []
    if let sequence = preprocessing.sequence {
      parts.append(addSequence(sequence, to: &inputs))
    }
    if let image = try addImage(preprocessing, to: &inputs) { parts.append(image) }
    let columns = preprocessing.columns.filter { $0.width > 0 }
    if columns.count > ExportedInputs.mostSingle, columns.allSatisfy({ $0.kind == .numeric }) {
      parts.append(addNumbers("columns", columns, to: &inputs))
    } else {
      for column in columns { parts.append(addColumn(column, to: &inputs)) }
    }
    let joined = parts.count == 1 ? parts[0] : add("Concat", parts, ["axis": .integer(1)])
    inputs.name = named(ONNXExport.networkInput, joined)
    return inputs
  }

  /// Adds an input, its first axis the batch.
  private mutating func addInput(
    _ name: String, _ type: ONNXTensor.ElementType, _ shape: [Int], columns: [String]? = nil,
    _ meaning: String, to inputs: inout ExportedInputs
  ) {
    var info = ONNXValueInfo()
    (info.name, info.type) = (name, type)
    info.extents = [.symbol("batch")] + shape.map { .known($0) }
    addInput(info)
    inputs.descriptions.append(
      .init(name: name, type: type.name, shape: shape, columns: columns, meaning: meaning))
  }

  // MARK: Columns

  private mutating func addColumn(
    _ column: EncodedColumn, to inputs: inout ExportedInputs
  ) -> String {
    switch column.encoding {
    case .categories(let vocabulary, let other, let indicator):
      return addCategory(column, vocabulary, other, indicator, to: &inputs)
    case .date:
      addInput(
        column.name, .float, [column.width], columns: column.inputNames, "a date as numbers",
        to: &inputs)
      inputs.notes.append(
        "column `\(column.name)` is a date, which ONNX cannot read: its \(column.width) inputs, "
          + "\(Preprocessing.list(column.inputNames)), are fed as numbers")
      return column.name
    case .number, .dropped: return addNumbers(column.name, [column], to: &inputs)
    }
  }

  /// (x − offset) / scale of each, NaN standing for a missing value.
  private mutating func addNumbers(
    _ name: String, _ columns: [EncodedColumn], to inputs: inout ExportedInputs
  ) -> String {
    var (offsets, scales, fills): ([Double], [Double], [Float]) = ([], [], [])
    // Of each input whether it says that the number is missing.
    var order: [Int] = []
    for (place, column) in columns.enumerated() {
      guard case .number(let offset, let scale, let fill, let indicator) = column.encoding
      else { continue }
      offsets.append(offset)
      scales.append(scale)
      fills.append(Float(fill))
      order += indicator ? [place, columns.count + place] : [place]
    }
    addInput(
      name, .float, [columns.count],
      columns: columns.count == 1 ? nil : columns.map(\.name),
      columns.count == 1
        ? "a number, NaN if it is missing" : "numbers, NaN for those that are missing",
      to: &inputs)
    let isMissing = add("IsNaN", [name])
    let filled = add("Where", [isMissing, numbers("fill", fills), name])
    let scaled = self.scaled(filled, offsets, scales)
    guard order.count > columns.count else { return scaled }
    let both = add(
      "Concat", [scaled, add("Cast", [isMissing], ["to": .integer(1)])], ["axis": .integer(1)])
    return order == Array(0..<2 * columns.count)
      ? both : add("Gather", [both, integers(order)], ["axis": .integer(1)])
  }

  /// (x − offset) / scale along the last axis. An offset that 32 bits do not hold is taken away in two parts,
  /// since what is left of large numbers is small.
  private mutating func scaled(_ name: String, _ offsets: [Double], _ scales: [Double]) -> String {
    var result = name
    let high = offsets.map { Float($0) }
    let low = zip(offsets, high).map { Float($0 - Double($1)) }
    if high.contains(where: { $0 != 0 }) { result = add("Sub", [result, numbers("offset", high)]) }
    if zip(low, scales).contains(where: { abs(Double($0) / $1) > 1e-8 }) {
      result = add("Sub", [result, numbers("offset_rest", low)])
    }
    guard scales.contains(where: { $0 != 1 }) else { return result }
    return add("Div", [result, numbers("scale", scales.map { Float($0) })])
  }

  /// An input for each category.
  private mutating func addCategory(
    _ column: EncodedColumn, _ vocabulary: [String], _ other: Bool, _ indicator: Bool,
    to inputs: inout ExportedInputs
  ) -> String {
    addInput(
      column.name, .string, [1], "a text, empty if it is missing", to: &inputs)
    let width = column.width
    let codes = add(
      "LabelEncoder", [column.name],
      Self.encoder(
        ExportedTexts(
          column, vocabulary: vocabulary, hasOther: other, hasIndicator: indicator)),
      domain: Self.learningDomain)
    let ends = numbers("off_and_on", [0, 1])
    let hot = add("OneHot", [codes, integers([width]), ends])
    return add("Reshape", [hot, integers([-1, width])])
  }

  /// Settings that give each text a number.
  private static func encoder(_ texts: ExportedTexts) -> [String: ONNXAttribute] {
    [
      "keys_strings": .texts(texts.known.map(\.text)),
      "values_int64s": .integers(texts.known.map(\.code)),
      "default_int64": .integer(texts.unknown),
    ]
  }

  // MARK: Images and sequences

  private mutating func addImage(
    _ preprocessing: Preprocessing, to inputs: inout ExportedInputs
  ) throws -> String? {
    guard let shape = preprocessing.imageShape else { return nil }
    let scaling = preprocessing.levelScaling
    addInput(
      "image", scaling.isDeep ? .uint16 : .uint8, shape.extents,
      "the pixels, \(scaling.isDeep ? "0 to 65535" : "0 to 255"), row by row from above, "
        + (shape.rank == 3 && shape[2] == 3 ? "red, green, blue" : "grey"), to: &inputs)
    if case .images(let encoding) = preprocessing.inputs {
      inputs.notes.append(
        "images are fed in the size \(encoding.height) × \(encoding.width): resizing "
          + "(\(encoding.resampling.rawValue), \(encoding.fit.rawValue)) is not in the file")
    }
    let floats = add("Cast", ["image"], ["to": .integer(1)])
    let product = add("Mul", [floats, numbers("level_scale", scaling.scales)])
    let image = add("Add", [product, numbers("level_offset", scaling.offsets)])
    guard preprocessing.columnWidth > 0 else { return image }
    return add("Reshape", [image, integers([-1, shape.count])])
  }

  private mutating func addSequence(
    _ sequence: SequenceEncoding, to inputs: inout ExportedInputs
  ) -> String {
    let name = sequence.hasTokens ? "tokens" : "sequence"
    let columns = sequence.columns
    if sequence.isOneCell {
      inputs.notes.append(
        "the steps of \(Preprocessing.list(columns)) are fed one by one, at most \(sequence.steps), the last "
          + "places empty: "
          + (sequence.splitting == nil
            ? "the text is split at its blanks before"
            : "splitting the text is not in the file (`preprocessing` in its metadata says how)"))
    }
    switch sequence.content {
    case .numbers(let padding):
      addInput(
        name, .float, sequence.shape.extents, columns: columns,
        "numbers, NaN for steps that are missing", to: &inputs)
      let scaled = self.scaled(
        name, sequence.channels.map(\.offset), sequence.channels.map(\.scale))
      return add("Where", [add("IsNaN", [name]), number(padding), scaled])
    case .wholes(let limit):
      addInput(
        name, .int64, sequence.shape.extents, columns: columns,
        "tokens from 0 to \(limit - 1), 0 for steps that are missing", to: &inputs)
      let floats = add("Cast", [name], ["to": .integer(1)])
      let isKnown = add("Less", [floats, number(Double(limit))])
      return add("Where", [isKnown, floats, number(0)])
    case .words(let words):
      addInput(
        name, .string, sequence.shape.extents, columns: columns,
        "texts, empty for steps that are missing", to: &inputs)
      let codes = add(
        "LabelEncoder", [name], Self.encoder(ExportedTexts(words, of: sequence)),
        domain: Self.learningDomain)
      return add("Cast", [codes], ["to": .integer(1)])
    }
  }

  // MARK: Values

  /// Operators of ONNX's second set.
  private static let learningDomain = "ai.onnx.ml"

  /// Numbers along the last axis.
  private mutating func numbers(_ name: String, _ values: [Float]) -> String {
    list("\(name) \(values.map(\.bitPattern))", name, .floats(values), .float)
  }
}
