import Datasets
import Engine
import Formatting

/// The rows of a request.
enum Instances: Sendable {
  /// Each a row's cells: by the names of columns, or in their order.
  case rows([Row])
  /// Each the content of an image file, with what messages call it.
  case images([(name: String, bytes: [UInt8])])

  /// One row.
  enum Row: Sendable {
    case named([String: CellValue])
    case list([CellValue])
  }

  var count: Int {
    switch self {
    case .rows(let rows): rows.count
    case .images(let images): images.count
    }
  }
}

extension Instances {
  /// Rows as JSON: `{"instances": [row, …]}`, `[row, …]`, or one row, where a row is an object of cells by
  /// the names of columns, or an array of cells in their order.
  ///
  /// - Throws: `Problem`: of the kind `malformed` for what is no JSON, of the kind `data` for what is no
  ///   rows, or too many.
  init(json body: [UInt8], limits: ServingLimits) throws {
    self = .rows(
      try JSONReader.reading(body, depthLimit: limits.jsonDepth) { reader in
        var rows = RowReader(limit: limits.instances)
        try rows.readBody(&reader)
        return rows.rows
      })
  }

  private struct RowReader {
    let limit: Int
    var rows: [Row] = []

    mutating func readBody(_ reader: inout JSONReader) throws {
      switch try reader.peek() {
      case .array: try readArray(&reader)
      case .object: try readObject(&reader)
      case .text, .number, .truth, .null:
        throw Problem.data(
          "body", expected: "an object or an array", found: "a single value",
          fix: "send {\"instances\": [row, …]}, or one row")
      }
    }

    /// Rows, or the cells of one.
    private mutating func readArray(_ reader: inout JSONReader) throws {
      var cells: [CellValue] = []
      var hasRows = false
      try reader.array { reader in
        switch try reader.peek() {
        case .array, .object:
          guard cells.isEmpty else { throw Self.mixed }
          hasRows = true
          try readRow(&reader)
        case .text, .number, .truth, .null:
          guard !hasRows else { throw Self.mixed }
          cells.append(try reader.cell("body[\(cells.count)]"))
        }
      }
      if !hasRows {
        guard !cells.isEmpty else { throw Self.none }
        rows.append(.list(cells))
      }
    }

    /// `instances`, or one row.
    private mutating func readObject(_ reader: inout JSONReader) throws {
      var cells: [String: CellValue] = [:]
      var hasInstances = false
      try reader.object { name, reader in
        if name == "instances", try reader.peek() == .array {
          guard cells.isEmpty, !hasInstances else { throw Self.extra(name) }
          hasInstances = true
          try reader.array { try readRow(&$0) }
        } else {
          guard !hasInstances else { throw Self.extra(name) }
          try Self.add(name, to: &cells, of: "body", &reader)
        }
      }
      if hasInstances ? rows.isEmpty : cells.isEmpty { throw Self.none }
      if !hasInstances { rows.append(.named(cells)) }
    }

    private mutating func readRow(_ reader: inout JSONReader) throws {
      guard rows.count < limit else {
        throw ServingProblem.tooManyInstances(limit)
      }
      let place = "instances[\(rows.count)]"
      switch try reader.peek() {
      case .object:
        var cells: [String: CellValue] = [:]
        try reader.object { name, reader in try Self.add(name, to: &cells, of: place, &reader) }
        rows.append(.named(cells))
      case .array:
        var cells: [CellValue] = []
        try reader.array { reader in cells.append(try reader.cell("\(place)[\(cells.count)]")) }
        rows.append(.list(cells))
      case .text, .number, .truth, .null: rows.append(.list([try reader.cell(place)]))
      }
    }

    private static func add(
      _ name: String, to cells: inout [String: CellValue], of place: String,
      _ reader: inout JSONReader
    ) throws {
      let cell = try reader.cell("\(place).\(name)")
      guard cells.updateValue(cell, forKey: name) == nil else {
        throw Problem.data("\(place).\(name)", expected: "each name once", found: "it twice")
      }
    }

    private static let none = Problem.data(
      "body", expected: "at least one row", found: "none",
      fix: "send {\"instances\": [row, …]}, or one row")
    private static let mixed = Problem.data(
      "body", expected: "rows, or the cells of one row", found: "both in one array")
    private static func extra(_ name: String) -> Problem {
      Problem.data(
        "body", expected: "`instances` alone", found: "`\(name.shortened(to: 40))` beside it",
        fix: "put every row into `instances`")
    }
  }
}
