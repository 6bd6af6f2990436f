import CZlib
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
      try inflateMembers(input, limit: limit, name: name)
    }
  }

  private static func inflateMembers(
    _ input: UnsafeBufferPointer<UInt8>, limit: Int, name: String
  ) throws -> [UInt8] {
    var stream = z_stream()
    // 15 is the largest window, + 16 asks for the gzip format with its checks.
    let started = inflateInit2_(
      &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
      throw Problem(
        .inputOutput, name, expected: "zlib to start", found: "its error \(started)")
    }
    defer { inflateEnd(&stream) }

    var output: [UInt8] = []
    var consumed = 0
    repeat {
      consumed = try inflateMember(
        &stream, input, from: consumed, into: &output, limit: limit, name: name)
      inflateReset(&stream)
      guard input[consumed...].starts(with: magic) else { break }
    } while true

    if let stray = input[consumed...].firstIndex(where: { $0 != 0 }) {
      throw Problem(
        .malformed, "\(name): byte \(stray)", expected: "another gzip member or the end",
        found: "other bytes")
    }
    return output
  }

  /// Unpacks one member and returns the offset behind it.
  private static func inflateMember(
    _ stream: inout z_stream, _ input: UnsafeBufferPointer<UInt8>, from start: Int,
    into output: inout [UInt8], limit: Int, name: String
  ) throws -> Int {
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
      guard output.count <= limit else {
        throw Problem(
          .malformed, name, expected: "at most \(limit) bytes of content", found: "more",
          fix: "raise the limit if the file is trusted")
      }
      switch status {
      case Z_STREAM_END: return consumed
      case Z_OK where consumed < input.count || made == room: continue
      case Z_OK, Z_BUF_ERROR:
        throw Problem(
          .malformed, "\(name): byte \(input.count)", expected: "the rest of the compressed data",
          found: "the end of the file", fix: "copy or download the file again")
      default:
        throw Problem(
          .malformed, "\(name): byte \(consumed)", expected: "intact gzip data",
          found: stream.msg.map { String(cString: $0) } ?? "zlib error \(status)",
          fix: "copy or download the file again")
      }
    }
  }
}
