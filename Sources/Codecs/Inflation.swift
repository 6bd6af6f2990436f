import CZlib
import Engine

/// Unpacks what the DEFLATE method packed (RFC 1951), in one of its wrappings, within a limit.
struct Inflation {
  /// What stands around the compressed data.
  enum Wrapping: Int32 {
    // 15 is the largest window; zlib asks for a wrapping by its sign or by adding to it.
    case none = -15
    case gzip = 31
  }

  private var stream = z_stream()
  private let limit: Int
  private let name: String
  /// What was unpacked.
  private(set) var output: [UInt8] = []

  /// - Parameters:
  ///   - limit: the largest content accepted, in bytes.
  ///   - name: how messages call the file.
  /// - Throws: `Problem` if zlib has no memory.
  static func unpack<Result>(
    _ wrapping: Wrapping, limit: Int, name: String, _ body: (inout Inflation) throws -> Result
  ) throws -> Result {
    var inflation = Inflation(limit: limit, name: name)
    let started = inflateInit2_(
      &inflation.stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
      throw Problem(.inputOutput, name, expected: "zlib to start", found: "its error \(started)")
    }
    defer { inflateEnd(&inflation.stream) }
    return try body(&inflation)
  }

  private init(limit: Int, name: String) { (self.limit, self.name) = (limit, name) }

  /// Unpacks one stream of compressed data and returns the offset behind it.
  /// - Throws: `Problem` with the offset where the data are damaged, or for more content than the limit.
  mutating func unpack(_ input: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
    inflateReset(&stream)
    let chunk = 1 << 16
    var consumed = start
    while true {
      // zlib counts in 32 bits, so a large input is handed over in pieces.
      let offered = min(input.count - consumed, 1 << 30)
      // One byte more than the limit is enough to know that the content is too long.
      let room = min(chunk, limit - output.count + 1)
      var made = 0
      var status = Z_OK
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { buffer in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + consumed)
        stream.avail_in = UInt32(offered)
        stream.next_out = buffer.baseAddress!
        stream.avail_out = UInt32(room)
        status = inflate(&stream, Z_NO_FLUSH)
        made = room - Int(stream.avail_out)
        output.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<made]))
      }
      consumed += offered - Int(stream.avail_in)
      guard output.count <= limit else { throw Self.tooLong(limit, name) }
      switch status {
      case Z_STREAM_END: return consumed
      case Z_OK where consumed < input.count || made == room: continue
      case Z_OK, Z_BUF_ERROR:
        throw Self.ended(name, at: input.count)
      default: throw Self.damaged(name, at: consumed, stream.msg, status)
      }
    }
  }

  static func ended(_ name: String, at byte: Int) -> Problem {
    Problem(
      .malformed, "\(name): byte \(byte)", expected: "the rest of the compressed data",
      found: "the end of the file", fix: copyAgain)
  }

  static func damaged(
    _ name: String, at byte: Int, _ message: UnsafePointer<CChar>?, _ status: Int32
  ) -> Problem {
    Problem(
      .malformed, "\(name): byte \(byte)", expected: "intact compressed data",
      found: message.map { String(cString: $0) } ?? "zlib error \(status)", fix: copyAgain)
  }

  static let copyAgain = "copy or download the file again"

  static func tooLong(_ limit: Int, _ name: String) -> Problem {
    Problem(
      .malformed, name, expected: "at most \(limit) bytes of content", found: "more",
      fix: "raise the limit if the file is trusted")
  }
}
