import Datasets
import Engine
import Networks
import Training

/// What a playground learns.
package enum PlaygroundData: Sendable, Equatable {
  /// Points that are drawn by the seed.
  case plane(Plane, noise: Double, count: Int)
  /// Points by hand.
  case points([Point], Kind)
  /// The text of a CSV file.
  case table(Table)
  /// Small pictures or series that are made by the seed.
  case made(MadeData, noise: Double, count: Int)
  /// Whatever a training reads, where it lies.
  case files(Files)

  /// What the points are labelled with.
  package enum Kind: String, Sendable, NamedChoice {
    case classes, numbers
  }

  /// A place and its label, a class or a number as text.
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var label: String
  }

  /// A table and what of it is looked at.
  package struct Table: Sendable, Equatable {
    package var csv: String
    /// The file's name, for messages and exports.
    package var name: String
    package var target: String
    /// The two numeric inputs that are the axes of pictures; nil takes the first two.
    package var columns: [String]?
  }

  /// A table, a folder of pictures for each class, or a pair of IDX files.
  package struct Files: Sendable, Equatable {
    package var path: String
    /// Of a table; pictures have none.
    package var target: String?
    /// As of a table.
    package var columns: [String]?
  }

  /// The most points, or rows of a table.
  package static let mostRows = 5_000
  /// The most bytes of a table.
  package static let mostBytes = 4 << 20
  static let axes = ["x", "y"]

  /// The name of the file that an export holds the data in.
  package var fileName: String {
    switch self {
    case .plane(let plane, _, _): "\(plane.rawValue).csv"
    case .points: "points.csv"
    case .table(let table): table.name
    case .made(let made, _, _): "\(made.rawValue).csv"
    case .files(let files): files.path
    }
  }

  /// The column that is learned; nil for pictures, and for what the settings of the run say.
  package var target: String? {
    switch self {
    case .plane(let plane, _, _): plane.hasNumbers ? "height" : "colour"
    case .points(_, let kind): kind == .numbers ? "height" : "colour"
    case .table(let table): table.target
    case .made(let made, _, _): made.target
    case .files(let files): files.target
    }
  }

  /// What is asked of the target; nil where its cells tell.
  var task: LearningTask.Choice? {
    switch self {
    case .plane(let plane, _, _): plane.hasNumbers ? .regression : .classification
    case .points(_, let kind): kind == .numbers ? .regression : .classification
    case .made: .classification
    case .table, .files: nil
    }
  }

  /// The two columns that are the axes, where they are said.
  var columns: [String]? {
    switch self {
    case .plane, .points: Self.axes
    case .table(let table): table.columns
    case .files(let files): files.columns
    case .made: nil
    }
  }

  /// Is a square around 0 shown, even where no point lies?
  var isPlane: Bool {
    switch self {
    case .plane, .points: true
    case .table, .made, .files: false
    }
  }

  /// The data as the text of a CSV file: what is learned from, and what an export holds.
  ///
  /// - Parameter seed: draws the points of a plane.
  /// - Returns: nil for data that stay where they lie.
  /// - Throws: `Problem` for too many or too few points, and numbers out of range.
  package func csv(seed: UInt64) throws -> [UInt8]? {
    switch self {
    case .plane(let plane, let noise, let count):
      try Self.check(noise: noise, count: count)
      let labels = plane.labels
      return text(
        plane.points(count: count, noise: noise, seed: seed).map {
          ($0.x, $0.y, labels.isEmpty ? "\($0.target)" : labels[Int($0.target)])
        })
    case .points(let points, let kind):
      try Self.check(points.count, of: "points")
      for (place, point) in points.enumerated() {
        try Self.check(point, kind, at: "points, point \(place + 1)")
      }
      return text(points.map { ($0.x, $0.y, $0.label) })
    case .table(let table):
      guard table.csv.utf8.count <= Self.mostBytes else {
        throw Problem.data(
          table.name, expected: "at most \(Self.mostBytes >> 20) MiB to play with",
          found: "\(table.csv.utf8.count) bytes", fix: "take some of its rows and columns")
      }
      return Array(table.csv.utf8)
    case .made(let made, let noise, let count):
      try Self.check(noise: noise, count: count)
      return made.csv(count: count, noise: noise, seed: seed)
    case .files: return nil
    }
  }

  private static func check(noise: Double, count: Int) throws {
    guard (0...1).contains(noise) else {
      throw Problem.data("noise", expected: "a share from 0 to 1", found: "\(noise)")
    }
    try check(count, of: "count")
  }

  private static func check(_ point: Point, _ kind: Kind, at place: String) throws {
    guard [point.x, point.y].allSatisfy({ $0.isFinite && $0.magnitude <= 1e6 }) else {
      throw Problem.data(
        place, expected: "two numbers from -1000000 to 1000000", found: "\(point.x), \(point.y)")
    }
    if kind == .numbers, Double(point.label)?.isFinite != true {
      throw Problem.data(place, expected: "a number to be foreseen", found: "`\(point.label)`")
    }
    // A quote, a comma or a line's end would end the cell.
    let isPlain = point.label.unicodeScalars.allSatisfy {
      $0.value >= 32 && $0 != "\"" && $0 != ","
    }
    guard isPlain, (1...40).contains(point.label.count) else {
      throw Problem.data(
        place, expected: "a label of 1 to 40 signs without commas and quotes",
        found: "`\(point.label.prefix(40))`")
    }
  }

  static func check(_ rows: Int, of what: String) throws {
    guard (1...mostRows).contains(rows) else {
      throw Problem.data(
        what, expected: "1 to \(mostRows) points to play with", found: "\(rows)",
        fix: rows > mostRows
          ? "take fewer; a run learns from files of any size" : "give some")
    }
  }

  private func text(_ rows: [(x: Double, y: Double, label: String)]) -> [UInt8] {
    var text = "x,y,\(target ?? "")\n"
    for row in rows { text += "\(row.x),\(row.y),\(row.label)\n" }
    return Array(text.utf8)
  }
}

