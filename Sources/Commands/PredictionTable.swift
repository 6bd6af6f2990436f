import Formatting
import Glassbox

/// Answers as a person reads them: a line for each row or image, under a heading.
struct PredictionTable {
  private let predictions: [Prediction]
  private let targets: [String]
  private let files: [String]?

  /// - Parameter files: of images, in the order of the predictions.
  init(_ predictions: [Prediction], of targets: [String], files: [String]? = nil) {
    (self.predictions, self.targets, self.files) = (predictions, targets, files)
  }

  var text: String {
    let isClasses = predictions.first?.label != nil
    let place = files == nil ? "row" : "image"
    let isLabels = predictions.first?.labels != nil
    let isNumbers = !isClasses && !isLabels
    let heading = [place] + (isNumbers ? targets : [targets.joined(separator: ", ")])
    let rows = predictions.enumerated().map { place, prediction in
      let name = files?[place] ?? "\(place + 1)"
      guard let probabilities = prediction.probabilities else {
        let values = prediction.values
        return [name]
          + (values == nil
            ? [prediction.value?.shortText ?? ""]
            : targets.map { values?[$0]?.shortText ?? "" })
      }
      let ranked = probabilities.ranked.prefix(3).map {
        (label: $0.label, share: Double($0.probability).text(decimals: 3))
      }
      if let labels = prediction.labels {
        return [
          name, labels.isEmpty ? "none" : labels.joined(separator: ", "),
          ranked.map { "\($0.label) \($0.share)" }.joined(separator: ", "),
        ]
      }
      let label = prediction.label ?? ""
      return [
        name, label, ranked[0].share,
        ranked.dropFirst().map { "\($0.label) \($0.share)" }.joined(separator: ", "),
      ]
    }
    let lines = tableLines(
      [heading + (isClasses ? ["probability", "next"] : isLabels ? ["probabilities"] : [])] + rows,
      heading.indices.map { $0 > 0 && isNumbers ? .right : .left }
        + (isClasses ? [.left, .left] : isLabels ? [.left] : []), width: .max)
    return lines.joined(separator: "\n")
  }
}
