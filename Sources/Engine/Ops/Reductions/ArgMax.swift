import CKernels

/// The index of the largest number along some axes; the first at a tie. It has no gradient.
///
/// y = the smallest i with xᵢ = max x.
public struct ArgMax: Reduction {
  public static let name = "argmax"
  static let kernel = GB_ARGMAX

  public let axes: Range<Int>

  public var formula: String { "y = the smallest i with x[i] = maxⱼ x[j]" }

  /// The neighbouring axes that disappear.
  public init(axes: Range<Int>) { self.axes = axes }

  static func value<N: NumericScalar>(_ numbers: [N]) -> N {
    var best = 0
    for index in numbers.indices where numbers[index].real > numbers[best].real { best = index }
    return N(Double(best))
  }

  public func derivative(_ backward: BackwardContext) throws -> [Node?] {
    [nil]
  }

  public static let examples = standardExamples
}