extension PlaygroundData: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case plane, noise, count, points, kind, csv, name, target, columns, made, path
  }

  /// Which settings belong together; the first says the form.
  private static let forms: [[Key]] = [
    [.plane, .noise, .count], [.points, .kind], [.csv, .name, .target, .columns],
    [.made, .noise, .count], [.path, .target, .columns],
  ]

  /// - Throws: `Problem` for none or several forms, and for settings of another one.
  package init(from decoder: any Decoder) throws {
    let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    let form = Self.forms.first { names.contains($0[0].rawValue) } ?? []
    let known = form.map(\.rawValue)
    if let strange = names.first(where: { !known.contains($0) }) {
      throw Problem.data(
        "data",
        expected: form.isEmpty
          ? "one of " + Self.forms.map { $0[0].rawValue }.joined(separator: ", ")
          : "no other setting beside " + known.joined(separator: ", "), found: "`\(strange)`",
        fix: Problem.fix(strange, among: form.isEmpty ? Key.allCases.map(\.rawValue) : known))
    }
    let fields = try decoder.container(keyedBy: Key.self)
    switch form.first {
    case .plane:
      self = .plane(
        try fields.decode(Plane.self, forKey: .plane),
        noise: try fields.decodeIfPresent(Double.self, forKey: .noise) ?? 0.1,
        count: try fields.decodeIfPresent(Int.self, forKey: .count) ?? 300)
    case .points:
      self = .points(
        try fields.decode([Point].self, forKey: .points),
        try fields.decodeIfPresent(Kind.self, forKey: .kind) ?? .classes)
    case .csv:
      self = .table(
        Table(
          csv: try fields.decode(String.self, forKey: .csv),
          name: try fields.decodeIfPresent(String.self, forKey: .name) ?? "table.csv",
          target: try fields.decode(String.self, forKey: .target),
          columns: try fields.decodeIfPresent([String].self, forKey: .columns)))
    case .made:
      self = .made(
        try fields.decode(MadeData.self, forKey: .made),
        noise: try fields.decodeIfPresent(Double.self, forKey: .noise) ?? 0.1,
        count: try fields.decodeIfPresent(Int.self, forKey: .count) ?? 300)
    case .path:
      self = .files(
        Files(
          path: try fields.decode(String.self, forKey: .path),
          target: try fields.decodeIfPresent(String.self, forKey: .target),
          columns: try fields.decodeIfPresent([String].self, forKey: .columns)))
    default:
      throw Problem.data(
        "data",
        expected: "a plane, points, the text of a table, made pictures or series, or a path",
        found: "none", fix: "give `plane`, `points`, `csv`, `made` or `path`")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .plane(let plane, let noise, let count):
      try fields.encode(plane, forKey: .plane)
      try fields.encode(noise, forKey: .noise)
      try fields.encode(count, forKey: .count)
    case .points(let points, let kind):
      var list = fields.nestedUnkeyedContainer(forKey: .points)
      for point in points { try point.encode(as: kind, to: list.superEncoder()) }
      try fields.encode(kind, forKey: .kind)
    case .table(let table):
      try fields.encode(table.csv, forKey: .csv)
      try fields.encode(table.name, forKey: .name)
      try fields.encode(table.target, forKey: .target)
      try fields.encodeIfPresent(table.columns, forKey: .columns)
    case .made(let made, let noise, let count):
      try fields.encode(made, forKey: .made)
      try fields.encode(noise, forKey: .noise)
      try fields.encode(count, forKey: .count)
    case .files(let files):
      try fields.encode(files.path, forKey: .path)
      try fields.encodeIfPresent(files.target, forKey: .target)
      try fields.encodeIfPresent(files.columns, forKey: .columns)
    }
  }
}

extension PlaygroundData.Point: Decodable {
  /// `[x, y, label]`, where the label is a text or a number.
  package init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    x = try list.decode(Double.self)
    y = try list.decode(Double.self)
    label = try list.decode(CellText.self).text
    guard list.isAtEnd else {
      throw Problem.data(
        decoder.codingPath.place, expected: "x, y and a label", found: "more than three values")
    }
  }

  fileprivate func encode(as kind: PlaygroundData.Kind, to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(x)
    try list.encode(y)
    if kind == .numbers, let number = Double(label) {
      try list.encode(number)
    } else {
      try list.encode(label)
    }
  }
}
