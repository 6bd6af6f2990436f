import Datasets
import Engine
import Networks

/// An input with the output it gave when the model was stored. It is run again whenever the model is
/// loaded, so a damaged file or a wrong kernel is found before anybody trusts a prediction.
package struct GoldenExample: Codable, Sendable, Hashable {
  /// After preprocessing, of the model's input shape.
  package var input: [Float]
  /// Probabilities or values.
  package var output: [Float]

  /// How far an output may be off, relative to the largest of its row. Kernel sets round differently.
  package static let tolerance: Float = 1e-5

  private static let most = 4
  private static let mostNumbers = 1 << 14

  /// The inputs of the first few examples.
  static func inputs(from data: Dataset) -> [[Float]] {
    let width = max(1, data.inputs.shape.count)
    return (0..<min(data.count, most, max(1, mostNumbers / width))).map { data.inputs[$0] }
  }

  /// - Throws: `Problem` when the model no longer gives this output.
  func verify(_ predictor: Predictor, place: Int, at path: String) throws {
    guard input.count == predictor.model.inputShape.count,
      output.count == predictor.model.outputCount
    else {
      throw problem(place, path, "\(input.count) inputs and \(output.count) outputs")
    }
    let found = try predictor(input)
    let limit = Self.tolerance * output.reduce(Float.leastNormalMagnitude) { max($0, $1.magnitude) }
    for (value, stored) in zip(found, output) where !((value - stored).magnitude <= limit) {
      throw problem(place, path, "\(value) where \(stored) was stored")
    }
  }

  private func problem(_ place: Int, _ path: String, _ found: String) -> Problem {
    Problem(
      .malformed, path,
      expected: "golden example \(place + 1) to give the output it gave when the model was stored",
      found: found,
      fix: "the file is damaged or was changed by another program; take it from its run again")
  }
}
