import CKernels
public import Engine

/// Examples of one shape, held as bytes or floats and converted when they are copied out.
///
/// A selection of examples shares the storage and keeps only row numbers of its own.
public struct Examples: Sendable {
  /// The shape of one example; scalar for a class index.
  public let shape: TensorShape
  /// The number of examples.
  public let count: Int

  private let storage: Storage
  /// Which rows of the storage the examples are; nil for all in order.
  private let rows: [Int32]?

  private enum Storage: Sendable {
    case floats([Float])
    case bytes([UInt8], LevelScaling)
    case rows(RowReader, LevelScaling, Tables?)
    case stored(StoredRows)
    /// As many examples each; the numbers of the second behind those of the first.
    indirect case joined(Examples, Examples)
  }

  /// Examples one after the other, each row-major.
  /// - Throws: `Problem` when the numbers do not fill whole examples.
  public init(shape: TensorShape, floats: [Float]) throws(Problem) {
    count = try Self.count(of: floats.count, shape)
    self.shape = shape
    storage = .floats(floats)
    rows = nil
  }

  /// Examples one after the other; a byte stands for `byte · scale + offset`.
  /// - Throws: `Problem` when the bytes do not fill whole examples.
  public init(shape: TensorShape, bytes: [UInt8], scale: Float, offset: Float) throws(Problem) {
    count = try Self.count(of: bytes.count, shape)
    self.shape = shape
    storage = .bytes(bytes, LevelScaling(scale: scale, offset: offset))
    rows = nil
  }

  /// Examples that lie elsewhere, each of `shape.count` bytes, or levels of 16 bits.
  init(shape: TensorShape, count: Int, rows: any ByteRows, _ scaling: LevelScaling) {
    precondition(scaling.scales.count == 1 || scaling.scales.count == shape.extents.last)
    self.shape = shape
    self.count = count
    let reader = RowReader(rows, length: shape.count * (scaling.isDeep ? 2 : 1))
    storage = .rows(reader, scaling, scaling.isDeep ? nil : Tables(scaling))
    self.rows = nil
  }

  /// Examples that lie in a file of floats.
  init(shape: TensorShape, count: Int, stored rows: StoredRows) {
    (self.shape, self.count) = (shape, count)
    storage = .stored(rows)
    self.rows = nil
  }

  /// Each example of the first with the numbers of the second behind it, in one axis; both have as many.
  init(_ first: Examples, with others: Examples) throws(Problem) {
    precondition(first.count == others.count)
    shape = try TensorShape(checking: [first.shape.count + others.shape.count])
    count = first.count
    storage = .joined(first, others)
    rows = nil
  }

  private init(_ other: Examples, rows: [Int32]) {
    shape = other.shape
    storage = other.storage
    self.rows = rows
    count = rows.count
  }

  private static func count(of values: Int, _ shape: TensorShape) throws(Problem) -> Int {
    guard shape.count > 0, values % shape.count == 0 else {
      throw Problem.shape(
        "samples", expected: "whole examples of shape \(shape)", found: "\(values) values")
    }
    let count = values / shape.count
    guard count <= Int(Int32.max) else {
      throw Problem.shape("samples", expected: "at most \(Int32.max) examples", found: "\(count)")
    }
    return count
  }

  /// The examples at these positions, in this order; positions are 0..<count.
  func selecting(_ positions: [Int32]) -> Examples {
    guard let rows else { return Examples(self, rows: positions) }
    return Examples(self, rows: positions.map { rows[Int($0)] })
  }

  /// Copies examples one after the other; allocates nothing.
  /// - Parameters:
  ///   - indices: Positions in 0..<count.
  ///   - destination: Room for `indices.count · shape.count` numbers.
  package func copy(
    _ indices: UnsafeBufferPointer<Int32>, into destination: UnsafeMutablePointer<Float>
  ) {
    for index in indices { precondition(index >= 0 && index < count) }
    withRows { rows in
      if case .floats(let floats) = storage {
        floats.withUnsafeBufferPointer {
          gb_gather_rows(
            $0.baseAddress, rows?.baseAddress, indices.baseAddress, Int64(indices.count),
            Int64(shape.count), destination)
        }
        return
      }
      for (place, index) in indices.enumerated() {
        let row = rows.map { Int($0[Int(index)]) } ?? Int(index)
        copyRows(row, 1, into: destination + place * shape.count)
      }
    }
  }

  /// Copies neighbouring examples one after the other; allocates nothing.
  /// - Parameters:
  ///   - range: Positions within 0..<count.
  ///   - destination: Room for `range.count · shape.count` numbers.
  package func copy(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    withRows { rows in
      guard let rows else { return copyRows(range.lowerBound, range.count, into: destination) }
      for (place, index) in range.enumerated() {
        copyRows(Int(rows[index]), 1, into: destination + place * shape.count)
      }
    }
  }

