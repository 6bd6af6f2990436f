import Engine

/// What is right for each answer of a data set, with what scores need to know of it: of each example, or
/// of each step that has a label.
package struct Answers: Sendable {
  /// The numbers of the targets, one answer after the other.
  package var targets: [Float]
  /// How much each counts; nil where all count the same.
  package var weights: [Float]?
  /// Answers of one group foretell each other; nil where each stands alone.
  package var groups: [Int32]?
  /// Where the steps that have a label lie among all steps of all examples; nil where an example has one
  /// answer.
  package var places: [Int]?
  /// The rows of the file, counted from 0, that the answers are of; nil where an example is a row.
  package var rows: [Int]?
  /// How many there are.
  package var count: Int

  /// Of numbers that lie in rows of some width, a row for each step of each example, those of the answers.
  package func taking(_ numbers: [Float], width: Int) -> [Float] {
    guard let places else { return numbers }
    return places.flatMap { numbers[$0 * width..<($0 + 1) * width] }
  }
}

extension Dataset {
  /// Whether each step of an example has a label of its own.
  package var hasStepLabels: Bool { labelledSteps > 1 }

  /// What is right for each answer.
  package var answers: Answers {
    let all = targets.all
    guard hasStepLabels else {
      return Answers(targets: all, weights: weights, groups: groups, count: count)
    }
    let places = all.indices.filter { (weights?[$0] ?? 1) > 0 }
    return Answers(
      targets: places.map { all[$0] },
      weights: weights.flatMap { weights in
        let own = places.map { weights[$0] }
        return own.allSatisfy { $0 == own[0] } ? nil : own
      },
      // Steps of one sequence are alike, whatever its group is.
      groups: places.map { place in
        groups?[place / labelledSteps] ?? Int32(place / labelledSteps)
      },
      places: places,
      rows: stepRows.map { rows in
        places.map { rows[$0 / labelledSteps][$0 % labelledSteps] }
      }, count: places.count)
  }

  /// Sequences with a label at each step, 0 and of weight 0 where there is none.
  ///
  /// - Parameters:
  ///   - targets: of shape [steps].
  ///   - weights: for each step of each example.
  /// - Throws: `Problem` for counts that do not fit.
  init(inputs: Examples, stepTargets targets: Examples, weights: [Float]) throws {
    try self.init(inputs: inputs, targets: targets)
    guard weights.count == count * targets.shape.count else {
      throw Problem.shape(
        "dataset", expected: "a weight for each of \(count * targets.shape.count) steps",
        found: "\(weights.count)")
    }
    labelledSteps = targets.shape.count
    self.weights = weights
  }
}
