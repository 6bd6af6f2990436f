public import Engine

/// An IDX file: a magic number, the extents, then the elements row-major, all big-endian.
///
/// The format of the MNIST files (LeCun, Cortes, Burges: *The MNIST database*). Byte 3 names the kind
/// of element, byte 4 the number of axes.
public struct IDX: Sendable {
  /// What an element is, by its code in the file.
  package enum Element: UInt8, Sendable {
    /// 8 bits, 0…255: images and labels.
    case unsignedByte = 0x08
    /// 8 bits, −128…127.
    case signedByte = 0x09
    /// 16 bits with sign.
    case short = 0x0B
    /// 32 bits with sign.
    case int = 0x0C
    /// IEEE 754 single precision.
    case float = 0x0D
    /// IEEE 754 double precision.
    case double = 0x0E

    /// Bytes of one element.
    package var size: Int {
      switch self {
      case .unsignedByte, .signedByte: 1
      case .short: 2
      case .int, .float: 4
      case .double: 8
      }
    }
  }

  /// How messages call the file.
  public let name: String
  /// What the elements are.
  package let element: Element
  /// Extents, outermost first; the first axis counts examples.
  public let shape: TensorShape
  /// The elements as they stand in the file.
  let content: [UInt8]

  /// Unpacks a file's bytes, whatever their format: usually `Gzip.decode` of the codecs.
  public typealias Decoder = @Sendable ([UInt8]) throws -> [UInt8]

  /// Reads a file.
  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - limit: The largest file accepted, in bytes.
  ///   - gunzip: Unpacks a file that starts with the gzip signature.
  /// - Throws: `Problem`.
  public init(
    path: String, limit: Int = 1 << 32, gunzip: Decoder? = nil
  ) throws {
    var source = try FileSource.opening(path)
    try self.init(try source.readAll(limit: limit), name: source.name, gunzip: gunzip)
  }

  /// Whether bytes begin as such a file, packed or not, and not as an image.
  package static func isIDX(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0, 0]) || bytes.starts(with: Decoders.gzipSignature)
  }

  /// Reads the bytes of a file.
  /// - Throws: `Problem` of kind `malformed`, its location naming the byte offset.
  public init(_ bytes: [UInt8], name: String, gunzip: Decoder? = nil) throws {
    var bytes = bytes
    if bytes.starts(with: Decoders.gzipSignature) {
      guard let gunzip else {
        throw Problem(
          .malformed, name, expected: "an IDX file", found: "a gzip file",
          fix: "unpack it first, or pass a decoder for gzip")
      }
      bytes = try gunzip(bytes)
    }
    self.name = name
    guard bytes.count >= 4 else { throw Self.truncated(name, bytes.count, needed: 4) }
    guard bytes[0] == 0, bytes[1] == 0, let element = Element(rawValue: bytes[2]) else {
      throw Problem(
        .malformed, "\(name): byte 0", expected: "the magic number of an IDX file",
        found: SHA256.text(bytes[..<4]), fix: "check that this is an IDX file")
    }
    let rank = Int(bytes[3])
    guard rank >= 1, rank <= TensorShape.maximumRank else {
      throw Problem(
        .malformed, "\(name): byte 3", expected: "1 to \(TensorShape.maximumRank) axes",
        found: "\(rank)")
    }
    let start = 4 + 4 * rank
    guard bytes.count >= start else { throw Self.truncated(name, bytes.count, needed: start) }
    let extents = (0..<rank).map { axis in
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * axis + $1]) }
    }
    self.element = element
    try Self.check(extents, name)
    do {
      shape = try TensorShape(checking: extents, at: "\(name): byte 4")
    } catch {
      throw Problem(
        .malformed, error.location, expected: error.expected, found: error.found)
    }
    let (size, overflow) = shape.count.multipliedReportingOverflow(by: element.size)
    guard !overflow, size <= bytes.count - start else {
      let (needed, isTooMuch) = size.addingReportingOverflow(start)
      throw Self.truncated(name, bytes.count, needed: overflow || isTooMuch ? .max : needed)
    }
    guard size == bytes.count - start else {
      throw Problem(
        .malformed, "\(name): byte \(start + size)",
        expected: "the end of the file after \(shape.count) elements",
        found: "\(bytes.count - start - size) more bytes")
    }
    content = Array(bytes[start...])
  }

  private static func check(_ extents: [Int], _ name: String) throws {
    guard extents[0] > 0 else {
      throw Problem(
        .malformed, "\(name): byte 4", expected: "at least one example", found: "none")
    }
    guard let axis = extents.firstIndex(of: 0) else { return }
    throw Problem(
      .malformed, "\(name): byte \(4 + 4 * axis)", expected: "examples with extents of at least 1",
      found: "\(extents.dropFirst().map(String.init).joined(separator: " × "))",
      fix: "copy or download the file again")
  }

  private static func truncated(_ name: String, _ count: Int, needed: Int) -> Problem {
    Problem(
      .malformed, "\(name): byte \(count)", expected: "\(needed) bytes in all",
      found: "the end of the file", fix: "copy or download the file again")
  }

  /// The element at a flat index as a number.
  public func number(_ index: Int) -> Double {
    let bits = content[index * element.size..<(index + 1) * element.size]
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return switch element {
    case .unsignedByte: Double(bits)
    case .signedByte: Double(Int8(truncatingIfNeeded: bits))
    case .short: Double(Int16(truncatingIfNeeded: bits))
    case .int: Double(Int32(truncatingIfNeeded: bits))
    case .float: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .double: Double(bitPattern: bits)
    }
  }
}
