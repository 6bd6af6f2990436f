import CKernels

extension Ops {
  /// The index of the largest number along some axes; the first at a tie. It has no gradient.
  ///
  /// y = the smallest i with xᵢ = max x.
  package struct ArgMax: Reduction {
    package static let name = "argmax"
    static let kernel = GB_ARGMAX

    package let axes: Range<Int>

    /// The neighbouring axes that disappear.
    package init(axes: Range<Int>) { self.axes = axes }

    static func value<N: NumericScalar>(_ numbers: [N]) -> N {
      var best = 0
      for index in numbers.indices where numbers[index].real > numbers[best].real { best = index }
      return N(Double(best))
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      [.zero]
    }

    package static let examples = standardExamples
  }
}
