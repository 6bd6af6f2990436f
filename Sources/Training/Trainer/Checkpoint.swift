public import Datasets
public import Engine
public import Networks

/// A training as it stands between two steps: weights, optimiser state, counters, schedule, early
/// stopping and the best weights so far. Training that goes on from it equals training that never
/// stopped, bit for bit.
public struct Checkpoint: Sendable {
  /// What decides the training.
  public let plan: TrainingPlan
  let state: TrainingState
  package let variables: [(name: String, tensor: Tensor)]
  let best: [(name: String, tensor: Tensor)]?

  /// Epochs that are finished.
  public var epochsDone: Int { state.epochsDone }
  /// The settings it went on with after it had begun, in order.
  package var changes: [SettingChange] { state.changes ?? [] }
  /// Learning cycles so far.
  public var steps: Int { Int(state.steps) }

  init(
    plan: TrainingPlan, state: TrainingState, variables: [(name: String, tensor: Tensor)],
    best: [(name: String, tensor: Tensor)]?
  ) {
    self.plan = plan
    self.state = state
    self.variables = variables
    self.best = best
  }

  /// The same training to go on with another plan.
  func goingOn(_ plan: TrainingPlan, _ changes: [SettingChange]) -> Checkpoint {
    var state = state.goingOn(changing: Set(changes.map(\.setting)))
    state.changes = (state.changes ?? []) + changes
    return Checkpoint(plan: plan, state: state, variables: variables, best: best)
  }

  private static let bestPrefix = "best/"
  private static let planKey = "training_plan"
  private static let stateKey = "training_state"

  /// Writes it to a file, whole or not at all.
  /// - Throws: `Problem`.
  public func write(to path: String) throws { try file().write(to: path) }

  /// Of what ``write(to:)`` writes.
  package var sha256: String { get throws { SHA256.hex(try file().bytes()) } }

  private func file() throws -> SafeTensors {
    var entries = variables.map { SafeTensors.Entry($0.name, $0.tensor) }
    entries += (best ?? []).map { SafeTensors.Entry(Self.bestPrefix + $0.name, $0.tensor) }
    let metadata = [
      Self.planKey: try JSONText.encode(plan), Self.stateKey: try JSONText.encode(state.stored),
    ]
    return SafeTensors(entries, metadata: metadata)
  }

  /// Reads it back.
  ///
  /// - Parameter registry: what its plan can name.
  /// - Throws: `Problem` if the file is missing, damaged or no checkpoint.
  public init(path: String, registry: Registry = .standard) throws {
    try self.init(SafeTensors(path: path), from: path, registry)
  }

  /// The same from the bytes of a file.
  package init(bytes: [UInt8], name: String, registry: Registry = .standard) throws {
    try self.init(SafeTensors(bytes: bytes, from: name), from: name, registry)
  }

  /// Whether a file says that it is one.
  static func isOne(_ file: SafeTensors.Listing) -> Bool { file.metadata[planKey] != nil }

  private init(_ file: SafeTensors, from path: String, _ registry: Registry) throws {
    guard let plan = file.metadata[Self.planKey], let state = file.metadata[Self.stateKey] else {
      throw Problem(
        .malformed, path, expected: "a checkpoint", found: "a file without a training plan",
        fix: "give the checkpoint.safetensors of a run")
    }
    self.plan = try JSONText.decode(
      TrainingPlan.self, from: plan, at: "\(path): training plan", registry: registry)
    try self.plan.check()
    self.state = try JSONText.decode(TrainingState.self, from: state, at: "\(path): state")
    try self.state.check(at: "\(path): state")
    var variables: [(name: String, tensor: Tensor)] = []
    var best: [(name: String, tensor: Tensor)] = []
    for entry in file.entries {
      let tensor = try entry.tensor(at: path)
      let name = Registry.presentName(of: entry.name)
      if name.hasPrefix(Self.bestPrefix) {
        best.append((String(name.dropFirst(Self.bestPrefix.count)), tensor))
      } else {
        variables.append((name, tensor))
      }
    }
    self.variables = variables
    self.best = best.isEmpty ? nil : best
  }
}

extension TrainingLoop {
  /// Goes on from a checkpoint with the same network and data.
  /// - Throws: `Problem` if the checkpoint belongs to another network.
  public convenience init(
    resuming checkpoint: Checkpoint, _ model: Model, train: Dataset, validation: Dataset? = nil,
    metrics: [any Metric] = [], threads: Int = 1, kernels: Kernels? = nil
  ) throws {
    try self.init(
      model, plan: checkpoint.plan, train: train, validation: validation, metrics: metrics,
      threads: threads, kernels: kernels, resuming: checkpoint)
  }
}
