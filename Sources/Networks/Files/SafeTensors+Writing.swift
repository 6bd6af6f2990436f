import Engine

extension SafeTensors {
  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `Problem`; an old file is then untouched.
  package func write(to path: String) throws {
    let start = try start(at: path)
    try AtomicFile.write(to: path) { sink in
      try start.withUnsafeBytes { try sink($0) }
      for index in layout { try entries[index].elements.withBytes(sink) }
    }
  }

  /// The whole file in memory. Equal contents give equal bytes.
  ///
  /// - Throws: `Problem` for what the reader would refuse.
  package func bytes() throws -> [UInt8] {
    var bytes = try start(at: "safetensors")
    bytes.reserveCapacity(bytes.count + entries.reduce(0) { $0 + $1.elements.withBytes(\.count) })
    for index in layout { entries[index].elements.withBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// The order of the data: wide numbers first, so that all are aligned, else as listed.
  private var layout: [Int] {
    let size = entries.map(\.elements.type.size)
    return entries.indices.sorted { (size[$1], $0) < (size[$0], $1) }
  }

  /// Everything before the data.
  private func start(at location: String) throws -> [UInt8] {
    try check(at: location)
    var header = SafeTensorsHeader(metadata: metadata)
    header.metadata[Reserved.format] = Reserved.glassbox
    header.metadata[Reserved.version] = "\(Self.formatVersion)"
    header.metadata[Reserved.reader] = Self.formatReader
    var ranges = [(begin: Int, end: Int)](repeating: (0, 0), count: entries.count)
    var next = 0
    for index in layout {
      let length = entries[index].elements.withBytes(\.count)
      ranges[index] = (next, next + length)
      next += length
    }
    header.fields = zip(entries, ranges).map { entry, range in
      .init(
        name: entry.name, typeName: entry.elements.type.rawValue, shape: entry.shape,
        begin: range.begin, end: range.end)
    }
    header.metadata[Reserved.hash] = header.hash { sink in
      for index in layout { entries[index].elements.withBytes(sink) }
    }
    var json = Array(header.json.utf8)
    json += [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8)
    guard json.count <= Self.maximumHeader else {
      throw Self.refusal(
        location, expected: "names and metadata of at most \(Self.maximumHeader) bytes",
        found: "\(json.count)")
    }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }

  private func check(at location: String) throws(Problem) {
    guard entries.count <= Self.maximumTensors else {
      throw Self.refusal(
        location, expected: "at most \(Self.maximumTensors) tensors", found: "\(entries.count)")
    }
    var names: Set<String> = ["__metadata__"]
    for entry in entries {
      guard names.insert(entry.name).inserted else {
        throw Self.refusal(
          location, expected: "tensor names that differ from each other and from __metadata__",
          found: "\"\(entry.name)\" again")
      }
      guard entry.shape.count == entry.elements.count else {
        throw Self.refusal(
          location,
          expected: "tensor \"\(entry.name)\" with as many numbers as its shape \(entry.shape)",
          found: "\(entry.elements.count)")
      }
    }
    for key in Reserved.all where metadata[key] != nil {
      throw Self.refusal(
        location, expected: "metadata without the key \"\(key)\", which the writer fills in",
        found: "\"\(metadata[key]!)\"")
    }
  }

  private static func refusal(_ location: String, expected: String, found: String) -> Problem {
    Problem(.cannotCreate, location, expected: expected, found: found)
  }
}
