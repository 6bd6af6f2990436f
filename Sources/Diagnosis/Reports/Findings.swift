public import Charts
public import Datasets
import Engine
import Formatting
import Networks
public import Training

/// What a report shows of a model's answers besides its scores: calibration, the worst mistakes, and
/// what an answer without any learning would reach.
public struct Findings: Codable, Sendable, Equatable {
  /// What is found of one of several targets.
  package struct TargetFindings: Codable, Sendable, Equatable {
    package var name: String
    package var baselineAnswer: String
    package var baseline: Double
    package var pairs: [[Double]]

    enum CodingKeys: String, CodingKey {
      case name, baseline, pairs
      case baselineAnswer = "baseline_answer"
    }
  }

  /// A wrong answer.
  public struct Mistake: Codable, Sendable, Equatable {
    /// Of the data file, counted from 1, without the header.
    public var row: Int
    public var truth: String
    public var answer: String
    /// The answer's probability; nil for a regression.
    public var probability: Double?
    /// The true class's probability; nil for a regression.
    public var truthProbability: Double?
    /// Predicted minus true in the target's unit; nil for classes.
    public var error: Double?
    /// The first inputs; empty where there is an image.
    public var inputs: [InputValue]
    public var inputsLeftOut: Int
    /// The input as a PNG image, `data:image/png;base64,…`.
    public var image: String?
    /// The image's file; nil for a row of a table.
    public var file: String?

    enum CodingKeys: String, CodingKey {
      case truth, answer, probability, error, inputs, image, file
      case row = "row_number"
      case truthProbability = "truth_probability"
      case inputsLeftOut = "inputs_left_out"
    }
  }

  /// `test`, or `validation` if no test rows were kept back.
  public var part: String
  /// A classifier's.
  public var calibration: [ReliabilityDiagram.Bin]
  /// What the answer without learning is: the most frequent class, or the mean, of the training rows.
  public var baselineAnswer: String
  /// Its accuracy, or its root mean squared error.
  public var baseline: Double
  /// How many answers are wrong; nil for a regression.
  public var mistakeCount: Int?
  /// The wrong answers that were surest, or the largest errors; at most 12.
  public var mistakes: [Mistake]
  /// True and predicted values of a regression, at most 400, evenly taken.
  public var pairs: [[Double]]
  /// Of each of several targets, the first of which the fields beside this are about; nil for one.
  package var targets: [TargetFindings]?
  /// For a classifier of two numbers: x, y and class of training rows, at most 400.
  public var plane: [[Double]]

  enum CodingKeys: String, CodingKey {
    case part, calibration, baseline, mistakes, pairs, plane, targets
    case baselineAnswer = "baseline_answer"
    case mistakeCount = "mistake_count"
  }

  static let mistakeLimit = 12
  static let inputLimit = 16
  static let pointLimit = 400

  /// Runs a model over examples.
  ///
  /// - Parameters:
  ///   - part: what the examples are called.
  ///   - rows: their numbers in the data file; nil for 0, 1, 2, …
  ///   - train: what the model learned from.
  /// - Throws: `Problem` if the examples do not fit the model.
  public init(
    _ model: TrainedModel, on data: Dataset, part: String, rows: [Int]? = nil, train: Dataset
  ) throws {
    let answered = try AnsweredRows(model, on: data, rows: rows)
    let (outputs, width) = (answered.outputs, answered.width)
    self.part = part
    (calibration, mistakes, pairs, plane) = ([], [], [], [])
    (baselineAnswer, baseline) = ("", 0)
    switch model.preprocessing.target {
    case .classes, .ordered:
      classify(answered, learned: train.classCounts(answered.labels.count))
      plane = Self.plane(model.preprocessing, train)
    case .labels(let labels, _):
      let shares = stride(from: 0, to: outputs.count, by: width).map {
        Array(outputs[$0..<$0 + width])
      }
      mark(shares, data, train, labels, answered)
    case .numbers(let scales):
      let others = scales.indices.map { place in
        let (answers, truths) = answered.values(ofTarget: place)
        var own = self
        own.regress(
          answers, truths: truths,
          learned: Self.mean(of: place, in: train, model.preprocessing), answered)
        return own
      }
      self = others[0]
      guard scales.count > 1 else { return }
      targets = zip(model.preprocessing.targetNames, others).map {
        TargetFindings(
          name: $0, baselineAnswer: $1.baselineAnswer, baseline: $1.baseline, pairs: $1.pairs)
      }
    }
  }

  /// The probabilities of each class, row by row.
  static func shares(_ outputs: [Float], width: Int) -> [[Double]] {
    stride(from: 0, to: outputs.count, by: width).map { start in
      TrainedModel.ofClasses(outputs[start..<start + width]).map(Double.init)
    }
  }

