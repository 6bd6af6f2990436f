import Datasets
import Engine
import Networks
import Training

/// The first steps of a training on a copy, watched from outside: the trainer's own loop, so that they
/// are the same bits.
struct TrialRun {
  /// What the steps showed.
  struct Record {
    /// Loss of each step's batch, penalty included; ends with the first that is not finite.
    var losses: [Double] = []
    /// For each step looked at: √Σ(Δw)² ÷ √Σw² over all kernels.
    var updateRatios: [Double] = []
    /// For each step: the share of the gradient's norm that clipping took away.
    var clippedShares: [Double] = []
    /// Σ|Δw| of each parameter over the steps looked at, by name.
    var movement: [String: Double] = [:]
    /// The learning rate of each step.
    var rates: [Double] = []
  }

  /// How many steps were asked for.
  let steps: Int
  private let loop: TrainingLoop
  private let parameters: [String]
  private(set) var record = Record()
  private(set) var progress: LearningProgress
  /// Losses and predictions of the scored rows at the end.
  private(set) var heldOut: (losses: [Double], predictions: [Float]) = ([], [])

  /// At most this many rows are scored: a mean over them is known to 3 % of its deviation.
  private static let mostRows = 1000

  /// After a thirty-second of the steps, a sixteenth, and so on to all: what is understood early may
  /// later be learned by heart.
  private static let looks = [32, 16, 8, 4, 2, 1]

  /// Trains for some steps.
  /// - Throws: `Problem` where plan, data and network do not fit.
  init(_ setup: TrainingSetup, steps: Int, kernels: Kernels) throws {
    self.steps = steps
    loop = try Self.loop(setup, steps: steps, kernels: kernels)
    parameters = loop.parameters
    let baseline = Baseline(setup.plan.loss, train: setup.train, classes: setup.classCount)
    func knowingNothing(_ data: Dataset) throws -> RowLosses {
      let losses = try Array(baseline.losses(of: data).prefix(Self.mostRows))
      return RowLosses(losses: losses.map { _ in .infinity }, baseline: losses)
    }
    let start = try Measurements.mean(loop.cycle.examine(setup.heldOut, rows: Self.mostRows).losses)
    let nothing = try LearningProgress(
      heldOut: knowingNothing(setup.heldOut), train: knowingNothing(setup.train), startLoss: start,
      isHeldOut: setup.isHeldOut)
    progress = nothing
    for share in Self.looks {
      // What stopped being a number has learned nothing, whatever it was before.
      guard try run(until: steps / share) else {
        progress = nothing
        break
      }
      heldOut = try loop.cycle.examine(setup.heldOut, rows: Self.mostRows)
      let train = try loop.cycle.examine(setup.train, rows: Self.mostRows).losses
      let isBest = Measurements.mean(heldOut.losses) < progress.heldOutLoss
      progress = LearningProgress(
        heldOut: RowLosses(
          losses: isBest ? heldOut.losses : progress.heldOut.losses,
          baseline: nothing.heldOut.baseline),
        train: RowLosses(losses: train, baseline: nothing.train.baseline), startLoss: start,
        isHeldOut: setup.isHeldOut)
    }
  }

  /// The setup's training, as the trainer runs it, but never stopped early.
  private static func loop(
    _ setup: TrainingSetup, steps: Int, kernels: Kernels
  ) throws -> TrainingLoop {
    var plan = try setup.plan.fitted(to: setup.model, rows: setup.train.count)
    plan.stopping = .never
    plan.trainScores = .none
    plan.epochs = max(plan.epochs, steps / max(1, plan.stepsPerEpoch(rows: setup.train.count)) + 1)
    let loop = try TrainingLoop(
      setup.model, plan: plan, train: setup.train,
      validation: setup.isHeldOut ? setup.heldOut : nil, kernels: kernels)
    loop.isTrial = true
    return loop
  }

  /// The weights after the last step.
  func model() throws -> Model { try loop.model() }

  // MARK: Steps

  /// - Returns: false when a loss or weight is no longer finite.
  private mutating func run(until last: Int) throws -> Bool {
    guard record.losses.count < last else { return loop.cycle.store.isFinite }
    // The loop keeps what looks at its gradients; what it saw is taken over afterwards.
    var shares: [Double] = []
    if let clipping = loop.plan.optimizer.clipping {
      loop.transform = { shares.append(try clipping.shareTaken(from: $0.lists)) }
    }
    defer { record.clippedShares += shares }
    var before = isWatched(last) ? weights() : []
    do {
      try loop.run(listen: { event in
        guard case .step(let step) = event else { return .continue }
        record.losses.append(step.stepLoss)
        record.rates.append(step.learningRate)
        if !before.isEmpty { compare(before) }
        guard record.losses.count < last else { return .stop }
        before = isWatched(last) ? weights() : []
        return .continue
      })
    } catch  where loop.hasDiverged {
      if !loop.lastLoss.isFinite { record.losses.append(loop.lastLoss) }
      return false
    }
    return loop.cycle.store.isFinite
  }

  // MARK: Movement of the weights

  /// Is the next step one whose movement is measured?
  private func isWatched(_ last: Int) -> Bool {
    record.losses.count % 10 == 0 || record.losses.count == last - 1
  }

  private func weights() -> [Tensor] { parameters.map { loop.cycle.store[$0]! } }

  private mutating func compare(_ before: [Tensor]) {
    var (moved, size) = (0.0, 0.0)
    for (name, old) in zip(parameters, before) {
      let change = zip(loop.cycle.store[name]!.values, old.values).map { $0 - $1 }
      record.movement[name, default: 0] += change.reduce(0.0) { $0 + Double($1.magnitude) }
      guard Penalty.isOfKernel(name, old.shape) else { continue }
      moved += change.reduce(0.0) { $0 + Double($1) * Double($1) }
      size += old.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    record.updateRatios.append((moved / max(size, .leastNormalMagnitude)).squareRoot())
  }
}
