import Datasets
import Engine

/// The JSON that stands in cells of the log.
enum LogText {
  /// An object of cells by their names, in their order.
  static func object(_ cells: [(name: String, cell: CellValue)]) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (place, (name, cell)) in cells.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      append(name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      switch cell {
      case .text(let text): append(text, to: &bytes)
      case .number(let number) where number.isFinite: bytes += "\(number)".utf8
      case .number, .missing: bytes += "null".utf8
      }
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same back.
  /// - Throws: `Problem` for other text.
  static func cells(of text: String) throws -> [String: CellValue] {
    try JSONReader.reading(Array(text.utf8), depthLimit: 2) { reader in
      var cells: [String: CellValue] = [:]
      try reader.object { name, reader in cells[name] = try reader.cell(name) }
      return cells
    }
  }

  /// - Throws: `Problem` for text that is no list of numbers.
  static func numbers(of text: String) throws -> [Double] {
    try JSONReader.reading(Array(text.utf8), depthLimit: 2) { reader in
      var numbers: [Double] = []
      try reader.array {
        if case .number(let number) = try $0.cell("probability") { numbers.append(number) }
      }
      return numbers
    }
  }

  /// A list of texts.
  static func list(_ texts: [String]) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    for (place, text) in texts.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      append(text, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same back.
  /// - Throws: `Problem` for other text.
  static func texts(of text: String) throws -> [String] {
    try JSONReader.reading(Array(text.utf8), depthLimit: 2) { reader in
      var texts: [String] = []
      try reader.array {
        if case .text(let text) = try $0.cell("class") { texts.append(text) }
      }
      return texts
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
