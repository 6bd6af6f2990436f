import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Values as JSON text and back, with problems that say where.
package enum JSONText {
  /// One line, keys sorted, numbers as the shortest text that reads back the same.
  /// - Throws: whatever a value throws that cannot be written, `Problem` for more levels than are read.
  package static func encode(_ value: some Encodable, pretty: Bool = false) throws -> String {
    guard pretty else { return String(decoding: try bytes(of: value), as: UTF8.self) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let text = try encoder.encode(value)
    try check(text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The same line as bytes.
  /// - Throws: whatever a value throws that cannot be written, `Problem` for more levels than are read.
  package static func bytes(of value: some Encodable) throws -> [UInt8] {
    let text = try JSONWriter.bytes(of: value)
    try check(text)
    return text
  }

  private static func check(_ text: some Sequence<UInt8>) throws(Problem) {
    try JSONNesting.check(
      text, at: "what is to be written",
      fix: "put layers, and the parts of other values, beside each other instead of into each other"
    )
  }

  /// - Parameters:
  ///   - location: where the text stands, for the problem.
  ///   - registry: what the text can name.
  /// - Throws: `Problem` with the path inside the text.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from text: String, at location: String,
    registry: Registry = .standard
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.userInfo[.registry] = registry
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    try JSONNesting.check(text.utf8, at: location)
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw problem(error, location)
    }
  }

  private static func problem(_ error: DecodingError, _ location: String) -> Problem {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let path = (context.codingPath + (last.map { [$0] } ?? [])).place
      return path.isEmpty ? location : "\(location): \(path)"
    }
    return switch error {
    case .keyNotFound(let key, let context):
      Problem.data(place(context, key), expected: "this field", found: "none")
    case .typeMismatch(let type, let context):
      Problem.data(place(context), expected: "\(type)", found: "something else")
    case .valueNotFound(let type, let context):
      Problem.data(place(context), expected: "\(type)", found: "null")
    case .dataCorrupted(let context):
      Problem.data(place(context), expected: "valid JSON", found: context.debugDescription)
    @unknown default:
      Problem.data(location, expected: "valid JSON", found: "\(error)")
    }
  }
}
