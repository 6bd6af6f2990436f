import Formatting
import Glassbox

/// Answers as a person reads them: a line for each row or image, under a heading.
struct PredictionTable {
  private let predictions: [Prediction]
  private let target: String
  private let files: [String]?

  /// - Parameter files: of images, in the order of the predictions.
  init(_ predictions: [Prediction], of target: String, files: [String]? = nil) {
    (self.predictions, self.target, self.files) = (predictions, target, files)
  }

  var text: String {
    let isClasses = predictions.first?.label != nil
    let heading = [files == nil ? "row" : "image", target]
    let rows = predictions.enumerated().map { place, prediction in
      let name = files?[place] ?? "\(place + 1)"
      guard let label = prediction.label, let probabilities = prediction.probabilities else {
        return [name, prediction.value?.shortText ?? ""]
      }
      let ranked = probabilities.ranked.prefix(3).map {
        (label: $0.label, share: Double($0.probability).text(decimals: 3))
      }
      return [
        name, label, ranked[0].share,
        ranked.dropFirst().map { "\($0.label) \($0.share)" }.joined(separator: ", "),
      ]
    }
    let lines = tableLines(
      [heading + (isClasses ? ["probability", "next"] : [])] + rows,
      isClasses ? [.left, .left, .left, .left] : [.left, .right], width: .max)
    return lines.joined(separator: "\n")
  }
}
