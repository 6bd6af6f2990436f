import CKernels

/// The sum along some axes.
///
/// y = Σᵢ xᵢ; ∂y/∂xᵢ = 1.
public struct Sum: Reduction {
  public static let name = "sum"
  static let kernel = GB_SUM

  public let axes: Range<Int>

  public var formula: String { "y = Σᵢ x[i]" }

  /// The neighbouring axes that disappear.
  public init(axes: Range<Int>) { self.axes = axes }

  static func value<N: NumericScalar>(_ numbers: [N]) -> N {
    numbers.reduce(0, +)
  }

  public func derivative(_ backward: BackwardContext) throws -> [Node?] {
    [try spread(backward.gradient, over: backward.inputs[0].shape)]
  }

  public static let examples = standardExamples
}
