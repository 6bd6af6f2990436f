import Charts
import Datasets
import Engine
package import Explaining
import Training

/// Which regions of a picture decide an answer.
package struct PictureExplanation: Encodable, Sendable {
  package var explanation: Explanation
  /// The picture under its regions, as the address of a PNG file that holds it; nil where no region differs
  /// from what is usual.
  package var map: String?
  /// How many pixels a region is high and wide.
  package var side: Int

  /// - Parameters:
  ///   - inputs: of one picture.
  ///   - answer: the class, label or number that is explained; nil for what is answered.
  ///   - progress: told how many parts of the work of how many are done; throws to end.
  /// - Throws: `Problem` for an answer that the model does not give; what `progress` throws.
  init(
    _ trained: TrainedModel, _ inputs: PreparedInputs, answer: String?, _ images: InputImages,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws {
    explanation = try trained.explain(
      inputs, ExplanationOptions(answer: answer), progress: progress)
    side = trained.preprocessing.regionSide
    let regions = explanation.regions ?? Self.regions(explanation, trained, images)
    map =
      ExplanationMap(regions, of: inputs.floats, trained.preprocessing, images: images)?.bitmap
      .dataAddress
  }

  /// Columns that are pixels, each a region of its own.
  private static func regions(
    _ explanation: Explanation, _ trained: TrainedModel, _ images: InputImages
  ) -> [[Double]] {
    let parts = Dictionary(
      explanation.contributions.map { ($0.name, $0.contribution) }
    ) { first, _ in first }
    let names = trained.preprocessing.inputNames
    return (0..<images.height).map { row in
      (0..<images.width).map { column in
        images.inputs[row * images.width + column].flatMap { parts[names[$0]] } ?? 0
      }
    }
  }
}
