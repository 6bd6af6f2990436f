import CKernels

/// The mean along some axes.
///
/// y = Σᵢ xᵢ ÷ n; ∂y/∂xᵢ = 1 ÷ n.
public struct Mean: Reduction {
  public static let name = "mean"
  static let kernel = GB_MEAN

  public let axes: Range<Int>

  public var formula: String { "y = Σᵢ x[i] ÷ n" }

  /// The neighbouring axes that disappear.
  public init(axes: Range<Int>) { self.axes = axes }

  static func value<N: NumericScalar>(_ numbers: [N]) -> N {
    numbers.reduce(0, +) / N(Double(numbers.count))
  }

  public func derivative(_ backward: BackwardContext) throws -> [Node?] {
    let shape = backward.inputs[0].shape
    return [try spread(backward.gradient / Double(span(of: shape).extent), over: shape)]
  }

  public static let examples = standardExamples
}
