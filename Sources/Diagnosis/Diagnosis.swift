public import Datasets
public import Engine
public import Networks
public import Training

/// Why a network does not learn, with the numbers that say so, and what a remedy changes.
/// ```swift
/// let diagnosis = try Diagnosis(of: model, plan: plan, train: train, validation: validation)
/// print(diagnosis.text)
/// ```
/// The first steps of the training are rehearsed on a copy, the same bits as the trainer's. Each
/// ``Cause`` of the catalog looks at the measurements; a suspect's remedy is tried on another copy
/// from the same start, and the suspect is found guilty only if the remedy helps. The same inputs
/// give the same diagnosis.
public struct Diagnosis: Codable, Sendable {
  /// A suspected cause.
  public struct Finding: Codable, Sendable {
    public var cause: String
    /// The rule with its threshold and what that follows from.
    public var rule: String
    public var evidence: Evidence
    public var advice: String
    /// The best remedy's trial; nil where it cannot be tried.
    public var trial: Trial?

    /// Is this a cause?
    public var isConfirmed: Bool { evidence.isProof || trial?.isConfirmed == true }
  }

  /// The outcome in one word.
  public enum Verdict: String, Codable, Sendable {
    /// It learns and nothing stands in its way.
    case healthy
    /// A cause was found.
    case fault
    /// It does not beat knowing nothing in the rehearsed steps, and no cause was found.
    case unexplained
  }

  public var formatVersion = 1
  public var verdict: Verdict
  /// Causes, first cause first.
  public var findings: [Finding]
  /// Looked suspicious, but the remedy changed little.
  public var dismissed: [Finding]
  public var measurements: Measurements

  enum CodingKeys: String, CodingKey {
    case verdict, findings, dismissed, measurements
    case formatVersion = "format_version"
  }

  /// Steps that are rehearsed.
  public static let usualSteps = 200

  /// Looks for what keeps a network from learning.
  ///
  /// - Parameters:
  ///   - model: the network with its first weights.
  ///   - validation: rows that are not learned from; without any, progress is measured
  ///     on the training rows.
  ///   - trained: the weights a training ended with, if there are any.
  ///   - steps: how many to rehearse, and to try each remedy for.
  /// - Throws: `Problem` where model, plan and data do not fit.
  public init(
    of model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset? = nil,
    trained: Model? = nil, steps: Int = usualSteps, kernels: Kernels? = nil
  ) throws {
    try self.init(
      of: TrainingSetup(model, plan: plan, train: train, validation: validation), trained: trained,
      steps: steps, kernels: kernels)
  }

  /// Looks for what keeps a setup from learning.
  public init(
    of setup: TrainingSetup, trained: Model? = nil, steps: Int = usualSteps, kernels: Kernels? = nil
  ) throws {
    let kernels = try kernels ?? .chosen()
    let found = try Measurements(setup, trained: trained, steps: steps, kernels: kernels)
    var findings: [Finding] = []
    var dismissed: [Finding] = []
    for cause in CauseCatalog.causes {
      guard let evidence = cause.evidence(found, setup) else { continue }
      let remedies = try cause.remedies(found, setup)
      let trials = try remedies.compactMap {
        try Trial($0, against: setup, found, kernels: kernels)
      }
      let best = trials.enumerated().max { $0.element.scoreWith < $1.element.scoreWith }
      let finding = Finding(
        cause: cause.name, rule: cause.rule, evidence: evidence,
        advice: best?.element.remedy ?? remedies.first?.advice ?? "", trial: best?.element)
      if finding.isConfirmed { findings.append(finding) } else { dismissed.append(finding) }
      // Nothing measured on such data says anything about the network.
      if evidence.isProof, cause == UnusableData.self || cause == ConstantData.self { break }
    }
    (self.findings, self.dismissed, measurements) = (findings, dismissed, found)
    verdict =
      !findings.isEmpty ? .fault : found.progress.isSignificant ? .healthy : .unexplained
  }
}

extension Trial {
  /// Tries a remedy; nil where there is nothing to try.
  init?(
    _ remedy: Remedy, against setup: TrainingSetup, _ found: Measurements, kernels: Kernels
  ) throws {
    guard let changed = remedy.setup else { return nil }
    let steps = remedy.steps ?? found.rehearsedSteps
    let trialRun = try TrialRun(changed, steps: steps, kernels: kernels)
    self.remedy = remedy.advice
    judgement = remedy.judgement
    (stepsWithout, stepsWith) = (found.rehearsedSteps, steps)
    (without, with) = (found.progress, trialRun.progress)
    switch remedy.judgement {
    case .learning: (scoreWithout, scoreWith) = (without.learned, with.learned)
    case .balance:
      let counts = found.data.classCounts
      let recalls = Measurements.recalls(changed, trialRun.heldOut.predictions, counts.count)
      scoreWithout = ClassImbalance.score(found.recalls, counts)
      scoreWith = ClassImbalance.score(recalls, counts)
    case .pace:
      let more = Double(found.plannedSteps) / Double(max(1, found.rehearsedSteps))
      let begin = without.startLoss
      scoreWithout = max(0, (begin - without.heldOutLoss) * more / begin)
      scoreWith = max(0, (begin - with.heldOutLoss) / begin)
    }
  }
}
