import Networks

/// A reason why a network does not learn: what gives it away, and what helps. Each file of `Causes`
/// is one, always in the same parts.
///
/// The evidence makes a suspect. Unless the evidence is proof by itself, the remedy then has to
/// show that it was the cause: see ``Trial/isConfirmed``.
public protocol Cause: Sendable {
  /// What people call it.
  static var name: String { get }
  /// The rule with its threshold, and what the threshold follows from.
  static var rule: String { get }
  /// The numbers that raise the suspicion; nil where there is none.
  static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence?
  /// Changes that would help, most likely first; the best of them counts.
  static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy]
}

/// One number that speaks for a cause.
public struct NamedNumber: Codable, Sendable, Hashable {
  public var name: String
  public var value: Double

  init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
}

/// What speaks for a cause.
public struct Evidence: Codable, Sendable {
  /// One sentence with its numbers, without the cause's name.
  public var sentence: String
  public var numbers: [NamedNumber]
  /// The layers it is about; empty for the network as a whole.
  public var layers: [String]
  /// Is it proof by itself, whatever a trial says?
  public var isProof: Bool

  private enum CodingKeys: String, CodingKey {
    case sentence, numbers, layers
    case isProof = "is_proof"
  }

  init(
    _ sentence: String, _ numbers: [NamedNumber], layers: [String] = [], isProof: Bool = false
  ) {
    (self.sentence, self.numbers, self.layers, self.isProof) = (sentence, numbers, layers, isProof)
  }
}

/// A change that may help.
public struct Remedy: Sendable {
  /// What to do, as an order: `set the learning rate to 0.01`.
  public var advice: String
  /// The changed setup; nil where it cannot be tried by machine.
  public var setup: TrainingSetup?
  /// How a trial of it is judged.
  public var judgement: Trial.Judgement
  /// Steps of the trial; as many as were rehearsed without the remedy if nil.
  public var steps: Int?

  init(
    _ advice: String, _ setup: TrainingSetup?, judgement: Trial.Judgement = .learning,
    steps: Int? = nil
  ) {
    (self.advice, self.setup, self.judgement, self.steps) = (advice, setup, judgement, steps)
  }

  /// A change that is made to a copy of the setup.
  init(
    _ advice: String, changing setup: TrainingSetup, judgement: Trial.Judgement = .learning,
    _ change: (inout TrainingSetup) throws -> Void
  ) rethrows {
    var changed = setup
    try change(&changed)
    self.init(advice, changed, judgement: judgement)
  }

  /// A change of the network, and perhaps of its loss; a network that is nil cannot be tried.
  init(
    _ advice: String, _ setup: TrainingSetup, network: (any Layer)?, loss: (any Loss)? = nil,
    keepingWeights: Bool = false
  ) throws {
    self.init(
      advice,
      try network.map { try setup.with(network: $0, loss: loss, keepingWeights: keepingWeights) })
  }
}

/// A remedy tried on a copy: the same first weights, seed and data but for the remedy.
public struct Trial: Codable, Sendable {
  /// What has to become better.
  public enum Judgement: String, Codable, Sendable {
    /// The share of the loss of knowing nothing that is gone on held-out rows.
    case learning
    /// The same, but what is done without the remedy is first carried on at the same pace to the
    /// end of the plan: slowness counts only if the planned steps cannot make up for it.
    case pace
    /// Recall of the rarest class + recall of the largest − 1, on held-out rows.
    case balance
  }

  public var remedy: String
  public var judgement: Judgement
  public var stepsWithout: Int
  public var stepsWith: Int
  public var without: LearningProgress
  public var with: LearningProgress
  /// What is judged, from 0 for nothing to 1 for everything.
  public var scoreWithout: Double
  public var scoreWith: Double

  enum CodingKeys: String, CodingKey {
    case remedy, judgement, without, with
    case stepsWithout = "steps_without"
    case stepsWith = "steps_with"
    case scoreWithout = "score_without"
    case scoreWith = "score_with"
  }

  /// Was it the cause? It is if the remedied network learns, beyond luck, and the other goes less
  /// than half of its way: most of what could be learned is lost to this cause.
  public var isConfirmed: Bool { isBeyondLuck && scoreWithout < scoreWith / 2 }

  /// With classes weighted, the loss no longer says what is better. A quarter above 0 is then asked
  /// for: three standard errors of a recall of 1/2 on 36 rows.
  private var isBeyondLuck: Bool {
    judgement == .balance ? scoreWith > 0.25 : with.isSignificant
  }
}
