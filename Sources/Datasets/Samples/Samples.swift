import CKernels
import Engine

/// Examples of one shape, held as bytes or floats and converted when they are copied out.
///
/// A selection of examples shares the storage and keeps only row numbers of its own.
public struct Samples: Sendable {
  /// The shape of one example; scalar for a class index.
  public let shape: Shape
  /// The number of examples.
  public let count: Int

  private let storage: Storage
  /// Which rows of the storage the examples are; nil for all in order.
  private let rows: [Int32]?

  private enum Storage: Sendable {
    case floats([Float])
    /// Each byte stands for byte · scale + offset.
    case bytes([UInt8], scale: Float, offset: Float)
  }

  /// Examples one after the other, each row-major.
  /// - Throws: `ShapeProblem` when the numbers do not fill whole examples.
  public init(shape: Shape, floats: [Float]) throws(ShapeProblem) {
    count = try Self.count(of: floats.count, shape)
    self.shape = shape
    storage = .floats(floats)
    rows = nil
  }

  /// Examples one after the other; a byte stands for `byte · scale + offset`.
  /// - Throws: `ShapeProblem` when the bytes do not fill whole examples.
  public init(shape: Shape, bytes: [UInt8], scale: Float, offset: Float) throws(ShapeProblem) {
    count = try Self.count(of: bytes.count, shape)
    self.shape = shape
    storage = .bytes(bytes, scale: scale, offset: offset)
    rows = nil
  }

  private init(_ other: Samples, rows: [Int32]) {
    shape = other.shape
    storage = other.storage
    self.rows = rows
    count = rows.count
  }

  private static func count(of values: Int, _ shape: Shape) throws(ShapeProblem) -> Int {
    guard shape.count > 0, values % shape.count == 0 else {
      throw ShapeProblem(
        "samples", expected: "whole examples of shape \(shape)", found: "\(values) values")
    }
    let count = values / shape.count
    guard count <= Int(Int32.max) else {
      throw ShapeProblem("samples", expected: "at most \(Int32.max) examples", found: "\(count)")
    }
    return count
  }

  /// The examples at these positions, in this order; positions are 0..<count.
  func selecting(_ positions: [Int32]) -> Samples {
    guard let rows else { return Samples(self, rows: positions) }
    return Samples(self, rows: positions.map { rows[Int($0)] })
  }

  /// Copies examples one after the other; allocates nothing.
  /// - Parameters:
  ///   - indices: Positions in 0..<count.
  ///   - destination: Room for `indices.count · shape.count` numbers.
  public func copy(
    _ indices: UnsafeBufferPointer<Int32>, into destination: UnsafeMutablePointer<Float>
  ) {
    withRows { rows in
      for (place, index) in indices.enumerated() {
        precondition(index >= 0 && index < count)
        let row = rows.map { Int($0[Int(index)]) } ?? Int(index)
        copyRows(row, 1, into: destination + place * shape.count)
      }
    }
  }

  /// Copies neighbouring examples one after the other; allocates nothing.
  /// - Parameters:
  ///   - range: Positions within 0..<count.
  ///   - destination: Room for `range.count · shape.count` numbers.
  public func copy(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
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
    case .bytes(let bytes, let scale, let offset):
      bytes.withUnsafeBufferPointer {
        gb_kernels_named(nil)!.pointee.bytes_to_floats(
          $0.baseAddress! + start, scale, offset, destination, Int64(length))
      }
    }
  }
}
