import Datasets
import Engine
import Formatting

/// How a network's input is made of raw values: the parameters of `predict`, and its lines.
struct SwiftInputs {
  struct Parameter {
    let label: String
    let type: String
    let meaning: String
    /// For an example of use.
    let example: String
  }

  private(set) var parameters: [Parameter] = []
  /// What `predict` needs beside them.
  private(set) var declarations: [String] = []
  private(set) var lines: [String] = []
  private(set) var functions: Set<String> = []
  /// What must be done before.
  private(set) var notes: [String] = []
  private var names = SwiftNames(
    taken: SwiftFunctions.names + SwiftAnswers.words + [
      "input", "i", "n", "token", "level", "scales", "offsets", "network",
    ])

  /// More columns of numbers than these come as one parameter; as in files for other programs.
  private static let mostSingle = ExportedInputs.mostSingle
  /// More texts than these are given by their numbers: a compiler takes long over a list of many.
  private static let mostTexts = 1000

  init(_ preprocessing: Preprocessing) {
    if let sequence = preprocessing.sequence { addSequence(sequence) }
    addImage(preprocessing)
    let columns = preprocessing.columns.filter { $0.width > 0 }
    if columns.count > Self.mostSingle, columns.allSatisfy({ $0.kind == .numeric }) {
      addTogether(columns)
    } else {
      for column in columns { add(column) }
    }
  }

  /// `hours: 3, subject: "maths"`
  var example: String {
    parameters.map { "\($0.label): \($0.example)" }.joined(separator: ", ")
  }

  /// `hours: Double?`
  var descriptions: [String] { parameters.map { "\($0.label): \($0.type)" } }

  private mutating func parameter(
    _ name: String, _ type: String, _ meaning: String, example: String
  ) -> String {
    let label = names.label(SwiftNames.words(name))
    parameters.append(
      Parameter(label: label, type: type, meaning: meaning.oneLine, example: example))
    return label
  }

  // MARK: Columns

  private mutating func add(_ column: EncodedColumn) {
    switch column.encoding {
    case .number(let offset, let scale, let fill, let indicator):
      let label = parameter(
        column.name, "Double?", "`\(column.name)`; nil if it is missing", example: fill.brief)
      addNumber(label, offset, scale, fill, indicator)
    case .categories(let vocabulary, let other, let indicator):
      addCategory(column, vocabulary, other, indicator)
    case .date:
      let label = parameter(
        column.name, "[Float]",
        "the date `\(column.name)` as \(column.width) numbers: "
          + Preprocessing.list(column.inputNames), example: "numbers")
      notes.append(
        "column `\(column.name)` is a date: its \(column.width) inputs, "
          + "\(Preprocessing.list(column.inputNames)), are given as numbers")
      lines.append(
        "precondition(\(label).count == \(column.width), \("\(label): \(column.width) numbers".swift))"
      )
      lines.append("input += \(label)")
    case .dropped: break
    }
  }

  private mutating func addNumber(
    _ value: String, _ offset: Double, _ scale: Double, _ fill: Double, _ indicator: Bool
  ) {
    functions.insert("scaled")
    lines.append(
      "input.append(scaled(\(value), offset: \(offset.swift), scale: \(scale.swift), usual: \(fill.swift)))"
    )
    guard indicator else { return }
    functions.insert("isMissing")
    lines.append("input.append(isMissing(\(value)) ? 1 : 0)")
  }

  /// Many columns of numbers as one parameter.
  private mutating func addTogether(_ columns: [EncodedColumn]) {
    let label = parameter(
      "columns", "[Double]",
      "\(columns.count) numbers in the order of `columnNames`, NaN for those that are missing",
      example: "numbers")
    declarations += SwiftAnswers.texts(
      "columnNames", columns.map(\.name), "The columns that `predict` is given.")
    lines.append(
      "precondition(\(label).count == \(columns.count), \("\(label): \(columns.count) numbers".swift))"
    )
    for (place, column) in columns.enumerated() {
      guard case .number(let offset, let scale, let fill, let indicator) = column.encoding
      else { continue }
      addNumber("\(label)[\(place)]", offset, scale, fill, indicator)
    }
  }

  private mutating func addCategory(
    _ column: EncodedColumn, _ vocabulary: [String], _ other: Bool, _ indicator: Bool
  ) {
    let label = parameter(
      column.name, "String?", "`\(column.name)`, a text; nil if it is missing",
      example: (vocabulary.first ?? "").swift)
    let texts = ExportedTexts(
      column, vocabulary: vocabulary, hasOther: other, hasIndicator: indicator)
    functions.insert("oneOf")
    lines += ["oneOf(\(column.width), {", "  switch \(label) ?? \"\" {"]
    lines += Self.cases(texts).map { "  \($0)" } + ["  }", "}(), into: &input)"]
  }

