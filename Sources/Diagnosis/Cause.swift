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
  /// Where nothing is learned, is it enough that a remedy lowers the worse of training and held-out loss,
  /// although the rows may be too few to tell that from noise?
  public var isStrong: Bool

  private enum CodingKeys: String, CodingKey {
    case sentence, numbers, layers
    case isProof = "is_proof"
    case isStrong = "is_strong"
  }

  init(
    _ sentence: String, _ numbers: [NamedNumber], layers: [String] = [], isProof: Bool = false,
    isStrong: Bool = false
  ) {
    (self.sentence, self.numbers, self.layers) = (sentence, numbers, layers)
    (self.isProof, self.isStrong) = (isProof, isStrong)
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
  /// The settings that do the same to a run, each as a flag would say it; empty where none do.
  package private(set) var settings: [String: String] = [:]

  init(
    _ advice: String, _ setup: TrainingSetup?, judgement: Trial.Judgement = .learning,
    steps: Int? = nil
  ) {
    (self.advice, self.setup, self.judgement, self.steps) = (advice, setup, judgement, steps)
  }

  /// The same, which these settings of a run do.
  func done(by settings: [String: String]) -> Remedy {
    var remedy = self
    remedy.settings = settings
    return remedy
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
    guard let layers = (network as? Sequential)?.layers else { return }
    settings = ["network": try JSONText.encode(LayerList(layers))]
    if let loss { settings["loss"] = loss.name }
  }
}
