import Charts
import Datasets
import Engine
import Networks
import Training

/// What a playground learns from, read and prepared once.
struct PlaygroundSource: Sendable {
  /// The data as a CSV file; nil for data that stay where they lie.
  let csv: [UInt8]?
  /// The rows as they were read; nil for pictures, and for rows that are made of several of a file.
  let table: DataTable?
  let data: PreparedData
  /// What pictures of the plane lie over; nil where there is none.
  let axes: Axes?
  /// Why there is no plane; nil where there is one.
  let noPlane: String?
  /// Inputs that are pictures; nil for others.
  let images: InputImages?
  /// For each row of the data its part, and its place there; nil for a row that is left out.
  let places: [(part: Split.Part, place: Int)?]
  let registry: Registry

  /// The most rows of data that are read where they lie, and numbers of all of them.
  static let mostRows = 70_000
  static let mostNumbers = 64 << 20
  /// The most numbers of one example.
  static let mostInputs = 16_384

  /// - Throws: `Problem` for data that cannot be read, or are more than can be played with.
  init(_ given: PlaygroundData, _ base: RunConfiguration, _ readers: StudioReaders) throws {
    registry = readers.registry
    csv = try given.csv(seed: base.data.seed)
    // Of a series, or of steps that have rows of their own, an example is several rows.
    let hasOwnRows = base.data.forecast == nil && base.data.sequence?.group == nil
    let table: DataTable?
    if let csv {
      let read = try DataTable(csv: csv, name: given.fileName, options: base.data.tableOptions)
      try PlaygroundData.check(read.count, of: read.name)
      data = try PreparedData(table: read, base, registry: registry)
      table = hasOwnRows ? read : nil
    } else {
      try Self.check(DataLocation(given.fileName))
      data = try PreparedData(base, registry: registry, decoders: readers.decoders)
      if hasOwnRows, case .table(let file) = DataLocation(given.fileName) {
        table = try base.table(file, decoders: readers.decoders)
      } else {
        table = nil
      }
    }
    let preprocessing = data.preprocessing
    let split = data.split
    let rows = Split.Part.allCases.flatMap { split[$0] }
    try Self.check(rows: rows.count, inputs: preprocessing.inputShape.count, of: given.fileName)
    self.table = table
    images = InputImages(preprocessing, summary: preprocessing.isTable ? try data.summary : nil)
    if images != nil {
      (axes, noPlane) = (
        nil, "The inputs are a picture, not two numbers: there is no plane to draw."
      )
    } else if preprocessing.sequence != nil || preprocessing.series != nil {
      (axes, noPlane) = (
        nil, "The inputs are steps of a series, not two numbers: there is no plane to draw."
      )
    } else if let table, preprocessing.isTable {
      axes = try Axes(data, given, table)
      noPlane = axes == nil ? "Fewer than two inputs are numbers: there is no plane to draw." : nil
    } else {
      (axes, noPlane) = (nil, "The inputs are not two numbers: there is no plane to draw.")
    }
    var places = [(part: Split.Part, place: Int)?](
      repeating: nil, count: max(table?.count ?? 0, (rows.max() ?? -1) + 1))
    for part in Split.Part.allCases {
      for (place, row) in split[part].enumerated() { places[row] = (part, place) }
    }
    self.places = places
  }

  /// - Throws: `Problem` for so many files that reading them would take long.
  private static func check(_ location: DataLocation) throws {
    guard case .folder(let path) = location else { return }
    let count = try ImageFolder.files(below: path).count(where: DataTable.namesImage)
    try check(rows: count, inputs: 1, of: path)
  }

  private static func check(rows: Int, inputs: Int, of name: String) throws {
    guard inputs <= mostInputs else {
      throw Problem.data(
        name, expected: "at most \(mostInputs) numbers in an example to play with",
        found: "\(inputs)", fix: "set a smaller `image_size`, or leave columns out by `ignore`")
    }
    guard rows <= mostRows, rows * inputs <= mostNumbers else {
      throw Problem.data(
        name,
        expected: "at most \(mostRows) rows, and \(mostNumbers) numbers in all, to play with",
        found: "\(rows) rows of \(inputs) \(inputs == 1 ? "number" : "numbers")",
        fix: "take fewer; a run learns from data of any size")
    }
  }

  /// The part and the example of a row.
  ///
  /// - Parameter number: counted from 1.
  /// - Throws: `Problem` for a row that there is not, or that is left out.
  func example(_ number: Int) throws -> (part: Split.Part, example: Example, weights: [Float]?) {
    guard places.indices.contains(number - 1) else {
      throw Problem.data("row", expected: "1 to \(places.count)", found: "\(number)")
    }
    guard let (part, place) = places[number - 1], let dataset = dataset(part) else {
      throw Problem.data(
        "row", expected: "one that is learned from or scored",
        found: "row \(number), which is left out")
    }
    // Of steps that have a class of their own, those of padding do not count.
    let weights = data.preprocessing.stepLabels == nil ? nil : dataset.weights(of: place)
    return (part, dataset[place], weights.map(Array.init))
  }

  private func dataset(_ part: Split.Part) -> Dataset? {
    switch part {
    case .train: data.train
    case .validation: data.validation
    case .test: data.test
    }
  }
}
