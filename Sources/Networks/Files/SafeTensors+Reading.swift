import Engine

extension SafeTensors {
  /// Reads and checks a whole file.
  ///
  /// - Parameter limit: the longest file to take into memory, in bytes.
  /// - Throws: `Problem`.
  package init(path: String, limit: Int = 16 << 30) throws {
    try self.init(bytes: AtomicFile.read(path, limit: limit), from: path)
  }

  /// Checks everything the format demands: lengths, JSON, names, types, shapes, that the data lie
  /// without hole, overlap or rest, and the hash if there is one.
  ///
  /// - Parameter location: the file's name, for error messages.
  /// - Throws: `Problem`.
  package init(bytes: [UInt8], from location: String) throws {
    self = try bytes.withUnsafeBytes { try Self.read($0, location) }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer, _ location: String) throws -> Self {
    let (header, data) = try contents(bytes, location, takesAnyType: false)
    try checkHash(header, data, location)

    var result = SafeTensors()
    result.metadata = header.metadata.filter { !Reserved.all.contains($0.key) }
    result.format = header.metadata[Reserved.format]
    result.entries = header.fields.compactMap { field in
      let bytes = UnsafeRawBufferPointer(rebasing: data[field.begin..<field.end])
      return field.type.map { Entry(field.name, shape: field.shape, Elements($0, bytes)) }
    }
    return result
  }

  /// The header, whose fields fit the data after it.
  static func contents(
    _ bytes: UnsafeRawBufferPointer, _ location: String, takesAnyType: Bool
  ) throws -> (header: SafeTensorsHeader, data: UnsafeRawBufferPointer) {
    guard bytes.count >= 8 else {
      throw malformed(
        location, expected: "a safetensors file of at least 8 bytes", found: "\(bytes.count)")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(maximumHeader), Int(length) <= bytes.count - 8 else {
      throw malformed(
        location,
        expected: "a header of at most \(min(maximumHeader, bytes.count - 8)) bytes",
        found: "\(length)", fix: "check that this is a safetensors file, copied completely")
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<8 + Int(length)])
    let data = UnsafeRawBufferPointer(rebasing: bytes[(8 + Int(length))...])
    var parser = SafeTensorsParser(text, location, takesAnyType: takesAnyType)
    let header = try parser.header()
    try checkVersion(header, location)
    try checkLayout(header, data.count, location)
    return (header, data)
  }

  /// First of all checks, because a newer version may differ in all that follows.
  private static func checkVersion(
    _ header: SafeTensorsHeader, _ location: String
  ) throws(Problem) {
    guard header.metadata[Reserved.format] == Reserved.glassbox else { return }
    let version = header.metadata[Reserved.version] ?? "no version"
    if version == "\(formatVersion)" { return }
    if let number = Int(version), number > formatVersion {
      let reader = header.metadata[Reserved.reader] ?? "a newer Glassbox"
      throw malformed(
        location, expected: "format version \(formatVersion) (\(formatReader))", found: version,
        fix: "read it with \(reader) or newer")
    }
    throw malformed(location, expected: "format version \(formatVersion)", found: version)
  }

  private static func checkLayout(
    _ header: SafeTensorsHeader, _ dataCount: Int, _ location: String
  ) throws(Problem) {
    let fields = header.fields
    for field in fields {
      // Of numbers that are not read the size is not known; where they lie is.
      let (size, overflow) = field.shape.count.multipliedReportingOverflow(
        by: field.type?.size ?? 0)
      let length = field.end.subtractingReportingOverflow(field.begin).partialValue
      guard field.begin <= field.end, !overflow, field.type == nil || size == length else {
        throw malformed(
          location,
          expected: "data_offsets of tensor \"\(field.name)\" that hold \(field.shape) numbers of "
            + "type \(field.typeName)",
          found: "[\(field.begin), \(field.end)]")
      }
    }
    var next = 0
    // Empty tensors share their offset with a neighbour and come first.
    for index in fields.indices.sorted(by: { place(fields[$0], $0) < place(fields[$1], $1) }) {
      guard fields[index].begin == next else {
        throw malformed(
          location,
          expected: "tensor \"\(fields[index].name)\" to begin at \(next), where the last ended",
          found: "\(fields[index].begin)")
      }
      next = fields[index].end
    }
    guard next == dataCount else {
      throw malformed(
        location, expected: "\(next) bytes of numbers after the header", found: "\(dataCount)",
        fix: "copy the file again, completely")
    }
  }

  private static func place(_ field: SafeTensorsHeader.Field, _ index: Int) -> (Int, Int, Int) {
    (field.begin, field.end, index)
  }

  private static func checkHash(
    _ header: SafeTensorsHeader, _ data: UnsafeRawBufferPointer, _ location: String
  ) throws(Problem) {
    let written = header.metadata[Reserved.hash]
    // Files of other programs need not carry a hash; ours always do.
    if written == nil, header.metadata[Reserved.format] != Reserved.glassbox { return }
    let computed = header.hash { sink in sink(data) }
    guard written == computed else {
      throw malformed(
        location, expected: "content whose SHA-256 is \(written ?? "written in the file")",
        found: computed, fix: "the file was changed or damaged; take a good copy")
    }
  }

  private static func malformed(
    _ location: String, expected: String, found: String, fix: String = ""
  ) -> Problem {
    Problem(.malformed, location, expected: expected, found: found, fix: fix)
  }
}
