import Engine

/// Intervals of means of the classes' precision, recall and F1.
extension Interval {
  /// Below so many examples for each class, on the mean, no interval of a mean over classes holds.
  static let fewestForEachClass = 10

  /// A score of one class, to be averaged.
  enum ClassScore { case precision, recall, f1 }

  /// The mean over classes of a score.
  ///
  /// The counts are a draw from the cells of the confusion matrix; the mean's variance follows from how
  /// far one more example in each cell moves it. As in Agresti and Coull's interval of a share, four
  /// examples are added first, two right and two wrong, spread evenly over the cells: so the variance does
  /// not vanish where nothing went wrong (R. M. Price, D. G. Bonett, *An improved confidence interval for
  /// a linear function of binomial proportions*, Computational Statistics & Data Analysis 45, 2004).
  /// - Parameters:
  ///   - confusion: rows are true classes, columns predicted ones; only of classes that occur.
  ///   - isWeighted: does every class count by its true examples, not equally?
  /// - Returns: nil for a single class, or fewer than ``fewestForEachClass`` examples a class.
  static func mean(
    of score: ClassScore, isWeighted: Bool, confusion: [[Int]]
  ) -> Interval? {
    let classes = confusion.indices
    let count = Double(classes.count)
    guard count > 1, confusion.joined().reduce(0, +) >= fewestForEachClass * classes.count else {
      return nil
    }
    let cells = classes.map { row in
      classes.map { column in
        Double(confusion[row][column]) + (row == column ? 2 / count : 2 / (count * (count - 1)))
      }
    }
    let support = cells.map { $0.reduce(0, +) }
    let predicted = classes.map { column in cells.reduce(0) { $0 + $1[column] } }
    let total = support.reduce(0, +)
    // What one more hit, true example and prediction of each class adds to the mean.
    var (hit, truth, prediction) = (support, support, support)
    var mean = 0.0
    for c in classes {
      let weight = isWeighted ? support[c] / total : 1 / count
      let (part, whole, usesTruth, usesPrediction): (Double, Double, Double, Double) =
        switch score {
        case .precision: (cells[c][c], predicted[c], 0, 1)
        case .recall: (cells[c][c], support[c], 1, 0)
        case .f1: (2 * cells[c][c], predicted[c] + support[c], 1, 1)
        }
      let value = part / whole
      mean += weight * value
      hit[c] = weight * (score == .f1 ? 2 : 1) / whole
      truth[c] = -usesTruth * weight * value / whole + (isWeighted ? value / total : 0)
      prediction[c] = -usesPrediction * weight * value / whole
    }
    func sum(_ summand: (_ move: Double) -> Double) -> Double {
      classes.reduce(0) { sum, row in
        classes.reduce(sum) { sum, column in
          let move = truth[row] + prediction[column] + (row == column ? hit[row] : 0)
          return sum + cells[row][column] * summand(move)
        }
      }
    }
    let centre = sum { $0 } / total
    let half = z * sum { ($0 - centre) * ($0 - centre) }.squareRoot()
    return Interval(low: max(0, mean - half), high: min(1, mean + half))
  }
}
