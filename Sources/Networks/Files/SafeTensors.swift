package import Engine

/// Named tensors and strings in one file: the safetensors format, which every framework can read and
/// which cannot carry code.
///
/// Layout: the length of the header (8 bytes, little-endian), the header (JSON, padded with spaces so
/// that the data begin at a multiple of 8), then the numbers, contiguous and little-endian. The header
/// maps each name to `{"dtype", "shape", "data_offsets"}`, and `__metadata__` to strings.
/// Source: https://github.com/huggingface/safetensors, section *Format*.
///
/// What this program writes carries four more strings in `__metadata__`: `format` = `glassbox`,
/// `format_version`, `format_reader` (the first version of the program that can read it) and `sha256`,
/// the hash of everything else in the file. The hash is verified whenever it is present, so a single
/// changed byte is noticed. These four never appear in ``metadata``.
package struct SafeTensors: Sendable {
  /// A tensor and its name.
  package struct Entry: Sendable {
    /// Unique in the file, such as `dense/kernel`.
    package var name: String
    /// Extents, outermost first.
    package var shape: TensorShape
    /// `shape.count` numbers, row-major.
    package var elements: Elements

    /// A tensor of any of the five element types.
    package init(_ name: String, shape: TensorShape, _ elements: Elements) {
      self.name = name
      self.shape = shape
      self.elements = elements
    }

    /// A tensor as networks use it.
    package init(_ name: String, _ tensor: Tensor) {
      self.init(name, shape: tensor.shape, .float32(tensor.values))
    }
  }

  /// In the order of the header.
  package var entries: [Entry]
  /// The strings that travel along, without the four reserved ones.
  package var metadata: [String: String]
  /// Who wrote the file that this was read from: `glassbox`, or what another program put there.
  package internal(set) var format: String? = nil

  /// Tensors and strings, not checked until they are written.
  package init(_ entries: [Entry] = [], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// The entry of this name.
  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The `Float` tensor of this name.
  ///
  /// - Throws: `Problem` when it is missing or holds another type of number.
  package func tensor(_ name: String, at location: String = "safetensors") throws -> Tensor {
    guard let entry = self[name] else {
      throw Problem(
        .malformed, location, expected: "a tensor named \"\(name)\"",
        found: "\(entries.count) tensors, none of that name")
    }
    return try entry.tensor(at: location)
  }
}

extension SafeTensors.Entry {
  /// It as networks use it.
  ///
  /// - Throws: `Problem` when it holds another type of number.
  package func tensor(at location: String) throws -> Tensor {
    guard case .float32(let values) = elements else {
      throw Problem(
        .malformed, location, expected: "tensor \"\(name)\" of type F32",
        found: elements.type.rawValue)
    }
    return try Tensor(shape, values)
  }
}

extension SafeTensors {
  /// The longest header, in bytes; the same bound as the format's own reader has, rounded down.
  package static let maximumHeader = 16 << 20
  /// The most tensors in a file.
  package static let maximumTensors = 100_000
  /// The version of the file format that this program writes, and the newest it reads.
  package static let formatVersion = 1
  /// The first version of the program that reads ``formatVersion``.
  static let formatReader = "Glassbox 1.0"

  /// The strings that the writer adds and the reader takes away.
  enum Reserved {
    static let format = "format"
    static let version = "format_version"
    static let reader = "format_reader"
    static let hash = "sha256"
    static let all = [format, version, reader, hash]
    /// The value of `format`.
    static let glassbox = "glassbox"
  }

  /// The numbers of a tensor.
  package enum Elements: Hashable, Sendable {
    /// 32-bit floating point: weights.
    case float32([Float])
    /// 64-bit floating point.
    case float64([Double])
    /// 64-bit integers.
    case int64([Int64])
    /// 64-bit unsigned integers: the state of random generators.
    case uint64([UInt64])
    /// Bytes.
    case uint8([UInt8])

    /// How many numbers.
    package var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .uint64(let values): values.count
      case .uint8(let values): values.count
      }
    }

    /// The type's name in the file and its size.
    package var type: ElementType {
      switch self {
      case .float32: .float32
      case .float64: .float64
      case .int64: .int64
      case .uint64: .uint64
      case .uint8: .uint8
      }
    }

    /// The numbers as they lie in memory and in the file.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
      switch self {
      case .float32(let values): try values.withUnsafeBytes(body)
      case .float64(let values): try values.withUnsafeBytes(body)
      case .int64(let values): try values.withUnsafeBytes(body)
      case .uint64(let values): try values.withUnsafeBytes(body)
      case .uint8(let values): try values.withUnsafeBytes(body)
      }
    }

    /// Copies the numbers out of a file.
    init(_ type: ElementType, _ bytes: UnsafeRawBufferPointer) {
      switch type {
      case .float32: self = .float32(copied(bytes))
      case .float64: self = .float64(copied(bytes))
      case .int64: self = .int64(copied(bytes))
      case .uint64: self = .uint64(copied(bytes))
      case .uint8: self = .uint8(copied(bytes))
      case .float16: self = .float32(copied(bytes).map(SmallFloat.float(ofBits:)))
      case .bfloat16: self = .float32(copied(bytes).map(SmallFloat.float(ofBrain:)))
      }
    }
  }

  /// The types of number that this program reads, by their names in the file. It writes the first five;
  /// numbers of 16 bits become those of 32 when they are read.
  package enum ElementType: String, CaseIterable, Sendable {
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"
    case uint8 = "U8"
    case float16 = "F16"
    case bfloat16 = "BF16"

    /// Bytes for each number.
    package var size: Int {
      switch self {
      case .float32: 4
      case .float64, .int64, .uint64: 8
      case .uint8: 1
      case .float16, .bfloat16: 2
      }
    }
  }
}

#if _endian(big)
  #error("The file is little-endian; this reader and writer copy memory as it is.")
#endif

/// `bytes` may be unaligned; its length is a multiple of the size of a number.
private func copied<NumericScalar: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer)
  -> [NumericScalar]
{
  let count = bytes.count / MemoryLayout<NumericScalar>.size
  return [NumericScalar](unsafeUninitializedCapacity: count) { buffer, filled in
    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
    filled = count
  }
}