  /// The numbers of one example.
  public subscript(index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, made in
      copy(index..<index + 1, into: buffer.baseAddress!)
      made = shape.count
    }
  }

  /// The numbers of all examples, one after the other.
  package var all: [Float] {
    [Float](unsafeUninitializedCapacity: count * shape.count) { buffer, made in
      if count > 0 { copy(0..<count, into: buffer.baseAddress!) }
      made = count * shape.count
    }
  }

  /// Copies the numbers of one example into an array that has room for them.
  func read(_ index: Int, into row: inout [Float]) {
    row.withUnsafeMutableBufferPointer { copy(index..<index + 1, into: $0.baseAddress!) }
  }

  /// Gives all examples, so many at once as fit into some bytes.
  ///
  /// - Parameter body: is given the place of the first, the numbers of some, and how many numbers one has.
  /// - Throws: `Problem` where they cannot be read.
  func forEachStretch(
    of bytes: Int, _ body: (_ first: Int, _ numbers: [Float], _ width: Int) -> Void
  ) throws {
    walk(stretch: bytes, body)
    try check()
  }

  /// As ``forEachStretch(of:_:)``; whether all could be read ``check()`` says.
  package func walk(
    stretch bytes: Int = 1 << 20,
    _ body: (_ first: Int, _ numbers: [Float], _ width: Int) -> Void
  ) {
    let step = max(1, bytes / (4 * shape.count))
    for first in stride(from: 0, to: count, by: step) {
      let range = first..<min(first + step, count)
      let numbers = [Float](unsafeUninitializedCapacity: range.count * shape.count) {
        buffer, made in
        copy(range, into: buffer.baseAddress!)
        made = range.count * shape.count
      }
      body(first, numbers, shape.count)
    }
  }

  private func withRows(_ body: (UnsafeBufferPointer<Int32>?) -> Void) {
    if let rows { rows.withUnsafeBufferPointer { body($0) } } else { body(nil) }
  }

  /// Rows of the storage that lie one behind the other.
  private func copyRows(_ row: Int, _ count: Int, into destination: UnsafeMutablePointer<Float>) {
    let start = row * shape.count
    let length = count * shape.count
    switch storage {
    case .floats(let floats):
      floats.withUnsafeBufferPointer {
        destination.update(from: $0.baseAddress! + start, count: length)
      }
    case .bytes(let bytes, let scaling):
      bytes.withUnsafeBufferPointer {
        Self.convert($0.baseAddress! + start, scaling, length, into: destination)
      }
    case .rows(let reader, let scaling, let tables):
      withUnsafeTemporaryAllocation(byteCount: reader.length, alignment: 2) { room in
        let bytes = room.bindMemory(to: UInt8.self).baseAddress!
        for place in 0..<count {
          let destination = destination + place * shape.count
          reader.copy(row + place, into: bytes)
          if tables?.numbers.count == 256 {
            Self.convert(UnsafePointer(bytes), scaling, shape.count, into: destination)
          } else if let tables {
            tables.convert(UnsafePointer(bytes), shape.count, into: destination)
          } else {
            scaling.convert(deep: UnsafeRawPointer(bytes), shape.count, into: destination)
          }
        }
      }
    case .stored(let rows): rows.copy(row, count, into: destination)
    case .joined(let first, let others):
      for place in 0..<count {
        let destination = destination + place * shape.count
        first.copy(row + place..<row + place + 1, into: destination)
        others.copy(row + place..<row + place + 1, into: destination + first.shape.count)
      }
    }
  }

  private static func convert(
    _ bytes: UnsafePointer<UInt8>, _ scaling: LevelScaling, _ count: Int,
    into destination: UnsafeMutablePointer<Float>
  ) {
    gb_kernels_named(nil)!.pointee.bytes_to_floats(
      bytes, scaling.scales[0], scaling.offsets[0], destination, Int64(count))
  }

  /// What each byte stands for in each channel: `numbers[256 · channel + byte]`.
  private struct Tables: Sendable {
    let numbers: [Float]

    init(_ scaling: LevelScaling) {
      numbers = zip(scaling.scales, scaling.offsets).flatMap { scale, offset in
        (0..<256).map { Float($0) * scale + offset }
      }
    }

    func convert(
      _ bytes: UnsafePointer<UInt8>, _ count: Int, into destination: UnsafeMutablePointer<Float>
    ) {
      let channels = numbers.count / 256
      numbers.withUnsafeBufferPointer { numbers in
        for first in stride(from: 0, to: count, by: channels) {
          for channel in 0..<channels {
            destination[first + channel] = numbers[256 * channel + Int(bytes[first + channel])]
          }
        }
      }
    }
  }

  /// Whether copying takes long enough to do it ahead of the step that needs it.
  var isSlow: Bool {
    switch storage {
    // Rows of a file are put in order a lot at a time, which is not slow.
    case .floats, .bytes, .stored: false
    case .rows: true
    case .joined(let first, let others): first.isSlow || others.isSlow
    }
  }

  /// The shape of what may be an image: of the examples, or of their part with others behind it.
  var frontShape: TensorShape {
    if case .joined(let first, _) = storage { first.shape } else { shape }
  }

  /// What bytes stand for; nil for examples that are no bytes.
  var scaling: LevelScaling? {
    switch storage {
    case .floats, .stored: nil
    case .bytes(_, let scaling), .rows(_, let scaling, _): scaling
    case .joined(let first, _): first.scaling
    }
  }

  /// - Throws: the first problem that copying examples has met: a file that is gone or damaged.
  public func check() throws {
    switch storage {
    case .floats, .bytes: break
    case .rows(let reader, _, _): try reader.check()
    case .stored(let rows): try rows.file.check()
    case .joined(let first, let others):
      try first.check()
      try others.check()
    }
  }
}

extension LevelScaling {
  /// Levels of 16 bits, too many for a table.
  fileprivate func convert(
    deep levels: UnsafeRawPointer, _ count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    for place in 0..<count {
      let channel = place % scales.count
      let level = Float(levels.load(fromByteOffset: 2 * place, as: UInt16.self))
      destination[place] = level * scales[channel] + offsets[channel]
    }
  }
}
