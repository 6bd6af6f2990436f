import Datasets
import Networks

extension Predictor {
  /// The same with what the members of an ensemble answer.
  func outputsWithMembers(
    _ inputs: Examples, _ range: Range<Int>
  ) throws -> (answers: [Float], members: [Float]) {
    try predictWithMembers(range.count) { first, taken, input in
      let start = range.lowerBound + first
      inputs.copy(start..<start + taken, into: input.baseAddress!)
    }
  }

  /// The network's answers for some of the examples, row-major.
  func outputs(_ inputs: Examples, _ range: Range<Int>) throws -> [Float] {
    try predict(range.count) { first, taken, input in
      let start = range.lowerBound + first
      inputs.copy(start..<start + taken, into: input.baseAddress!)
    }
  }
}
