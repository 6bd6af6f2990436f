package import Datasets
package import Engine
import Networks

/// The tensors of a file that PyTorch's `torch.save` wrote, in the order of the file and by the names there,
/// `layer1.0.conv1.weight`; tensors in dictionaries within others have the names of those before theirs.
///
/// Since version 1.6 such a file is a ZIP archive of a pickle and its storages, before that a row of pickles
/// with the storages behind them. No code in it is run; see ``Pickle``.
package struct PyTorchFile {
  package let tensors: [(name: String, tensor: Tensor)]
  /// How many values stand beside them that are no tensors, such as the number of an epoch.
  package let others: Int

  /// - Parameters:
  ///   - decoders: unpack the archive.
  ///   - location: the file's name, for messages.
  /// - Throws: `Problem` for a file that is damaged, and for one that needs code to be read.
  package init(bytes: [UInt8], decoders: Decoders, at location: String) throws {
    let file =
      bytes.starts(with: Decoders.zipSignature)
      ? try Self.archive(bytes, decoders, location) : try Self.oldFile(bytes, location)
    var collection = Collection(file: file, location: location, room: bytes.count)
    try collection.add(file.pickle.root, name: "", depth: 0)
    (tensors, others) = (collection.tensors, collection.others)
    guard !tensors.isEmpty else {
      throw Problem(
        .malformed, location, expected: "tensors by their names", found: "none",
        fix: Pickle.saveAgain)
    }
  }

  /// Whether bytes begin as such a file does.
  package static func isOne(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: Decoders.zipSignature) { return true }
    // The length of a safetensors header may begin as a pickle does; a text in braces follows it.
    let isSafeTensors =
      bytes.count > 8 && bytes[4..<8].allSatisfy { $0 == 0 } && bytes[8] == UInt8(ascii: "{")
    return bytes.first == 0x80 && !isSafeTensors
  }

  /// A pickle, and where its storages lie.
  fileprivate struct Content {
    let pickle: Pickle
    /// The bytes of a storage.
    let bytes: (PyTorchStorage) throws -> ArraySlice<UInt8>
  }

  // MARK: The archive

  private static func archive(
    _ bytes: [UInt8], _ decoders: Decoders, _ location: String
  ) throws -> Content {
    guard let unpack = decoders.unpack else {
      throw Problem.data(
        location, expected: "a decoder for ZIP archives", found: "none",
        fix: "pass `decoders`, such as `Decoders.standard` of GlassboxCodecs")
    }
    let files = try unpack(bytes, location)
    let ending = "data.pkl"
    guard let main = files.keys.filter({ $0 == ending || $0.hasSuffix("/\(ending)") }).min() else {
      let isModule = files.keys.contains { $0.hasSuffix("constants.pkl") }
      throw Problem(
        .malformed, location, expected: "an archive that torch.save wrote, with a \(ending)",
        found: isModule ? "a TorchScript module" : "\(files.count) other files",
        fix: Pickle.saveAgain)
    }
    let folder = main.dropLast(ending.count)
    if let order = try files["\(folder)byteorder"]?(),
      String(decoding: order, as: UTF8.self) == "big"
    {
      throw Problem(
        .malformed, location, expected: "numbers with their lowest byte first",
        found: "the other order", fix: "save it on a machine of today")
    }
    return Content(pickle: try Pickle(files[main]!(), at: "\(location): \(main)")) { storage in
      let name = "\(folder)data/\(storage.key)"
      guard let file = files[name] else {
        throw Problem(
          .malformed, location, expected: "the file `\(name)` in the archive", found: "none",
          fix: "fetch or copy it again")
      }
      return try file()[...]
    }
  }

  // MARK: Before version 1.6

  /// The number that old files begin with.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  private static func oldFile(_ bytes: [UInt8], _ location: String) throws -> Content {
    let first = try Pickle(bytes, at: location)
    guard case .large(let magic) = first.root, magic.starts(with: Self.magic) else {
      throw Problem(
        .malformed, location, expected: "a file that torch.save wrote", found: "another pickle",
        fix: Pickle.saveAgain)
    }
    let version = try Pickle(bytes, from: first.end, at: location)
    let system = try Pickle(bytes, from: version.end, at: location)
    let pickle = try Pickle(bytes, from: system.end, at: location)
    let keys = try Pickle(bytes, from: pickle.end, at: location)
    guard case .list(let list) = keys.root else {
      throw damaged(location, "the keys of the storages", found: keys.root.kind)
    }
    var ranges: [String: Range<Int>] = [:]
    var place = keys.end
    let known = Dictionary(pickle.storages.map { ($0.key, $0) }) { first, _ in first }
    for case .text(let key) in keys.lists[list] {
      guard let storage = known[key], ranges[key] == nil, place <= bytes.count - 8 else {
        throw damaged(
          location, "storages that tensors use, each once", found: "`\(key.prefix(80))`")
      }
      let count = bytes.withUnsafeBytes {
        Int64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int64.self))
      }
      let (length, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
      guard Int(count) == storage.count, !overflow, length <= bytes.count - place - 8 else {
        throw damaged(
          location, "\(storage.count) numbers of storage `\(key)`",
          found: "\(count), \(bytes.count - place - 8) bytes")
      }
      ranges[key] = place + 8..<place + 8 + length
      place += 8 + length
    }
    return Content(pickle: pickle) { storage in
      guard let range = ranges[storage.key] else {
        throw damaged(location, "storage `\(storage.key)`", found: "none")
      }
      return bytes[range]
    }
  }

  fileprivate static func damaged(
    _ location: String, _ expected: String, found: String
  ) -> Problem {
    Problem(
      .malformed, location, expected: expected, found: found, fix: "fetch or copy the file again")
  }
}

