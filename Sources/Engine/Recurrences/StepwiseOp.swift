/// An op that goes from step to step of a sequence, whose cells go on from other cells of its own result
/// and have names in the textbooks.
package protocol StepwiseOp: Op {
  /// The kinds of numbers in the result.
  var cellKinds: [CellKind] { get }
  /// Where a cell of a result of this shape stands.
  func place(of cell: Int, in shape: TensorShape) -> CellPlace
  /// The definition of one cell from the inputs and from other cells of the result, which are the
  /// textbook's own steps: the new state from the gates, not from all that made these.
  func value<N: NumericScalar>(
    at cell: Int, _ inputs: [Elements<N>], results: Elements<N>
  ) -> N
}

/// What a reader calls a kind of number.
package struct CellKind: Sendable, Hashable {
  /// The textbooks' letter; a word where that stands for something else in dense layers.
  package let letter: String
  /// What it is, in a few words.
  package let meaning: String
}

/// The place of a cell of a ``StepwiseOp``.
package struct CellPlace: Sendable {
  /// In ``StepwiseOp/cellKinds``; nil for a number that has no name and is shown in those it is part of.
  package let kind: Int?
  /// In the sequence, counted from 0.
  package let step: Int
  /// In the batch, counted from 0.
  package let example: Int
  /// In the layer, counted from 0.
  package let unit: Int
}
