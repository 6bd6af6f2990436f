import CZlib
import Datasets
import Engine

/// The content of a gzip file (RFC 1952), unpacked piece by piece while it is read; each member is checked against
/// its CRC-32 and length when its end is reached.
final class InflatedSource: ByteSource {
  let name: String
  var length: Int? { nil }
  private var source: any ByteSource
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var packed = [UInt8](repeating: 0, count: 1 << 18)
  /// What of ``packed`` is still to be unpacked.
  private var left = 0..<0
  /// Bytes of the file before ``packed``.
  private var before = 0
  /// Whether a member has begun and not ended.
  private var isInside = true
  /// Whether zero bytes have followed the last member.
  private var isPadded = false

  /// - Parameter source: at its beginning.
  /// - Throws: `Problem` if zlib has no memory.
  init(_ source: any ByteSource) throws {
    (self.source, name) = (source, source.name)
    stream.initialize(to: z_stream())
    let started = inflateInit2_(
      stream, Inflation.Wrapping.gzip.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
      throw Problem(.inputOutput, name, expected: "zlib to start", found: "its error \(started)")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func rewind() throws {
    try source.rewind()
    inflateReset(stream)
    (left, before) = (0..<0, 0)
    (isInside, isPadded) = (true, false)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !buffer.isEmpty else { return 0 }
    while true {
      if left.isEmpty, try !refill() {
        guard isInside else { return 0 }
        throw Inflation.ended(name, at: before)
      }
      guard isInside else {
        try beginMember()
        continue
      }
      let made = try unpack(into: buffer)
      if made > 0 { return made }
    }
  }

  /// - Returns: false at the end of the file.
  private func refill() throws -> Bool {
    before += left.upperBound
    let got = try packed.withUnsafeMutableBytes { try source.read(into: $0) }
    left = 0..<got
    return got > 0
  }

  /// Another member, or zero bytes up to the end: padding.
  private func beginMember() throws {
    guard let place = left.first(where: { packed[$0] != 0 }) else {
      isPadded = true
      left = left.upperBound..<left.upperBound
      return
    }
    guard packed[place] == Gzip.magic[0], !isPadded, place == left.lowerBound else {
      throw Gzip.stray(name, at: before + place)
    }
    left = place..<left.upperBound
    inflateReset(stream)
    isInside = true
  }

  private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let room = min(buffer.count, 1 << 30)
    let status = packed.withUnsafeMutableBufferPointer { packed in
      stream.pointee.next_in = packed.baseAddress! + left.lowerBound
      stream.pointee.avail_in = UInt32(left.count)
      stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress!
      stream.pointee.avail_out = UInt32(room)
      return inflate(stream, Z_NO_FLUSH)
    }
    left = left.upperBound - Int(stream.pointee.avail_in)..<left.upperBound
    switch status {
    case Z_STREAM_END: isInside = false
    case Z_OK: break
    // No progress without more bytes.
    case Z_BUF_ERROR where left.isEmpty: break
    default:
      throw Inflation.damaged(name, at: before + left.lowerBound, stream.pointee.msg, status)
    }
    return room - Int(stream.pointee.avail_out)
  }
}
