/// The extents of a tensor, outermost axis first. A scalar has no axes and one element.
public struct TensorShape: Hashable, Sendable {
  /// The largest number of axes a tensor may have.
  public static let maximumRank = 8

  /// Extent of each axis, at least 0.
  public let extents: [Int]
  /// The product of all extents; 1 for a scalar, 0 for a literal that is no shape.
  public let count: Int

  /// - Throws: ``Problem`` for a negative extent, more than 8 axes, or a product that overflows.
  public init(checking extents: [Int], at location: String = "shape") throws(Problem) {
    guard extents.count <= Self.maximumRank else {
      throw Problem.shape(
        location, expected: "at most \(Self.maximumRank) axes", found: "\(extents.count)")
    }
    // Strides are counts of parts, so they must fit even where another extent is 0.
    var (count, span) = (1, 1)
    for extent in extents {
      guard extent >= 0 else {
        throw Problem.shape(location, expected: "extents of at least 0", found: "\(extents)")
      }
      let (product, overflow) = span.multipliedReportingOverflow(by: max(1, extent))
      guard !overflow else {
        throw Problem.shape(location, expected: "a count that fits in 63 bits", found: "\(extents)")
      }
      span = product
      count *= extent
    }
    self.extents = extents
    self.count = count
  }

  /// Extents that are known to be right: programmer's constants and results of shape rules.
  init(_ extents: [Int]) {
    precondition(extents.count <= Self.maximumRank && extents.allSatisfy { $0 >= 0 })
    self.extents = extents
    self.count = extents.reduce(1, *)
  }

  /// - Throws: ``Problem`` for a literal that is no shape.
  func check(at location: String) throws(Problem) {
    _ = try TensorShape(checking: extents, at: location)
  }

  /// The extent of an axis that is made of these parts of at least 0, one behind the other.
  /// - Throws: ``Problem`` when it does not fit in 63 bits.
  static func total(_ parts: [Int], at location: String) throws(Problem) -> Int {
    var total = 0
    for part in parts {
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else {
        throw Problem.shape(location, expected: "an extent that fits in 63 bits", found: "\(parts)")
      }
      total = sum
    }
    return total
  }

  /// The shape of a single number.
  public static let scalar = TensorShape([])

  /// The number of axes.
  public var rank: Int { extents.count }

  /// Elements between neighbours along each axis, row-major.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] &* extents[axis + 1]
    }
    return strides
  }

  /// The extent of one axis.
  public subscript(axis: Int) -> Int { extents[axis] }

  /// The position along each axis of the element at a flat row-major index.
  public func position(ofFlatIndex index: Int) -> [Int] {
    var rest = index
    var position = [Int](repeating: 0, count: rank)
    for axis in stride(from: rank - 1, through: 0, by: -1) where extents[axis] > 0 {
      position[axis] = rest % extents[axis]
      rest /= extents[axis]
    }
    return position
  }

  /// The flat row-major index of a position.
  public func flatIndex(ofPosition position: [Int]) -> Int {
    var index = 0
    for axis in 0..<rank { index = index &* extents[axis] &+ position[axis] }
    return index
  }
}

extension TensorShape: CustomStringConvertible, ExpressibleByArrayLiteral {
  /// `[32, 784]`, or `scalar`.
  public var description: String { rank == 0 ? "scalar" : "\(extents)" }

  /// `[32, 784]`. A literal cannot throw: one that is no shape, with a negative extent or more than 8
  /// axes, is refused by the graph, tensor or examples it is given to.
  public init(arrayLiteral elements: Int...) {
    if let shape = try? TensorShape(checking: elements) {
      self = shape
    } else {
      (extents, count) = (elements, 0)
    }
  }
}

extension TensorShape: Codable {
  /// A JSON array of extents, checked.
  public init(from decoder: any Decoder) throws {
    try self.init(checking: [Int](from: decoder), at: "shape")
  }

  /// A JSON array of extents.
  public func encode(to encoder: any Encoder) throws { try extents.encode(to: encoder) }
}
