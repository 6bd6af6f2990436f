import CKernels
import Engine

/// Examples of one shape, held as bytes or as floats, and turned into floats when they are copied out.
public struct Samples: Sendable {
  private enum Storage: Sendable {
    case floats([Float])
    case bytes([UInt8], scale: Float, offset: Float)
  }

  /// The shape of one example; a scalar for a class index.
  public let shape: Shape
  /// How many examples.
  public let count: Int
  private let storage: Storage

  /// - Parameter floats: one example after another.
  /// - Throws: `ShapeProblem` if the number of floats is no multiple of the shape's count.
  public init(shape: Shape, floats: [Float]) throws {
    self.shape = shape
    count = try Self.count(floats.count, shape)
    storage = .floats(floats)
  }

  /// Examples that stand for byte · scale + offset.
  /// - Throws: `ShapeProblem` if the number of bytes is no multiple of the shape's count.
  public init(shape: Shape, bytes: [UInt8], scale: Float, offset: Float = 0) throws {
    self.shape = shape
    count = try Self.count(bytes.count, shape)
    storage = .bytes(bytes, scale: scale, offset: offset)
  }

  private static func count(_ numbers: Int, _ shape: Shape) throws -> Int {
    guard shape.count > 0, numbers.isMultiple(of: shape.count) else {
      throw ShapeProblem(
        "samples", expected: "a multiple of \(shape.count) numbers, \(shape) for each example",
        found: "\(numbers)")
    }
    return numbers / shape.count
  }

  /// Copies some examples, one after another. Allocates nothing.
  public func copy(
    _ indices: UnsafeBufferPointer<Int32>, into destination: UnsafeMutablePointer<Float>
  ) {
    let width = shape.count
    switch storage {
    case .floats(let floats):
      floats.withUnsafeBufferPointer { source in
        for (place, index) in indices.enumerated() {
          (destination + place * width).update(
            from: source.baseAddress! + Int(index) * width, count: width)
        }
      }
    case .bytes(let bytes, let scale, let offset):
      let convert = Self.conversion
      bytes.withUnsafeBufferPointer { source in
        for (place, index) in indices.enumerated() {
          convert(
            source.baseAddress! + Int(index) * width, scale, offset, destination + place * width,
            Int64(width))
        }
      }
    }
  }

  private static let conversion = gb_kernels_named(nil)!.pointee.bytes_to_floats!

  /// One example.
  public subscript(index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
      withUnsafePointer(to: Int32(index)) {
        copy(UnsafeBufferPointer(start: $0, count: 1), into: buffer.baseAddress!)
      }
      initialized = shape.count
    }
  }
}
