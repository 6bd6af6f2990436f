import Datasets
import Engine
import Formatting
import Training

/// What a body of rows or images looks like for one model, by the type of its content.
struct InstanceSchemas {
  private let model: TrainedModel
  /// So many at most.
  private let rows: Int
  private let images: Int

  init(_ model: TrainedModel, rows: Int, images: Int) {
    (self.model, self.rows, self.images) = (model, rows, images)
  }

  /// - Throws: `Problem` for a model that takes neither rows nor images.
  var all: [Routes.ContentType: Schema] {
    get throws {
      let list = try list
      let fields = InputField.all(model.preprocessing, model.dataSummary)
      if case .levels = try model.preprocessing.listContent {
        return [.json: json([list]), .png: Self.image, .jpeg: Self.image, .form: files]
      }
      // One value may stand without brackets.
      let rows = [named(fields), list] + (fields.count == 1 ? [cell(fields[0])] : [])
      return [.json: json(rows), .form: form(fields)]
    }
  }

  /// `{"instances": [row, …]}`, `[row, …]`, or one row that is an object or an array.
  private func json(_ rows: [Schema]) -> Schema {
    let many = Schema.array(of: .any(of: rows), atLeast: 1, atMost: self.rows)
    var object = Schema(.object)
    object.properties = ["instances": many]
    (object.required, object.otherProperties) = (["instances"], .some(.none))
    return .any(of: [object, many] + rows.filter { [[.object], [.array]].contains($0.kinds) })
  }

  // MARK: One row

  private var isSequence: Bool { model.preprocessing.sequence != nil }

  /// Its cells by the names of columns. Steps of a sequence may be left out, and nothing may stand beside
  /// them; beside columns other names are passed over.
  private func named(_ fields: [InputField]) -> Schema {
    var row = Schema(.object)
    row.description = "One row: a cell for each column, by its name."
    row.properties = Dictionary(fields.map { ($0.name, cell($0)) }) { first, _ in first }
    if !isSequence { row.required = fields.map(\.name) }
    row.otherProperties = .some(isSequence ? .none : .some(Self.anyCell))
    return row
  }

  /// Its cells in the order of the columns, or the levels of an image.
  private var list: Schema {
    get throws {
      switch try model.preprocessing.listContent {
      case .levels(let shape, let highest):
        var level = Schema(.number)
        (level.minimum, level.maximum) = (0, Double(highest))
        return .array(
          of: level, atLeast: shape.count, atMost: shape.count,
          "An image: a level for each pixel and channel, row by row.")
      case .columns(let names):
        var row = Schema(.array)
        row.description = "One row: a cell for each column, in their order."
        row.firstElements = InputField.all(model.preprocessing, model.dataSummary).map(cell)
        row.elements = .some(.none)
        row.minimumElements = isSequence ? 0 : names.count
        row.maximumElements = names.count
        return row
      }
    }
  }

  private func cell(_ field: InputField) -> Schema {
    var cell = Self.anyCell
    cell.examples = field.example.map { example in
      [
        field.kind == .number
          ? Double(example).map(CellValue.number) ?? .text(example) : .text(example)
      ]
    }
    switch field.kind {
    case .number:
      cell.kinds = [.number, .string, .null]
      cell.pattern = Self.numberText
      if let range = range(of: field.name) {
        (cell.minimum, cell.maximum) = (range.lowerBound, range.upperBound)
      }
    case .date:
      var date = Schema(.string)
      date.format = "date"
      var nothing = Schema(.string)
      nothing.maximumLength = 0
      (cell.kinds, cell.anyOf) = ([.string, .null], [date, nothing, Schema(.null)])
    case .category:
      cell.description = field.categories.map {
        "One of \($0.joined(separator: ", ").shortened(to: 200)); others are answered with a note."
      }
    case .text: cell.description = "Words or characters."
    case .numbers: cell.description = "Numbers with blanks between."
    }
    return cell
  }

  /// What still fits into 32 bits when it is scaled; nil where every number does.
  private func range(of column: String) -> ClosedRange<Double>? {
    guard let column = model.preprocessing.columns.first(where: { $0.name == column }),
      case .number(let offset, let scale, _, _) = column.encoding
    else { return nil }
    // The first number beyond is half a step of 32 bits away, and rounding moves it by a few of 64.
    let bound = 0x1.ffffffp127 * scale.magnitude
    guard bound.isFinite else { return nil }
    func fits(_ number: Double) -> Bool { Float((number - offset) / scale).isFinite }
    var (low, high) = (offset - bound * (1 + 8 * .ulpOfOne), offset + bound * (1 + 8 * .ulpOfOne))
    while !fits(low) { low = low.nextUp }
    while !fits(high) { high = high.nextDown }
    return low...high
  }

  private static let anyCell = Schema(.number, .string, .boolean, .null)
  /// As forms write numbers; nothing is a missing one.
  private static let numberText = "^(-?[0-9]{1,15}(\\.[0-9]{1,15})?)?$"

  // MARK: Images and forms

  private static let image: Schema = {
    var schema = Schema()
    schema.description = "The content of an image file."
    return schema
  }()

  private var files: Schema {
    var file = Schema(.string)
    file.format = "binary"
    var form = Schema(.object)
    form.description = "Image files; other names do as well."
    form.properties = ["image": .array(of: file, atLeast: 1, atMost: images)]
    (form.required, form.otherProperties) = (["image"], .some(.none))
    return form
  }

  private func form(_ fields: [InputField]) -> Schema {
    var form = Schema(.object)
    form.description = "The cells of one row, by the names of columns."
    form.properties = Dictionary(
      fields.map { field in
        var cell = cell(field)
        (cell.kinds, cell.minimum, cell.maximum) = ([.string], nil, nil)
        return (field.name, cell)
      }
    ) { first, _ in first }
    if !isSequence { form.required = fields.map(\.name) }
    form.otherProperties = .some(isSequence ? .none : .some(Schema(.string)))
    return form
  }
}
