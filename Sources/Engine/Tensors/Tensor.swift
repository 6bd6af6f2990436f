/// Numbers in a shape: contiguous, row-major, 32-bit, with value semantics.
public struct Tensor: Hashable, Sendable {
  /// Extents, outermost first.
  public let shape: TensorShape
  /// `shape.count` numbers, last axis fastest.
  public var values: [Float]

  /// - Throws: ``Problem`` when the number of values is not the shape's count, and for a literal that is
  ///   no shape.
  public init(_ shape: TensorShape, _ values: [Float]) throws(Problem) {
    try shape.check(at: "tensor")
    guard values.count == shape.count else {
      throw Problem.shape(
        "tensor", expected: "\(shape.count) values for shape \(shape)", found: "\(values.count)")
    }
    self.shape = shape
    self.values = values
  }

  /// Every element the same; none for a literal that is no shape.
  public init(repeating value: Float, shape: TensorShape) {
    self.shape = shape
    self.values = [Float](repeating: value, count: shape.count)
  }

  /// A single number.
  public init(_ value: Float) {
    self.shape = .scalar
    self.values = [value]
  }

  /// The element at a position, one index for each axis; one outside the shape traps, as in an array.
  public subscript(position: Int...) -> Float {
    get { values[shape.flatIndex(ofPosition: position)] }
    set { values[shape.flatIndex(ofPosition: position)] = newValue }
  }
}
