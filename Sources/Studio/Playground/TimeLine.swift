import Training

/// The moments of a training that are kept to go back to. A step in between is reached from the moment
/// before it by learning again.
///
/// Near the furthest step, and near the one that is looked at, they lie close together; far from both
/// each is twice as far from the next as those at half the distance, up to an even spacing that doubles
/// when the training gets longer. So a step back costs little, and memory stays flat.
struct TimeLine {
  /// The least distance of two moments, in steps; all other distances are this times a power of two.
  static let leastSpacing = 64
  /// How many bytes of evenly spaced moments are kept, about.
  private static let budget = 32 << 20

  /// In the order of their steps; the first is the beginning.
  private(set) var moments: [TrainingLoop.Moment]
  private let most: Int
  /// When there are so many, those that are no longer wanted go.
  private var thinnedAt = TimeLine.slack
  private static let slack = 64

  init(_ start: TrainingLoop.Moment) {
    moments = [start]
    most = min(256, max(16, Self.budget / max(1, start.bytes)))
  }

  /// The last one at a step or before it.
  func moment(upTo step: Int) -> TrainingLoop.Moment { moments[max(0, place(after: step) - 1)] }

  /// Is a moment kept?
  ///
  /// - Parameters:
  ///   - furthest: the furthest step that was reached.
  ///   - near: the step that is looked at.
  func isWanted(_ step: Int, furthest: Int, near: Int) -> Bool {
    guard step > 0 else { return true }
    var even = Self.leastSpacing
    while furthest / even > most { even *= 2 }
    let distance = min((furthest - step).magnitude, (near - step).magnitude)
    var spacing = Self.leastSpacing
    while spacing < even, 4 * spacing * 2 <= Int(distance) { spacing *= 2 }
    return step.isMultiple(of: spacing)
  }

  /// Keeps the present moment.
  mutating func put(_ moment: TrainingLoop.Moment, furthest: Int) {
    let place = place(after: moment.step)
    guard moments[place - 1].step != moment.step else { return }
    moments.insert(moment, at: place)
    guard moments.count >= thinnedAt else { return }
    moments = moments.filter { isWanted($0.step, furthest: furthest, near: moment.step) }
    thinnedAt = moments.count + Self.slack
  }

  /// Forgets what comes at a step and after it, and begins again from what is there now.
  mutating func begin(again moment: TrainingLoop.Moment) {
    moments.removeAll { $0.step >= moment.step }
    moments.append(moment)
  }

  /// Forgets what comes after a step.
  mutating func forget(after step: Int) { moments.removeAll { $0.step > step } }

  private func place(after step: Int) -> Int {
    var (low, high) = (0, moments.count)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle].step <= step { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What was changed by hand on the way, in the order of the steps.
struct Journal {
  private(set) var edits: [PlaygroundEdit.Dated]

  init(_ edits: [PlaygroundEdit.Dated]) {
    // Those of one step stay in their order.
    self.edits = edits.enumerated().sorted { ($0.1.step, $0.0) < ($1.1.step, $1.0) }.map(\.1)
  }

  /// The edits that were made after a step was done, in order.
  func edits(at step: Int) -> [PlaygroundEdit] { edits.filter { $0.step == step }.map(\.edit) }

  /// Was anything changed after this step?
  func has(_ step: Int) -> Bool { edits.contains { $0.step == step } }

  /// The next step after one at which something was changed; nil for none.
  func next(after step: Int) -> Int? { edits.first { $0.step > step }?.step }

  /// The settings that were changed up to a step, in order.
  func settings(upTo step: Int) -> [PlaygroundEdit] {
    edits.filter {
      if case .setting = $0.edit { $0.step <= step } else { false }
    }.map(\.edit)
  }

  /// Changes a number at a step; the same number changed at the same step before counts no more, and
  /// what was changed later is forgotten.
  mutating func add(_ edit: PlaygroundEdit, at step: Int) {
    edits.removeAll { $0.step > step || $0.step == step && $0.edit.isSame(as: edit) }
    edits.append(.init(step: step, edit: edit))
  }
}

/// The losses after an epoch.
package struct LossPoint: Encodable, Sendable, Equatable {
  package var step: Int
  package var epoch: Int
  /// On the training rows.
  package var train: Double?
  /// On the validation rows; nil without any.
  package var validation: Double?
}

/// The losses of the epochs of a time line: all of a short one, some of a long one.
struct LossCurve {
  /// So many points are kept, and up to as many more until they are thinned.
  static let most = 512

  private(set) var points: [LossPoint] = []
  /// Every how many epochs one is kept.
  private var every = 1

  /// Takes note of an epoch, once.
  mutating func add(_ record: EpochRecord, at step: Int) {
    guard record.epoch.isMultiple(of: every), step > points.last?.step ?? -1 else { return }
    points.append(
      LossPoint(
        step: step, epoch: record.epoch, train: record.train["loss"],
        validation: record.validation?["loss"]))
    guard points.count > 2 * Self.most else { return }
    every *= 2
    points.removeAll { !$0.epoch.isMultiple(of: every) }
  }

  mutating func forget(after step: Int) { points.removeAll { $0.step > step } }
}
