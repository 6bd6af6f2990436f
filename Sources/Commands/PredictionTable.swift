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
    // All answers are of one kind; a row without one says nothing of it.
    guard let first = predictions.first(where: { $0.problem == nil }) ?? predictions.first else {
      return ""
    }
    let hasProblems = predictions.contains { $0.problem != nil }
    let answer = heading(of: first)
    let heading = [files == nil ? "row" : "image"] + answer + (hasProblems ? ["problem"] : [])
    let rows = predictions.enumerated().map { place, prediction in
      [files?[place] ?? "\(place + 1)"]
        + (prediction.problem == nil
          ? cells(prediction) : [String](repeating: "", count: answer.count))
        + (hasProblems ? [prediction.problem ?? ""] : [])
    }
    let isNumbers = first.probabilities == nil
    let alignments = heading.indices.map { column in
      isNumbers && column > 0 && column <= answer.count ? Alignment.right : .left
    }
    return tableLines([heading] + rows, alignments, width: .max).joined(separator: "\n")
  }

  private func heading(of first: Prediction) -> [String] {
    let name = targets.joined(separator: ", ")
    if first.labels != nil { return [name, "probabilities"] }
    if first.label != nil {
      return [name, "probability", "next"] + (first.set == nil ? [] : ["set"])
    }
    guard first.low != nil || first.lows != nil else { return targets }
    return targets.flatMap { target in
      [target] + ["low", "high"].map { targets.count == 1 ? $0 : "\(target) \($0)" }
    }
  }

  private func cells(_ prediction: Prediction) -> [String] {
    guard let probabilities = prediction.probabilities else {
      let hasEnds = prediction.low != nil || prediction.lows != nil
      return targets.flatMap { target -> [String] in
        let value = prediction.value ?? prediction.values?[target]
        let low = prediction.low ?? prediction.lows?[target]
        let high = prediction.high ?? prediction.highs?[target]
        return (hasEnds ? [value, low, high] : [value]).map { $0?.shortText ?? "" }
      }
    }
    let ranked = probabilities.ranked.prefix(3).map {
      (label: $0.label, share: Double($0.probability).text(decimals: 3))
    }
    if let labels = prediction.labels {
      return [
        labels.isEmpty ? "none" : labels.joined(separator: ", "),
        ranked.map { "\($0.label) \($0.share)" }.joined(separator: ", "),
      ]
    }
    return [
      prediction.label ?? "", ranked[0].share,
      ranked.dropFirst().map { "\($0.label) \($0.share)" }.joined(separator: ", "),
    ] + (prediction.set.map { [$0.joined(separator: ", ")] } ?? [])
  }
}
