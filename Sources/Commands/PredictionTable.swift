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
    let hasEnds = predictions.first.map { $0.low != nil || $0.lows != nil } ?? false
    let hasSets = predictions.first?.set != nil
    let numbers = targets.flatMap {
      [$0] + (hasEnds ? targets.count == 1 ? ["low", "high"] : ["\($0) low", "\($0) high"] : [])
    }
    let heading = [place] + (isNumbers ? numbers : [targets.joined(separator: ", ")])
    let rows = predictions.enumerated().map { place, prediction in
      let name = files?[place] ?? "\(place + 1)"
      guard let probabilities = prediction.probabilities else {
        let cells = targets.flatMap { target in
          [prediction.value ?? prediction.values?[target]]
            + (hasEnds
              ? [
                prediction.low ?? prediction.lows?[target],
                prediction.high ?? prediction.highs?[target],
              ]
              : [])
        }
        return [name] + cells.map { $0?.shortText ?? "" }
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
      ] + (hasSets ? [prediction.set?.joined(separator: ", ") ?? ""] : [])
    }
    let lines = tableLines(
      [
        heading
          + (isClasses
            ? ["probability", "next"] + (hasSets ? ["set"] : [])
            : isLabels ? ["probabilities"] : [])
      ] + rows,
      heading.indices.map { $0 > 0 && isNumbers ? .right : .left }
        + (isClasses ? [.left, .left] + (hasSets ? [.left] : []) : isLabels ? [.left] : []),
      width: .max)
    return lines.joined(separator: "\n")
  }
}
