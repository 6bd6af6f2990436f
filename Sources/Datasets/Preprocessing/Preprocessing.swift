public import Engine
import Formatting

/// How raw values become the numbers a network sees, and its answers become values again.
///
/// Fitted on training rows only and stored with the model, so that every later row is treated alike.
public struct Preprocessing: Codable, Sendable, Equatable {
  /// Where the inputs come from.
  package enum Inputs: Codable, Sendable, Equatable {
    /// The columns of a table, in the order they are laid out in the input.
    case columns([EncodedColumn])
    /// Columns of a table that are the steps of a sequence.
    case sequence(SequenceEncoding)
    /// Images; each byte becomes `byte · scale + offset`.
    case byteImages(shape: TensorShape, scale: Float, offset: Float)
    /// Images of any size.
    case images(ImagePreprocessing)

    // As files written before say it.
    private enum CodingKeys: String, CodingKey {
      case columns, sequence
      case byteImages = "images"
      case images = "pictures"
    }
  }

  /// The version of this layout.
  public private(set) var version = 1
  /// How inputs are made.
  package let inputs: Inputs
  /// The names of the target columns, usually one; `label` for images.
  public let targetNames: [String]
  /// How targets are made.
  package let target: Target
  /// How many columns the training file had, the target among them, if none had a name; nil for a file
  /// with names.
  package private(set) var unnamedColumns: Int?
  /// Columns that say something about rows; nil for none.
  package internal(set) var roles: RowRoles?
  /// How a plain series becomes rows; nil for data that are rows already.
  package internal(set) var series: SeriesWindows?
  /// Where each step of a sequence has a label of its own; nil where a row has one answer.
  package internal(set) var stepLabels: StepLabels?

  /// Preprocessing that is known already; see ``init(fitting:target:rows:options:)`` for tables.
  package init(inputs: Inputs, targetName: String, target: Target, unnamedColumns: Int? = nil) {
    self.init(
      inputs: inputs, targetNames: [targetName], target: target, unnamedColumns: unnamedColumns)
  }

  /// The same for any number of target columns.
  package init(
    inputs: Inputs, targetNames: [String], target: Target, unnamedColumns: Int? = nil
  ) {
    self.inputs = inputs
    self.unnamedColumns = unnamedColumns
    self.targetNames = targetNames
    self.target = target
  }

  /// The name of the target column, or those of several with commas between.
  public var targetName: String { targetNames.joined(separator: ", ") }

  private enum CodingKeys: String, CodingKey {
    case version, inputs, targetName, target, roles, series
    case targetNames = "target_names"
    case unnamedColumns = "unnamed_columns"
    case stepLabels = "step_labels"
  }

  /// The same inputs with other answers.
  /// - Parameter roles: of the columns of the rows that are learned from.
  package func answering(
    _ names: [String], _ target: Target, roles: RowRoles?
  ) -> Preprocessing {
    var other = Preprocessing(inputs: inputs, targetNames: names, target: target)
    (other.roles, other.series, other.stepLabels) = (roles, series, stepLabels)
    return other
  }

  /// Numbers that are taken as they are, for data that were prepared elsewhere, such as arrays.
  ///
  /// - Parameters:
  ///   - columns: a name for each input.
  ///   - target: the name of what is answered.
  ///   - classes: the labels in the order of their indices; nil for a number.
  /// - Throws: `Problem` for no columns, or one class alone.
  public init(columns: [String], target: String, classes: [String]? = nil) throws {
    guard !columns.isEmpty else {
      throw Problem.data("columns", expected: "at least one input", found: "none")
    }
    if let classes, classes.count < 2 || Set(classes).count < classes.count {
      throw Problem.data(
        "classes", expected: "two or more different labels", found: "\(classes)",
        fix: "leave `classes` out for a model that answers with a number")
    }
    self.init(
      inputs: .columns(
        columns.map {
          EncodedColumn(name: $0, encoding: .number(offset: 0, scale: 1, fill: 0, indicator: false))
        }),
      targetName: target, target: classes.map(Target.classes) ?? .number(mean: 0, deviation: 1))
  }

