import CKernels

/// The largest number along some axes. The gradient goes to every number equal to it.
///
/// y = maxᵢ xᵢ; ∂y/∂xᵢ = 1 where xᵢ = y, else 0.
public struct Largest: Reduction {
  public static let name = "max"
  static let kernel = GB_MAX

  public let axes: Range<Int>

  public var formula: String { "y = maxᵢ x[i]" }

  /// The neighbouring axes that disappear.
  public init(axes: Range<Int>) { self.axes = axes }

  static func value<N: Number>(_ numbers: [N]) -> N {
    numbers.dropFirst().reduce(numbers[0]) { N.max($0, $1) }
  }

  public func derivative(_ backward: Backward) throws -> [Node?] {
    let x = backward.inputs[0]
    let largest = try spread(backward.output, over: x.shape)
    let gradient = try spread(backward.gradient, over: x.shape)
    return [try Select()(largest, x, gradient.graph.constant(0, shape: x.shape), gradient)]
  }

  public static let examples = standardExamples
}