  /// What a switch over a text answers.
  private static func cases(_ texts: ExportedTexts) -> [String] {
    let codes = Dictionary(grouping: texts.known) { $0.code }
    return codes.keys.sorted().map { code in
      "case \(codes[code]!.map(\.text.swift).joined(separator: ", ")): \(code)"
    } + ["default: \(texts.unknown)"]
  }

  // MARK: Images and sequences

  private mutating func addImage(_ preprocessing: Preprocessing) {
    guard let shape = preprocessing.imageShape else { return }
    let scaling = preprocessing.levelScaling
    let label = parameter(
      "image", scaling.isDeep ? "[UInt16]" : "[UInt8]",
      "\(shape.swift) levels, row by row from above"
        + (shape.rank == 3 && shape[2] == 3 ? ", red, green and blue of each pixel" : ""),
      example: "pixels")
    if case .images(let encoding) = preprocessing.inputs {
      notes.append(
        "images are given in the size \(encoding.height) × \(encoding.width): resizing "
          + "(\(encoding.resampling.rawValue), \(encoding.fit.rawValue)) is not in the package")
    }
    lines.append(
      "precondition(\(label).count == \(shape.count), \("\(label): \(shape.count) levels".swift))")
    let (scale, offset) = (scaling.scales, scaling.offsets)
    if scale.count == 1 {
      lines.append(
        "for level in \(label) { input.append(Float(level) * \(scale[0].swift) + \(offset[0].swift)) }"
      )
    } else {
      lines += [
        "let scales: [Float] = [\(scale.map(\.swift).joined(separator: ", "))]",
        "let offsets: [Float] = [\(offset.map(\.swift).joined(separator: ", "))]",
        "for i in 0..<\(shape.count) {",
        "  input.append(Float(\(label)[i]) * scales[i % \(scale.count)] + offsets[i % \(scale.count)])",
        "}",
      ]
    }
  }

  private mutating func addSequence(_ sequence: SequenceEncoding) {
    let count = sequence.shape.count
    let columns = Preprocessing.list(sequence.columns)
    if sequence.splitting != nil {
      notes.append("splitting the text of \(columns) into its steps is not in the package")
    }
    switch sequence.content {
    case .numbers(let padding):
      let label = parameter(
        "sequence", "[Double]",
        "at most \(count) numbers of \(columns), step by step, NaN for those that are missing",
        example: "numbers")
      let channels = sequence.channels
      lines += [
        "let offsets: [Double] = [\(channels.map(\.offset.swift).joined(separator: ", "))]",
        "let scales: [Double] = [\(channels.map(\.scale.swift).joined(separator: ", "))]",
        "for i in 0..<\(count) {",
        "  let number = i < \(label).count ? \(label)[i] : Double.nan",
        "  let n = i % \(channels.count)",
        "  input.append(number.isNaN ? \(Float(padding).swift) : Float((number - offsets[n]) / scales[n]))",
        "}",
      ]
    case .wholes(let limit):
      addTokens(count, below: limit, columns)
    case .words(let words) where words.count > Self.mostTexts:
      notes.append(
        "the \(words.count) words of \(columns) are given by their numbers: 0 for none, 1 for one that is "
          + "not known, then from 2 on as they stand in the model's preprocessing")
      addTokens(count, below: words.count + SequenceEncoding.firstWord, columns)
    case .words(let words):
      let label = parameter(
        "tokens", "[String]",
        "at most \(count) texts of \(columns), empty for those that are missing",
        example: "[\((words.first ?? "").swift)]")
      lines += ["for i in 0..<\(count) {", "  switch i < \(label).count ? \(label)[i] : \"\" {"]
      lines += Self.cases(ExportedTexts(words, of: sequence)).map { line in
        let place = line.lastIndex(of: " ")!
        return "  \(line[..<place]) input.append(\(line[line.index(after: place)...]))"
      }
      lines += ["  }", "}"]
    }
  }

  private mutating func addTokens(_ count: Int, below limit: Int, _ columns: String) {
    let label = parameter(
      "tokens", "[Int]",
      "at most \(count) whole numbers of \(columns) below \(limit), 0 for those that are missing",
      example: "numbers")
    lines += [
      "for i in 0..<\(count) {",
      "  let token = i < \(label).count ? \(label)[i] : 0",
      "  input.append(token >= 0 && token < \(limit) ? Float(token) : 0)",
      "}",
    ]
  }
}
