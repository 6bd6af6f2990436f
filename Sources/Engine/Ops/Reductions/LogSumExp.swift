import CKernels

extension Ops {
  /// The logarithm of the sum of exponentials along some axes, without overflow.
  ///
  /// y = m + ln Σᵢ e^(xᵢ − m) with m = max x; ∂y/∂xᵢ = e^(xᵢ − y).
  package struct LogSumExp: Reduction {
    package static let name = "log-sum-exp"
    static let kernel = GB_LOG_SUM_EXP

    package let axes: Range<Int>

    /// The neighbouring axes that disappear.
    package init(axes: Range<Int>) { self.axes = axes }

    static func value<N: NumericScalar>(_ numbers: [N]) -> N {
      let largest = numbers.dropFirst().reduce(numbers[0]) { N.max($0, $1) }
      return largest + .log(numbers.reduce(0) { $0 + .exp($1 - largest) })
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let x = backward.inputs[0]
      let share = try Exponential()(x - spread(backward.output, over: x.shape))
      return try [.node(spread(backward.gradient, over: x.shape) * share)]
    }

    package static let examples = standardExamples
  }
}
