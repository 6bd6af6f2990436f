import Engine

/// What one pickle of tensors in dictionaries says, read without running anything: of Python's pickle machine
/// only the operations that such files need, of its functions only those that PyTorch makes tensors with.
/// Whatever else it asks for is refused by its name.
/// Source: CPython's `Lib/pickletools.py`, which describes the operations; PyTorch's `torch/serialization.py`.
struct Pickle {
  private(set) var tuples: [[PickleValue]] = []
  private(set) var lists: [[PickleValue]] = []
  private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  private(set) var storages: [PyTorchStorage] = []
  /// What the whole pickle is.
  private(set) var root = PickleValue.none
  /// Where the next one begins.
  private(set) var end = 0

  private let bytes: [UInt8]
  private let location: String
  private var place: Int
  private var stack: [PickleValue] = []
  /// Where on the stack a list of arguments begins.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var storageOfKey: [String: Int] = [:]

  /// Reads to the end of the pickle that begins at a place.
  /// - Throws: `Problem` for damage, and for what no file of tensors needs.
  init(_ bytes: [UInt8], from start: Int = 0, at location: String) throws {
    (self.bytes, self.location, place) = (bytes, location, start)
    while try step() {}
    root = try pop()
    end = place
  }

  // MARK: The machine

  /// One operation; false at the end.
  private mutating func step() throws -> Bool {
    let start = place
    let code = UInt8(try number(1))
    switch UnicodeScalar(code) {
    case "\u{80}": _ = try number(1)
    case "\u{95}": _ = try number(8)
    case ".": return false
    case "(": marks.append(stack.count)
    case "0": _ = try pop()
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.integer(try number(1)))
    case "M": stack.append(.integer(try number(2)))
    case "J": stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
    case "\u{8A}": stack.append(Self.integer(try take(number(1))))
    case "G":
      let bits = try take(8).reduce(0) { $0 << 8 | UInt64($1) }
      stack.append(.number(Double(bitPattern: bits)))
    case "X": stack.append(.text(try text(number(4))))
    case "\u{8C}": stack.append(.text(try text(number(1))))
    case "U": stack.append(.text(try text(number(1))))
    case "T": stack.append(.text(try text(number(4))))
    case ")": add(tuple: [])
    case "\u{85}": add(tuple: try pop(1))
    case "\u{86}": add(tuple: try pop(2))
    case "\u{87}": add(tuple: try pop(3))
    case "t": add(tuple: try popToMark())
    case "]":
      lists.append([])
      stack.append(.list(lists.count - 1))
    case "}": addDictionary()
    case "a": try append([pop()])
    case "e": try append(popToMark())
    case "s": try set(pop(2))
    case "u": try set(popToMark())
    case "q": memo[try number(1)] = try top()
    case "r": memo[try number(4)] = try top()
    case "\u{94}": memo[memo.count] = try top()
    case "h": try recall(number(1))
    case "j": try recall(number(4))
    case "c": try name(module: line(), line())
    case "\u{93}":
      let parts = try pop(2)
      guard case .text(let module) = parts[0], case .text(let name) = parts[1] else {
        throw damaged("the name of a function", found: parts[1].kind)
      }
      try self.name(module: module, name)
    case "Q": try storage(pop())
    case "R": try call()
    case "b": try setState()
    default:
      throw Problem(
        .malformed, "\(location): byte \(start)",
        expected: "only what builds tensors in dictionaries",
        found: Self.operations[code].map { "the operation \($0)" } ?? "operation \(code)",
        fix: Self.saveAgain)
    }
    return true
  }

  /// Operations that are refused, by the names that people find them under.
  private static let operations: [UInt8: String] = [
    0x69: "INST", 0x6F: "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x50: "PERSID", 0x82: "EXT1",
    0x83: "EXT2", 0x84: "EXT4", 0x42: "BINBYTES", 0x43: "SHORT_BINBYTES", 0x8E: "BINBYTES8",
    0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET", 0x32: "DUP", 0x49: "INT", 0x4C: "LONG",
    0x46: "FLOAT", 0x53: "STRING", 0x56: "UNICODE",
  ]

  /// How to get a file that is read.
  static let saveAgain =
    "save the weights alone, torch.save(model.state_dict(), path), or as safetensors"

  private mutating func recall(_ key: Int) throws {
    guard let value = memo[key] else {
      throw damaged("a value that was kept", found: "none under \(key)")
    }
    stack.append(value)
  }

  private mutating func add(tuple: [PickleValue]) {
    tuples.append(tuple)
    stack.append(.tuple(tuples.count - 1))
  }

  private mutating func addDictionary() {
    dictionaries.append([])
    stack.append(.dictionary(dictionaries.count - 1))
  }

  private mutating func append(_ values: [PickleValue]) throws {
    guard case .list(let list) = try top() else { throw damaged("a list", found: try top().kind) }
    lists[list] += values
  }

  private mutating func set(_ values: [PickleValue]) throws {
    guard case .dictionary(let dictionary) = try top(), values.count.isMultiple(of: 2) else {
      throw damaged("keys and values for a dictionary", found: try top().kind)
    }
    for place in stride(from: 0, to: values.count, by: 2) {
      dictionaries[dictionary].append((values[place], values[place + 1]))
    }
  }

  // MARK: What PyTorch makes of it

  /// Functions that are called.
  private enum Function: String, CaseIterable {
    case dictionary = "collections.OrderedDict"
    case tensor = "torch._utils._rebuild_tensor"
    case newTensor = "torch._utils._rebuild_tensor_v2"
    case parameter = "torch._utils._rebuild_parameter"
    case size = "torch.Size"
  }

  private mutating func name(module: String, _ name: String) throws {
    let whole = "\(module).\(name)"
    let isStorage = module == "torch" && PyTorchNumber(rawValue: name) != nil
    guard isStorage || Function(rawValue: whole) != nil else {
      throw Problem(
        .malformed, location,
        expected: "tensors in dictionaries, which need no other code to be read",
        found: "\(whole.prefix(200))", fix: Self.saveAgain)
    }
    stack.append(.name(isStorage ? name : whole))
  }

  /// `("storage", type, key, device, count)`, and in old files a view of it.
  private mutating func storage(_ value: PickleValue) throws {
    guard case .tuple(let tuple) = value, (5...6).contains(tuples[tuple].count),
      case .text("storage") = tuples[tuple][0], case .name(let name) = tuples[tuple][1],
      let type = PyTorchNumber(rawValue: name), case .integer(let count) = tuples[tuple][4],
      let key = Self.key(tuples[tuple][2]), count >= 0
    else { throw damaged("a storage: its type, key and count", found: value.kind) }
    if tuples[tuple].count == 6, case let view = tuples[tuple][5] {
      guard case .none = view else {
        throw damaged("storages of their own", found: "a view of another")
      }
    }
    if let known = storageOfKey[key] {
      guard storages[known].type == type, storages[known].count == count else {
        throw damaged(
          "storage `\(key)` to be \(storages[known].count) of \(storages[known].type.rawValue)",
          found: "\(count) of \(name)")
      }
      stack.append(.storage(known))
      return
    }
    storageOfKey[key] = storages.count
    stack.append(.storage(storages.count))
    storages.append(PyTorchStorage(type: type, key: key, count: count))
  }

  private static func key(_ value: PickleValue) -> String? {
    switch value {
    case .text(let text): text.utf8.count <= 200 ? text : nil
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  private mutating func call() throws {
    let parts = try pop(2)
    guard case .name(let name) = parts[0], let function = Function(rawValue: name),
      case .tuple(let tuple) = parts[1]
    else { throw damaged("a function that makes tensors", found: parts[0].kind) }
    let arguments = tuples[tuple]
    switch function {
    case .dictionary:
      guard arguments.isEmpty else { throw damaged("an empty dictionary", found: "one with more") }
      addDictionary()
    case .parameter:
      guard let first = arguments.first, case .tensor = first else {
        throw damaged("a parameter's tensor", found: arguments.first?.kind ?? "nothing")
      }
      stack.append(first)
    case .size:
      guard let first = arguments.first, case .tuple = first else {
        throw damaged("extents", found: arguments.first?.kind ?? "nothing")
      }
      stack.append(first)
    case .tensor, .newTensor: stack.append(.tensor(try tensor(arguments)))
    }
  }

  private func tensor(_ arguments: [PickleValue]) throws -> PyTorchTensor {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1], let extents = integers(arguments[2]),
      let strides = integers(arguments[3]), extents.count == strides.count, offset >= 0
    else {
      throw damaged(
        "a tensor's storage, offset, extents and strides",
        found: arguments.prefix(4).map(\.kind).joined(separator: ", "))
    }
    return PyTorchTensor(storage: storage, offset: offset, extents: extents, strides: strides)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let tuple) = value, tuples[tuple].count <= TensorShape.maximumRank else {
      return nil
    }
    let numbers = tuples[tuple].compactMap { value -> Int? in
      if case .integer(let number) = value { number } else { nil }
    }
    return numbers.count == tuples[tuple].count ? numbers : nil
  }

  /// Attributes that Python code hung on a dictionary, such as the versions of modules, say nothing about
  /// tensors.
  private mutating func setState() throws {
    _ = try pop()
    guard case .dictionary = try top() else {
      throw damaged("a dictionary", found: try top().kind)
    }
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= bytes.count - place else {
      throw Problem(
        .malformed, location, expected: "a whole file",
        found: "one that ends at byte \(bytes.count)",
        fix: "fetch or copy it again")
    }
    place += count
    return bytes[place - count..<place]
  }

  /// So many bytes as a number, the lowest first; at most 63 bits.
  private mutating func number(_ count: Int) throws -> Int {
    Int(truncatingIfNeeded: try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }) & .max
  }

  private mutating func text(_ count: Int) throws -> String {
    String(decoding: try take(count), as: UTF8.self)
  }

  private mutating func line() throws -> String {
    let rest = bytes[place...].prefix(1 << 10)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("the name of a function", found: "no end of it")
    }
    defer { place = end + 1 }
    return String(decoding: bytes[place..<end], as: UTF8.self)
  }

  /// A whole number of any length, in two's complement.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard bytes.count <= 8 else { return .large(Array(bytes)) }
    let isNegative = (bytes.last ?? 0) & 0x80 != 0
    let sign: UInt64 = isNegative ? .max : 0
    return .integer(
      Int(truncatingIfNeeded: bytes.reversed().reduce(sign) { $0 << 8 | UInt64($1) }))
  }

  // MARK: The stack

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw damaged("a value", found: "none")
    }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw damaged("\(count) values", found: "fewer")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else {
      throw damaged("the beginning of a list", found: "none")
    }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private func damaged(_ expected: String, found: String) -> Problem {
    Problem(
      .malformed, "\(location): byte \(place)", expected: expected, found: found,
      fix: "the file is damaged or of another kind; fetch it again. Else: \(Self.saveAgain)")
  }
}
