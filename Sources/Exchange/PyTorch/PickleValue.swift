import Engine

/// What a pickle of tensors can say. Lists and the like stand in the ``Pickle``, so that a value that holds
/// itself, or a million within each other, is no more than numbers.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  /// A whole number that is too large, by its bytes, the lowest first.
  case large([UInt8])
  /// The name of a function or a type.
  case name(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  /// Its place among the storages.
  case storage(Int)
  case tensor(PyTorchTensor)

  /// For messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): "`\(text.prefix(80))`"
    case .large: "a large number"
    case .name(let name): "the name \(name)"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// Numbers that lie somewhere in a file, for any number of tensors.
struct PyTorchStorage {
  let type: PyTorchNumber
  /// What the file calls it.
  let key: String
  let count: Int
}

/// A part of a storage.
struct PyTorchTensor {
  /// The place of its storage.
  let storage: Int
  /// Where its first number lies in it.
  let offset: Int
  let extents: [Int]
  /// For each axis how far the next number lies.
  let strides: [Int]
}

/// The types of number of PyTorch's storages, by their names.
enum PyTorchNumber: String {
  case float = "FloatStorage"
  case double = "DoubleStorage"
  case half = "HalfStorage"
  case brain = "BFloat16Storage"
  case int8 = "CharStorage"
  case int16 = "ShortStorage"
  case int32 = "IntStorage"
  case int64 = "LongStorage"
  case uint8 = "ByteStorage"
  case bool = "BoolStorage"

  /// Bytes of a number.
  var size: Int {
    switch self {
    case .double, .int64: 8
    case .float, .int32: 4
    case .half, .brain, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The number that lies somewhere, as networks use it.
  func value(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Float {
    func bits<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) -> Number {
      Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
    return switch self {
    case .float: Float(bitPattern: bits(UInt32.self))
    case .double: Float(Double(bitPattern: bits(UInt64.self)))
    case .half: SmallFloat.float(ofBits: bits(UInt16.self))
    case .brain: SmallFloat.float(ofBrain: bits(UInt16.self))
    case .int8: Float(bits(Int8.self))
    case .int16: Float(bits(Int16.self))
    case .int32: Float(bits(Int32.self))
    case .int64: Float(bits(Int64.self))
    case .uint8, .bool: Float(bits(UInt8.self))
    }
  }
}