  /// Several numbers that are taken as they are, answered together.
  ///
  /// - Parameters:
  ///   - columns: a name for each input.
  ///   - targets: a name for each number that is answered.
  /// - Throws: `Problem` for no columns, or targets that are not each named once.
  public init(columns: [String], targets: [String]) throws {
    guard let first = targets.first, Set(targets).count == targets.count else {
      throw Problem.data(
        "targets", expected: "one or more different names", found: Self.list(targets))
    }
    self.init(
      inputs: try Self(columns: columns, target: first).inputs, targetNames: targets,
      target: .numbers(targets.map { _ in TargetScale() }))
  }

  /// - Throws: `Problem` for a newer version, or numbers that would divide by zero.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    guard version == 1 else {
      throw Problem.data(
        "preprocessing", expected: "version 1", found: "version \(version)",
        fix: "use a newer Glassbox")
    }
    inputs = try values.decode(Inputs.self, forKey: .inputs)
    // One name has its own key, as in files of all versions.
    targetNames =
      try values.decodeIfPresent([String].self, forKey: .targetNames)
      ?? [values.decode(String.self, forKey: .targetName)]
    target = try values.decode(Target.self, forKey: .target)
    unnamedColumns = try values.decodeIfPresent(Int.self, forKey: .unnamedColumns)
    roles = try values.decodeIfPresent(RowRoles.self, forKey: .roles)
    series = try values.decodeIfPresent(SeriesWindows.self, forKey: .series)
    try series?.check()
    stepLabels = try values.decodeIfPresent(StepLabels.self, forKey: .stepLabels)
    try validate()
  }

  /// A single target has the key that it has in files of all versions.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(version, forKey: .version)
    try values.encode(inputs, forKey: .inputs)
    if targetNames.count == 1 {
      try values.encode(targetNames[0], forKey: .targetName)
    } else {
      try values.encode(targetNames, forKey: .targetNames)
    }
    try values.encode(target, forKey: .target)
    try values.encodeIfPresent(unnamedColumns, forKey: .unnamedColumns)
    try values.encodeIfPresent(roles, forKey: .roles)
    try values.encodeIfPresent(series, forKey: .series)
    try values.encodeIfPresent(stepLabels, forKey: .stepLabels)
  }

  private func validate() throws {
    try validateTarget()
    if case .images(let encoding) = inputs { try encoding.validate() }
    if case .sequence(let encoding) = inputs { try encoding.validate() }
    try stepLabels?.check(sequence)
    for column in columns {
      if case .number(let offset, let scale, let fill, _) = column.encoding {
        guard offset.isFinite, fill.isFinite, scale.isFinite, scale > 0 else {
          throw Self.invalid("column `\(column.name)`", "\(offset), \(scale) and \(fill)")
        }
      }
      if case .date(let date) = column.encoding, !date.isValid {
        throw Self.invalid("column `\(column.name)`", "\(date)")
      }
    }
  }

  static func invalid(_ place: String, _ found: String) -> Problem {
    Problem.data(
      "preprocessing of \(place)", expected: "finite numbers and a scale above 0", found: found,
      fix: "the model file is damaged; train again")
  }

  /// Whether data could have been made by it.
  /// - Parameter location: how messages call the data.
  /// - Throws: `Problem` for no examples, other shapes, or a class that does not exist.
  package func check(_ data: Dataset, at location: String) throws {
    guard data.count > 0 else {
      throw Problem.data(location, expected: "at least one example", found: "none")
    }
    guard data.inputs.shape == inputShape else {
      throw Problem.shape(
        location, expected: "examples of shape \(inputShape), as the preprocessing makes them",
        found: "\(data.inputs.shape)")
    }
    let count = answerCount * targetCount
    guard data.targets.shape.count == count, data.hasStepLabels == (stepLabels != nil) else {
      throw Problem.shape(
        location,
        expected: count == 1
          ? "one target for each example" : "\(count) targets for each example",
        found: "\(data.targets.shape.count)")
    }
    guard task.isClassification else { return }
    let known = 0..<Float(classes.count)
    if let bad = data.targets.all.firstIndex(where: { !known.contains($0) || $0 != $0.rounded() }) {
      let place = bad / data.targets.shape.count
      throw Problem.data(
        "\(location), example \(place + 1)",
        expected: "a class from 0 to \(classes.count - 1), of " + Self.list(classes),
        found: "\(data.targets[place][0])")
    }
  }

  /// The shape of one example.
  public var inputShape: TensorShape {
    switch inputs {
    case .columns: [columnWidth]
    case .sequence(let encoding): encoding.shape
    case .byteImages, .images:
      columnWidth == 0 ? imageShape! : [imageShape!.count + columnWidth]
    }
  }

  /// The shape of the image that an example is, or begins with; nil for other inputs.
  package var imageShape: TensorShape? {
    switch inputs {
    case .columns, .sequence: nil
    case .byteImages(let shape, _, _): shape
    // Checked when it was made or read.
    case .images(let encoding): [encoding.height, encoding.width, encoding.channels]
    }
  }

  /// The columns of a table that are inputs by themselves, in their order: all there are, or those beside
  /// an image.
  package var columns: [EncodedColumn] {
    switch inputs {
    case .columns(let columns): columns
    case .images(let encoding): encoding.besides ?? []
    case .sequence, .byteImages: []
    }
  }

  /// How many inputs they are. Counted from memory that exists, so the sum is a valid extent.
  package var columnWidth: Int { columns.reduce(0) { $0 + $1.width } }

  /// Where their inputs begin in an example.
  package var firstOfColumns: Int { imageShape?.count ?? 0 }

  /// Whether the inputs are columns of a table, side by side.
  package var isTable: Bool { if case .columns = inputs { true } else { false } }

  /// How columns become the steps of a sequence; nil for other inputs.
  package var sequence: SequenceEncoding? {
    if case .sequence(let encoding) = inputs { encoding } else { nil }
  }

  /// How many tokens a sequence of tokens knows, padding and unknown ones included; nil for other
  /// inputs.
  public var tokens: Int? { sequence?.tokens }

  /// A name for each input of a table, of images for those behind the image, such as `age`, `age is missing`, `colour = red`.
  public var inputNames: [String] {
    switch inputs {
    case .columns, .byteImages, .images: columns.flatMap(\.inputNames)
    case .sequence(let encoding): encoding.inputNames
    }
  }

  /// The same, with runs such as `x_1..x_9000` where there are more than 100.
  package var shortInputNames: [String] {
    let names = inputNames
    return NameRuns.ranges(names, kinds: names.map { _ in 0 }).map { NameRuns.name($0, of: names) }
  }

  /// What was done with each column, one line each; runs of columns that are treated alike have one line
  /// where there are more than 100.
  public var summary: String {
    switch inputs {
    case .columns(let columns): EncodedColumn.summaries(of: columns).joined(separator: "\n")
    case .sequence(let encoding): encoding.summary
    case .byteImages(let shape, let scale, let offset):
      "images \(shape): byte · \(numberText(Double(scale)))"
        + (offset == 0 ? "" : " + \(numberText(Double(offset)))")
    case .images(let encoding):
      ([encoding.summary] + EncodedColumn.summaries(of: columns)).joined(separator: "\n")
    }
  }

  /// The columns that were dropped, with the reason, how texts are split, and an input that goes on beyond
  /// training.
  public var notes: [String] {
    (sequence?.notes ?? []) + EncodedColumn.notes(of: sequence?.others ?? columns) + timeNote
  }

  /// Times of a split by time stay an input, since what grows goes on growing, but the rows that test it
  /// lie beyond all times that were learned from.
  private var timeNote: [String] {
    guard let time = roles?.time, columns.contains(where: { $0.name == time && $0.width > 0 })
    else { return [] }
    return [
      "column `\(time)` splits the rows and is an input too, so that a trend goes on beyond the times that "
        + "were learned from; set `ignore` to `\(ListText.text([time]))` where there is none"
    ]
  }

  /// The label of a class index, such as the place of the largest output.
  public func decodeClass(_ index: Int) -> String {
    classes.indices.contains(index) ? classes[index] : "\(index)"
  }
}
