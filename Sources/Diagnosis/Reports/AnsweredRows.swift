import Charts
package import Datasets
import Engine
import Formatting
import Networks
package import Training

/// What a model answers to rows whose true answers are known, to be looked at one by one.
package struct AnsweredRows: Sendable {
  /// The probabilities that a classifier gives, with what is true.
  package struct Classes: Sendable {
    /// Of each row, for each class.
    package let shares: [[Double]]
    package let truths: [Int]
    /// The most probable ones.
    package let answers: [Int]
  }

  /// How the model answers: for each answer so many numbers.
  let outputs: [Float]
  let width: Int
  let labels: [String]
  private let model: TrainedModel
  private let data: Dataset
  private let truths: Answers
  private let rows: [Int]?

  /// Runs a model over examples.
  ///
  /// - Parameter rows: their numbers in the data file; nil for 0, 1, 2, …
  /// - Throws: `Problem` if the examples do not fit the model.
  package init(_ model: TrainedModel, on data: Dataset, rows: [Int]? = nil) throws {
    let all = try model.predictor.predict(data.count) { first, taken, input in
      data.inputs.copy(first..<first + taken, into: input.baseAddress!)
    }
    let answers = data.answers
    (self.model, self.data, truths) = (model, data, answers)
    (labels, width) = (model.labels, model.outputsOfAnswer)
    self.rows =
      answers.rows
      ?? answers.places.map { places in
        places.map { place in
          let example = place / data.labelledSteps
          return rows?[example] ?? example
        }
      } ?? rows
    outputs = answers.taking(all, width: width)
  }

  /// The rows that a run's report is about, answered by its model.
  /// - Throws: `Problem` for a run without a report, or whose data have changed or are gone.
  package init(ofReport report: RunReport, of run: StoredRun) throws {
    let experiment = try run.experiment()
    guard
      let part = RunReport.part(of: experiment, isTestScored: report.experiment.test != nil)
    else {
      throw Problem.data(run.folder.name, expected: "rows that were kept back", found: "none")
    }
    try self.init(run.model(), on: part.data, rows: part.rows)
  }

  /// Of a classifier.
  package var classes: Classes {
    let shares = Findings.shares(outputs, width: width)
    return Classes(
      shares: shares, truths: truths.targets.map { Int($0) },
      answers: shares.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 })
  }

  /// The row of one answer as a report shows it.
  func mistake(at place: Int, truth: String, answer: String) -> Findings.Mistake {
    let example = truths.places.map { $0[place] / data.labelledSteps } ?? place
    var shown = Findings.Mistake(
      row: (rows?[place] ?? place) + 1, truth: truth, answer: answer, inputs: [],
      inputsLeftOut: 0, file: data.images?[example].file)
    if let images = InputImages(model.preprocessing) {
      shown.image = images.image(of: data.inputs[example]).dataAddress
      return shown
    }
    let all = model.preprocessing.inputValues(data.inputs[example])
    shown.inputs = Array(all.prefix(Findings.inputLimit))
    shown.inputsLeftOut = all.count - shown.inputs.count
    return shown
  }

  /// The row of one answer of a classifier as a report shows it.
  func mistake(at place: Int, of classes: Classes) -> Findings.Mistake {
    let (truth, answer) = (classes.truths[place], classes.answers[place])
    var shown = mistake(at: place, truth: labels[truth], answer: labels[answer])
    shown.probability = classes.shares[place][answer]
    shown.truthProbability = classes.shares[place][truth]
    return shown
  }

  /// What is predicted and true of one target of a regression, in its unit; of each example.
  func values(ofTarget target: Int) -> (answers: [Double], truths: [Double]) {
    let (width, count) = (model.preprocessing.targetNames.count, data.count)
    let points = model.model.loss.points(outputs, width: self.width)
    let value = { model.preprocessing.decodeValue($0, at: target) }
    return (
      (0..<count).map { value(points[$0 * width + target]) },
      (0..<count).map { value(data.targets[$0][target]) }
    )
  }

  /// The row of one answer of a regression as a report shows it.
  func mistake(at place: Int, answer: Double, truth: Double) -> Findings.Mistake {
    var shown = mistake(at: place, truth: truth.brief, answer: answer.brief)
    shown.error = answer - truth
    return shown
  }

  /// The row of one of the pairs that a report keeps of a regression.
  /// - Throws: `Problem` for a model of another kind, and a pair that is not there.
  func row(ofPair pair: Int, target: Int) throws -> Findings.Mistake {
    guard case .numbers(let scales) = model.preprocessing.target, scales.indices.contains(target)
    else {
      throw Problem.data("target", expected: "a number that is foreseen", found: "none")
    }
    let kept = Findings.evenly(data.count)
    guard kept.indices.contains(pair) else {
      throw Problem.data("dot", expected: "below \(kept.count)", found: "\(pair)")
    }
    let (answers, truths) = values(ofTarget: target)
    return mistake(at: kept[pair], answer: answers[kept[pair]], truth: truths[kept[pair]])
  }

  /// The rows of one cell of a confusion matrix: of wrong answers the surest first, of right ones the least
  /// sure.
  ///
  /// - Returns: how many there are, and the first of them.
  package func cell(
    truth: Int, answer: Int, limit: Int
  ) -> (count: Int, rows: [Findings.Mistake]) {
    let classes = classes
    let surest = classes.surest(
      classes.truths.indices.filter {
        classes.truths[$0] == truth && classes.answers[$0] == answer
      })
    let order = truth == answer ? surest.reversed() : surest
    return (order.count, order.prefix(limit).map { mistake(at: $0, of: classes) })
  }
}

extension AnsweredRows.Classes {
  /// Some of the places, those first whose answers have the highest probabilities.
  func surest(_ places: [Int]) -> [Int] {
    places.sorted { (shares[$1][answers[$1]], $0) < (shares[$0][answers[$0]], $1) }
  }
}
