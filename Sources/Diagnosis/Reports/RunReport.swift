import Datasets
import Engine
public import Networks
public import Training

/// Everything a run's report says besides its curves and weights: the content of `report.json`, from
/// which, with the run's other files, `report.html` is made.
public struct RunReport: Codable, Sendable {
  /// Scores on other data, after training.
  public struct LaterEvaluation: Codable, Sendable {
    public var data: String
    public var evaluation: Evaluation

    /// Scores on the data of this name.
    public init(data: String, evaluation: Evaluation) {
      self.data = data
      self.evaluation = evaluation
    }
  }

  public var experiment: ExperimentReport
  public var facts: DataFacts?
  /// Of the test rows, or of the validation rows if none were kept back.
  public var findings: Findings?
  /// The way of the weights through the loss, if it was followed.
  public var weightPath: WeightPath?
  /// One for each name of data, in the order of their first use.
  public var laterEvaluations: [LaterEvaluation] = []
  /// The program with its commit and kernels.
  public var build: String?

  private enum Key: String, CodingKey {
    case facts = "data_facts"
    case findings
    case weightPath = "weight_path"
    case laterEvaluations = "later_evaluations"
    case build
  }

  /// Looks at a model's answers.
  ///
  /// - Parameters:
  ///   - report: of this experiment and model.
  ///   - path: of the weights, if it was followed.
  ///   - build: the program with its commit, if it knows it.
  /// - Throws: `Problem` if model and data do not fit.
  public init(
    _ report: ExperimentReport, of experiment: Experiment, model: TrainedModel,
    path: WeightPath? = nil, build: String? = nil
  ) throws {
    self.experiment = report
    weightPath = path
    self.build = build
    let data = experiment.data
    facts = DataFacts(data)
    if let part = Self.part(of: experiment, isTestScored: report.test != nil) {
      findings = try Findings(
        model, on: part.data, part: part.name, rows: part.rows, train: data.train)
    }
  }

  /// The rows that a report is about: those of the test, which stay sealed until they are scored, or else those
  /// of the validation, with their numbers in the data file.
  static func part(
    of experiment: Experiment, isTestScored: Bool
  ) -> (name: String, data: Dataset, rows: [Int]?)? {
    let (data, settings) = (experiment.data, experiment.configuration.data)
    func rows(_ part: DataPart, _ rows: [Int]) -> [Int]? {
      if case .fraction = part { rows } else { nil }
    }
    if isTestScored, let test = data.test {
      return ("test", test, rows(settings.test, data.split.test))
    }
    return data.validation.map {
      ("validation", $0, rows(settings.validation, data.split.validation))
    }
  }

  init(_ experiment: ExperimentReport) { self.experiment = experiment }

  /// Says that the rows kept back are answered no better than without learning; nil where they are, or
  /// where they are too few to tell.
  package var verdictOfNoUse: String? {
    guard let findings, let scores = (experiment.test ?? experiment.validation)?.scores,
      scores.caution(of: findings.part) == nil
    else { return nil }
    let isBetter: Bool
    if let share = scores.classification?.accuracy ?? scores.multilabel?.subsetAccuracy {
      isBetter = (share.value ?? 0) > findings.baseline
    } else {
      let baselines = findings.targets?.map(\.baseline) ?? [findings.baseline]
      isBetter = zip(scores.regression?.outputs ?? [], baselines).contains {
        ($0.rmse.value ?? .infinity) < $1
      }
    }
    // A series repeats itself; who only repeats its last value has learned nothing either.
    let own = scores.regression?.average.rmse.value
    if isBetter, let own,
      let naive = scores.baselines?.first(where: {
        ($0.scores.average.rmse.value ?? .infinity) <= own
      })
    {
      return "That is no better than \(naive.name): nothing was learned that is of use."
    }
    let answer =
      findings.targets?.map { "\($0.baselineAnswer) for \($0.name)" }.joined(separator: ", ")
      ?? findings.baselineAnswer
    return isBetter
      ? nil
      : "That is no better than always answering \(answer): nothing was learned that "
        + "holds on other rows."
  }

  /// Reads `report.json`, also of versions that knew less.
  public init(from decoder: any Decoder) throws {
    experiment = try ExperimentReport(from: decoder)
    guard experiment.formatVersion == 1 else {
      throw Problem.data(
        "format_version", expected: "1", found: "\(experiment.formatVersion)",
        fix: "use a newer Glassbox")
    }
    let fields = try decoder.container(keyedBy: Key.self)
    facts = try fields.decodeIfPresent(DataFacts.self, forKey: .facts)
    findings = try fields.decodeIfPresent(Findings.self, forKey: .findings)
    weightPath = try fields.decodeIfPresent(WeightPath.self, forKey: .weightPath)
    laterEvaluations =
      try fields.decodeIfPresent([LaterEvaluation].self, forKey: .laterEvaluations) ?? []
    build = try fields.decodeIfPresent(String.self, forKey: .build)
  }

  /// The experiment's fields, and the rest beside them.
  public func encode(to encoder: any Encoder) throws {
    try experiment.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encodeIfPresent(facts, forKey: .facts)
    try fields.encodeIfPresent(findings, forKey: .findings)
    try fields.encodeIfPresent(weightPath, forKey: .weightPath)
    if !laterEvaluations.isEmpty {
      try fields.encode(laterEvaluations, forKey: .laterEvaluations)
    }
    try fields.encodeIfPresent(build, forKey: .build)
  }

  /// Reads the report of a run.
  /// - Throws: `Problem` if there is none, if it cannot be read.
  public init(of folder: RunFolder) throws {
    guard folder.has(.report) else {
      throw Problem(
        .missing, folder[.report], expected: "the report of a finished training", found: "no file",
        fix: "resume the training, which then writes it")
    }
    let bytes = try AtomicFile.read(folder[.report], limit: 1 << 28)
    self = try JSONText.decode(
      RunReport.self, from: String(decoding: bytes, as: UTF8.self), at: folder[.report])
    try CountLimits.check(self, at: folder[.report])
  }

  /// Adds scores, or replaces those on data of the same name.
  public mutating func add(_ later: LaterEvaluation) {
    if let place = laterEvaluations.firstIndex(where: { $0.data == later.data }) {
      laterEvaluations[place] = later
    } else {
      laterEvaluations.append(later)
    }
  }

  /// Writes `report.json`, then `report.html` from it and the run's other files.
  ///
  /// - Parameter registry: what the run's model can name, such as layers of your own.
  /// - Throws: `Problem`.
  public func write(to folder: RunFolder, registry: Registry = .standard) throws {
    try folder.write(self, to: .report)
    try writePage(to: folder, registry: registry)
  }

  /// Writes `report.html` alone, as for a run that has another name now: the page says its own place.
  package func writePage(to folder: RunFolder, registry: Registry = .standard) throws {
    let page = try ReportPage(self, of: folder, registry: registry)
    try AtomicFile.write(Array(page.html.utf8), to: folder[.page])
  }
}
