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
    let isClasses = predictions.contains { $0.label != nil }
    let hasProblems = predictions.contains { $0.problem != nil }
    let heading =
      [files == nil ? "row" : "image", target] + (isClasses ? ["probability", "next"] : [])
      + (hasProblems ? ["problem"] : [])
    let rows = predictions.enumerated().map { place, prediction in
      [files?[place] ?? "\(place + 1)"] + cells(prediction, isClasses)
        + (hasProblems ? [prediction.problem ?? ""] : [])
    }
    let lines = tableLines(
      [heading] + rows,
      (isClasses ? [.left, .left, .left, .left] : [.left, .right]) + (hasProblems ? [.left] : []),
      width: .max)
    return lines.joined(separator: "\n")
  }

  private func cells(_ prediction: Prediction, _ isClasses: Bool) -> [String] {
    guard isClasses else { return [prediction.value?.shortText ?? ""] }
    guard let label = prediction.label, let probabilities = prediction.probabilities else {
      return ["", "", ""]
    }
    let ranked = probabilities.ranked.prefix(3).map {
      (label: $0.label, share: Double($0.probability).text(decimals: 3))
    }
    return [
      label, ranked[0].share,
      ranked.dropFirst().map { "\($0.label) \($0.share)" }.joined(separator: ", "),
    ]
  }
}