/// The tensors of dictionaries within dictionaries.
private struct Collection {
  let file: PyTorchFile.Content
  let location: String
  /// How many more numbers there may be: a file of a few bytes can say that one number is a million tensors.
  var room: Int
  private(set) var tensors: [(name: String, tensor: Tensor)] = []
  private(set) var others = 0
  /// How many more bytes storages may have: PyTorch does not pack them.
  private var bytesLeft: Int
  private var visits = 0
  private var storages: [Int: ArraySlice<UInt8>] = [:]
  private var names: Set<String> = []

  init(file: PyTorchFile.Content, location: String, room: Int) {
    (self.file, self.location, self.room) = (file, location, room)
    bytesLeft = room
  }

  /// The deepest dictionaries that are looked into.
  private static let deepest = 8
  /// The most values that are looked at, and bytes of a name.
  private static let most = 100_000, longest = 1000

  mutating func add(_ value: PickleValue, name: String, depth: Int) throws {
    visits += 1
    guard visits <= Self.most, depth <= Self.deepest else {
      throw PyTorchFile.damaged(
        location, "at most \(Self.most) values in dictionaries \(Self.deepest) deep", found: "more")
    }
    switch value {
    case .tensor(let tensor):
      guard names.insert(name).inserted else {
        throw PyTorchFile.damaged(location, "names that differ", found: "`\(name)` twice")
      }
      tensors.append((name, try made(tensor, name)))
    case .dictionary(let dictionary):
      for (key, value) in file.pickle.dictionaries[dictionary] {
        let own: String
        switch key {
        case .text(let text): own = text
        case .integer(let number): own = "\(number)"
        default:
          others += 1
          continue
        }
        guard own.utf8.count <= Self.longest else {
          throw PyTorchFile.damaged(
            location, "names of at most \(Self.longest) bytes", found: "\(own.utf8.count)")
        }
        try add(value, name: name.isEmpty ? own : "\(name).\(own)", depth: depth + 1)
      }
    default: others += 1
    }
  }

  private mutating func made(_ tensor: PyTorchTensor, _ name: String) throws -> Tensor {
    let place = "\(location): tensor `\(name)`"
    let shape = try TensorShape(checking: tensor.extents, at: place)
    guard shape.count <= room else {
      throw PyTorchFile.damaged(
        place, "at most as many numbers as the file has bytes", found: "\(shape) more")
    }
    room -= shape.count
    let storage = file.pickle.storages[tensor.storage]
    let layout = StridedLayout(
      extents: tensor.extents, strides: tensor.strides, offset: tensor.offset)
    guard let last = layout.last, shape.count == 0 || last < storage.count else {
      throw PyTorchFile.damaged(
        place, "numbers within its storage of \(storage.count)",
        found: "offset \(tensor.offset), extents \(tensor.extents), strides \(tensor.strides)")
    }
    let bytes = try bytes(of: storage, tensor.storage, place)
    let type = storage.type
    let values = bytes.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: shape.count) { buffer, made in
        var next = 0
        layout.forEachPlace { place in
          buffer.initializeElement(at: next, to: type.value(bytes, at: place * type.size))
          next += 1
        }
        made = next
      }
    }
    return try Tensor(shape, values)
  }

  private mutating func bytes(
    of storage: PyTorchStorage, _ index: Int, _ place: String
  ) throws -> ArraySlice<UInt8> {
    if let known = storages[index] { return known }
    let bytes = try file.bytes(storage)
    guard bytes.count / storage.type.size >= storage.count else {
      throw PyTorchFile.damaged(
        place, "\(storage.count) numbers of \(storage.type.size) bytes",
        found: "\(bytes.count) bytes")
    }
    bytesLeft -= bytes.count
    guard bytesLeft >= 0 else {
      throw PyTorchFile.damaged(
        location, "storages that are together no longer than the file", found: "longer ones")
    }
    storages[index] = bytes
    return bytes
  }
}
