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
    public var isConfirmed: Bool {
      guard let trial, !evidence.isProof else { return evidence.isProof }
      return trial.isConfirmed
        || evidence.isStrong && !trial.without.isLearning && trial.lowersWorseLoss
    }

    /// Would its remedy help, although most is learned without?
    public var isHelpful: Bool { trial?.isHelpful == true }
  }

  /// The outcome in one word.
  public enum Verdict: String, Codable, Sendable {
    /// It learns, on training and on held-out rows, and nothing stands in its way.
    case healthy
    /// It learns, and would learn more with a remedy.
    case improvable
    /// A cause was found.
    case fault
    /// No cause was found, and there are too few rows to tell whether anything is learned.
    case tooFewRows = "too_few_rows"
    /// It does not beat knowing nothing in the rehearsed steps, and no cause was found.
    case unexplained
  }

  public var formatVersion = 1
  public var verdict: Verdict
  /// Causes, first cause first.
  public var findings: [Finding]
  /// Looked suspicious, but most is learned all the same.
  public var dismissed: [Finding]
  /// Why there are too few rows to tell; nil where there are enough, or where it learns.
  public var shortage: String?
  public var measurements: Measurements

  enum CodingKeys: String, CodingKey {
    case verdict, findings, dismissed, shortage, measurements
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
    var found = try Measurements(setup, trained: trained, steps: steps, kernels: kernels)
    // A suspect of a network that is slow to learn is judged by what comes later, too.
    if found.progress.learned < 0.5, found.rehearsedSteps < min(5 * steps, found.plannedSteps),
      CauseCatalog.causes.contains(where: { $0.evidence(found, setup).map { !$0.isProof } ?? false }
      )
    {
      found = try Measurements(setup, trained: trained, steps: 5 * steps, kernels: kernels)
    }
    var findings: [Finding] = []
    var dismissed: [Finding] = []
    for cause in CauseCatalog.causes {
      guard let evidence = cause.evidence(found, setup) else { continue }
      let remedies = try cause.remedies(found, setup)
      let trials = try remedies.compactMap {
        try Trial($0, against: setup, found, kernels: kernels)
      }
      let trial = Self.best(of: trials)
      let finding = Finding(
        cause: cause.name, rule: cause.rule, evidence: evidence,
        advice: trial?.remedy ?? remedies.first?.advice ?? "", trial: trial)
      if finding.isConfirmed { findings.append(finding) } else { dismissed.append(finding) }
      // Nothing measured on such data says anything about the network.
      if evidence.isProof, cause == UnusableData.self || cause == ConstantData.self { break }
    }
    (self.findings, self.dismissed, measurements) = (findings, dismissed, found)
    let isHealthy = found.isHealthy
    shortage = isHealthy ? nil : found.shortageOfRows(setup)
    verdict =
      if !findings.isEmpty { .fault } else if isHealthy {
        dismissed.contains(where: \.isHelpful) ? .improvable : .healthy
      } else {
        shortage == nil ? .unexplained : .tooFewRows
      }
  }

  /// The first remedy that no other is better than beyond the noise, as they stand in the order of how
  /// usual they are; where none is better than the noise, the one that goes least wrong.
  private static func best(of trials: [Trial]) -> Trial? {
    guard let highest = trials.max(by: { $0.scoreWith < $1.scoreWith }) else { return nil }
    let asGood = trials.filter { !highest.isBetter(than: $0) }
    return asGood.first { $0.isConfirmed || $0.isHelpful }
      ?? asGood.min { $0.with.worseShareLeft < $1.with.worseShareLeft }
  }
}
