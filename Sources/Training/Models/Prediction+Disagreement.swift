import Datasets
import Networks

extension TrainedModel {
  /// Says how far the members of an ensemble are apart in an answer.
  ///
  /// - Parameter members: what they answer for the row, one behind the other.
  func addDisagreement(of members: ArraySlice<Float>, to prediction: inout Prediction) {
    let width = model.outputCount
    let rows = stride(from: members.startIndex, to: members.endIndex, by: width).map {
      Array(members[$0..<$0 + width])
    }
    if let steps = prediction.steps {
      let width = outputsOfAnswer
      prediction.steps = steps.enumerated().map { step, answer in
        var answer = answer
        addDisagreement(
          ofEach: rows.map { Array($0[step * width..<(step + 1) * width]) }, to: &answer)
        return answer
      }
    } else {
      addDisagreement(ofEach: rows, to: &prediction)
    }
  }

  /// - Parameter answers: of each member.
  private func addDisagreement(ofEach answers: [[Float]], to prediction: inout Prediction) {
    switch preprocessing.target {
    case .numbers:
      let values = answers.map { model.loss.points($0, width: $0.count) }
      let deviations = values[0].indices.map { place in
        Self.deviation(values.map { preprocessing.decodeValue($0[place], at: place) })
      }
      if deviations.count == 1 {
        prediction.disagreement = deviations[0]
      } else {
        prediction.disagreements = Self.byName(preprocessing.targetNames, deviations)
      }
    case .labels(let labels, _):
      prediction.disagreements = Self.byName(
        labels, labels.indices.map { place in Self.deviation(answers.map { Double($0[place]) }) })
    case .classes, .ordered:
      guard let best = prediction.probabilities?.best else { return }
      prediction.disagreement = Self.deviation(
        answers.map { Double(Self.ofClasses($0[...])[best]) })
    }
  }

  private static func byName(_ names: [String], _ numbers: [Double]) -> [String: Double] {
    Dictionary(zip(names, numbers)) { first, _ in first }
  }

  /// √(Σ(a − ā)²/M).
  private static func deviation(_ numbers: [Double]) -> Double {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }
}