  /// The mean of a target, in its unit.
  private static func mean(
    of place: Int, in data: Dataset, _ preprocessing: Preprocessing
  ) -> Double {
    var sum = 0.0
    data.targets.walk { _, numbers, width in
      for number in stride(from: place, to: numbers.count, by: width) {
        sum += preprocessing.decodeValue(numbers[number], at: place)
      }
    }
    return sum / Double(max(1, data.count))
  }

  /// - Parameter learned: how many examples of each class the model learned from.
  private mutating func classify(_ rows: AnsweredRows, learned counts: [Int]) {
    let (labels, classes) = (rows.labels, rows.classes)
    let (shares, truths, answers) = (classes.shares, classes.truths, classes.answers)
    let isBinary = labels.count == 2
    let diagram = ReliabilityDiagram(
      probabilities: zip(shares, answers).map { isBinary ? $0[1] : $0[$1] },
      outcomes: zip(truths, answers).map { isBinary ? $0 == 1 : $0 == $1 })
    calibration = diagram.bins
    let usual = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
    baselineAnswer = labels[usual]
    baseline = Double(truths.count { $0 == usual }) / Double(max(1, truths.count))
    let wrong = classes.surest(truths.indices.filter { truths[$0] != answers[$0] })
    mistakeCount = wrong.count
    mistakes = wrong.prefix(Self.mistakeLimit).map { rows.mistake(at: $0, of: classes) }
  }

  /// Labels of which a row may have any number.
  private mutating func mark(
    _ shares: [[Float]], _ data: Dataset, _ train: Dataset, _ labels: [String],
    _ rows: AnsweredRows
  ) {
    func text(_ marks: [Bool]) -> String {
      let names = zip(labels, marks).filter(\.1).map(\.0)
      return names.isEmpty ? "no label" : names.joined(separator: ", ")
    }
    let answers = shares.map { $0.map(LabelPredictions.isYes) }
    let truths = (0..<data.count).map { data.targets[$0].map { $0 > 0.5 } }
    let usual = train.labelCounts(labels.count).map { 2 * $0 > train.count }
    baselineAnswer = text(usual)
    baseline = Double(truths.count { $0 == usual }) / Double(max(1, truths.count))
    let wrong = truths.indices.filter { truths[$0] != answers[$0] }
    mistakeCount = wrong.count
    // How likely the model held what is true, all labels together.
    let losses = truths.indices.map { row in
      zip(shares[row], truths[row]).reduce(0.0) { sum, pair in
        sum - Double.log(max(Double(pair.1 ? pair.0 : 1 - pair.0), Double(Float.ulpOfOne)))
      }
    }
    let worst = wrong.sorted { (losses[$1], $0) < (losses[$0], $1) }
    mistakes = worst.prefix(Self.mistakeLimit).map { place in
      rows.mistake(at: place, truth: text(truths[place]), answer: text(answers[place]))
    }
  }

  private mutating func regress(
    _ answers: [Double], truths: [Double], learned mean: Double, _ rows: AnsweredRows
  ) {
    baselineAnswer = mean.brief
    baseline =
      (truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, truths.count)))
      .squareRoot()
    let worst = truths.indices.sorted {
      ((answers[$1] - truths[$1]).magnitude, $0) < ((answers[$0] - truths[$0]).magnitude, $1)
    }
    mistakes = worst.prefix(Self.mistakeLimit).map {
      rows.mistake(at: $0, answer: answers[$0], truth: truths[$0])
    }
    pairs = Self.evenly(truths.count).map { [truths[$0], answers[$0]] }
  }

  /// At most `pointLimit` of the places, at equal distances.
  static func evenly(_ count: Int) -> [Int] {
    let step = max(1, (count + pointLimit - 1) / pointLimit)
    return Array(stride(from: 0, to: count, by: step))
  }

  private static func plane(_ preprocessing: Preprocessing, _ train: Dataset) -> [[Double]] {
    guard let axes = preprocessing.plane else { return [] }
    return evenly(train.count).map { place in
      let input = train.inputs[place]
      return axes.enumerated().map { Double(input[$0]) * $1.scale + $1.offset }
        + [Double(train.targets[place][0])]
    }
  }
}

extension Preprocessing {
  /// The two columns of a model with exactly two inputs, both numbers; nil for any other.
  var plane: [(name: String, scale: Double, offset: Double)]? {
    guard case .columns(let columns) = inputs, inputShape.count == 2 else { return nil }
    let axes = columns.compactMap { column -> (name: String, scale: Double, offset: Double)? in
      guard case .number(let offset, let scale, _, false) = column.encoding else { return nil }
      return (column.name, scale, offset)
    }
    return axes.count == 2 ? axes : nil
  }
}
