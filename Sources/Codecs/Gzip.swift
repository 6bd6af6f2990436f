import Datasets
import Engine

/// The gzip file format (RFC 1952): one or more compressed members, one after the other.
public enum Gzip {
  /// The two bytes every gzip file starts with.
  public static let magic = Decoders.gzipSignature

  /// The content of all members joined, each checked against its CRC-32 and length.
  ///
  /// Zero bytes after the last member are padding and allowed; anything else there is not.
  /// - Parameters:
  ///   - bytes: A whole gzip file.
  ///   - limit: The largest content accepted, in bytes; a small file can unpack to a huge one.
  ///   - name: How messages call the file.
  /// - Throws: `Problem` of kind `malformed`, its location naming the byte offset.
  public static func decode(
    _ bytes: [UInt8], limit: Int = 1 << 30, name: String = "gzip data"
  ) throws -> [UInt8] {
    guard bytes.starts(with: magic) else {
      throw Problem(
        .malformed, "\(name): byte 0", expected: "the gzip signature 1f 8b",
        found: bytes.isEmpty ? "an empty file" : "other bytes")
    }
    return try bytes.withUnsafeBufferPointer { input in
      try Inflation.unpack(.gzip, limit: limit, name: name) { inflation in
        var consumed = 0
        repeat {
          consumed = try inflation.unpack(input, from: consumed)
        } while input[consumed...].starts(with: magic)

        if let byte = input[consumed...].firstIndex(where: { $0 != 0 }) {
          throw stray(name, at: byte)
        }
        return inflation.output
      }
    }
  }

  static func stray(_ name: String, at byte: Int) -> Problem {
    Problem(
      .malformed, "\(name): byte \(byte)", expected: "another gzip member or the end",
      found: "other bytes")
  }
}
