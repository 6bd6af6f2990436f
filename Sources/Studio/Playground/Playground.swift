import Datasets
import Engine
import Networks
package import Training

/// A network that learns while one looks at it: it can go on, back to any earlier step, and be changed at
/// any step. It belongs to one task at a time.
///
/// The same settings, edits and steps give the same bits, whatever way they were reached.
package final class Playground {
  private let given: PlaygroundSettings
  let source: PlaygroundSource
  var data: PreparedData { source.data }
  /// The settings of the run before any edit.
  let base: RunConfiguration
  /// By the settings as they are at the present step.
  private(set) var experiment: Experiment
  /// Stands at the present step, after its edits.
  private(set) var training: TrainingLoop
  /// The edits that ``experiment`` knows.
  private var settingEdits: [PlaygroundEdit]
  private(set) var journal: Journal
  private(set) var curve = LossCurve()
  private var timeLine: TimeLine
  /// The furthest step that was reached on this time line.
  package private(set) var furthest = 0
  /// Made when they are first asked for; of the present training.
  var views: Views?

  /// The most numbers that a network may learn.
  package static let mostWeights = 200_000

  /// A playground before its first step.
  /// - Throws: `Problem` for settings and data that cannot be used, a network that does not fit them, and
  ///   for more than can be shown while it learns.
  ///
  /// - Parameter readers: read data where they lie.
  package init(_ settings: PlaygroundSettings, readers: StudioReaders = StudioReaders()) throws {
    given = settings
    let completed = try settings.completed()
    source = try PlaygroundSource(settings.data, completed, readers)
    base = try completed.suited(to: source.data, readers.registry)
    journal = Journal(settings.edits)
    (experiment, settingEdits) = (try Self.experiment(base, source, []), [])
    training = try Self.training(experiment)
    timeLine = TimeLine(training.moment())
    try Self.check(journal, base, source, experiment.start)
    try apply(journal.edits(at: 0))
    timeLine.begin(again: training.moment())
  }

  /// Another one that stands where it stands.
  private init(copying other: Playground) throws {
    (given, source) = (other.given, other.source)
    (base, experiment, settingEdits) = (other.base, other.experiment, other.settingEdits)
    (journal, curve, timeLine, furthest) =
      (other.journal, other.curve, other.timeLine, other.furthest)
    training = try Self.training(experiment)
    training.go(to: other.training.moment())
  }

  private static func experiment(
    _ base: RunConfiguration, _ source: PlaygroundSource, _ edits: [PlaygroundEdit]
  ) throws -> Experiment {
    var configuration = base
    for case .setting(let name, let value) in edits { try configuration.change([name: value]) }
    let experiment = try Experiment(
      configuration, data: source.data, registry: source.registry)
    let count = experiment.start.parameterCount
    guard count <= mostWeights else {
      throw Problem.data(
        "network", expected: "at most \(mostWeights) weights to play with", found: "\(count)",
        fix: "take fewer units; a run trains networks of any size")
    }
    return experiment
  }

  private static func training(_ experiment: Experiment) throws -> TrainingLoop {
    let training = try experiment.run()
    training.isTrial = true
    training.keepsHistory = false
    return training
  }

  // MARK: Where it stands

  /// What would make it again, with all that was changed by hand.
  package var settings: PlaygroundSettings {
    var settings = given
    settings.edits = journal.edits
    return settings
  }

  /// The settings of the run as they are at the present step, with all that was decided by the data.
  package var configuration: RunConfiguration { experiment.configuration }

  /// What a reader should know of the data.
  package var notes: [String] { experiment.notes }

  /// How many steps are done.
  package var step: Int { training.steps }

  /// Has it come to the last epoch that was asked for?
  package var isDone: Bool { training.isDone }

  /// Moments of the way here, about evenly spaced, the present one last.
  var pathMoments: [TrainingLoop.Moment] {
    let before = timeLine.moments.filter { $0.step > 0 && $0.step < step }
    let most = 24
    var chosen: [TrainingLoop.Moment] = []
    for moment in before where moment.step >= (chosen.last?.step ?? 0) + max(1, step / most) {
      chosen.append(moment)
    }
    return chosen + (step > 0 ? [training.moment()] : [])
  }

  // MARK: Forwards

  /// Goes on by some steps. Where it comes past steps that were edited, it is edited there again.
  ///
  /// - Parameters:
  ///   - steps: at most so many; fewer where the training comes to its end.
  ///   - deadline: no step begins after it.
  /// - Returns: how many steps were done.
  /// - Throws: `Problem` where a number is no longer finite; it then stands at the last step at which all
  ///   were.
  @discardableResult
  package func advance(
    steps: Int, until deadline: ContinuousClock.Instant? = nil
  ) throws -> Int {
    let start = step
    // So that as many as there are can be asked for.
    try advance(to: start + min(max(0, steps), .max - start), until: deadline)
    return step - start
  }

  /// Goes on to the end of the present epoch.
  package func advanceEpoch() throws {
    let perEpoch = training.plan.stepsPerEpoch(rows: data.train.count)
    try advance(steps: perEpoch - training.stepsOfEpoch)
  }

  private func advance(to goal: Int, until deadline: ContinuousClock.Instant? = nil) throws {
    while step < goal, !isDone {
      let next = journal.next(after: step).map { min($0, goal) } ?? goal
      try learn(to: next, until: deadline)
      guard step == next else { return }
      try edit()
    }
  }

  /// Makes the edits of the present step again.
  private func edit() throws {
    guard journal.has(step) else { return }
    try apply(journal.edits(at: step))
    timeLine.put(training.moment(), furthest: furthest)
  }

  private func learn(to goal: Int, until deadline: ContinuousClock.Instant?) throws {
    let start = step
    do {
      try training.run { event, training in
        switch event {
        case .step(let record):
          // What ends an epoch belongs to its last step.
          return record.isLast ? .continue : arrived(goal, deadline)
        case .epoch(let record):
          curve.add(record, at: training.steps)
          return arrived(goal, deadline)
        case .end: return .continue
        }
      }
      if training.cycle.store.isFinite { return }
    } catch let problem as Problem where problem.isDivergence {}
    let failed = step
    let problem = try divergence(from: start)
    try standAtLastFiniteStep(from: start, before: failed)
    throw problem
  }

  private func arrived(
    _ goal: Int, _ deadline: ContinuousClock.Instant?
  ) -> TrainingControl {
    let step = step
    furthest = max(furthest, step)
    // After an edit it is kept when that is made.
    if step.isMultiple(of: TimeLine.leastSpacing), !journal.has(step) {
      let moment = training.moment()
      if moment.isFinite { timeLine.put(moment, furthest: furthest) }
    }
    guard step < goal else { return .stop }
    return deadline.map { .now >= $0 } == true ? .stop : .continue
  }

  // MARK: Numbers that are no longer finite

  /// Learns the same again with an eye on every value, to say where it went wrong.
  private func divergence(from start: Int) throws -> Problem {
    try stand(at: timeLine.moment(upTo: start))
    try advance(to: start)
    training.isTrial = false
    defer { training.isTrial = true }
    do {
      // Weights that are not finite are found at the epoch's end at the latest.
      try training.run { event, _ in if case .epoch = event { .stop } else { .continue } }
    } catch let problem as Problem where problem.isDivergence {
      return problem
    }
    return Problem.data(
      "step \(start + 1)", expected: "finite weights", found: "weights that are not",
      fix: TrainingLoop.divergenceFix)
  }

  /// Learns the same again up to the last step after which every number is finite.
  private func standAtLastFiniteStep(from start: Int, before failed: Int) throws {
    try stand(at: timeLine.moment(upTo: failed))
    if step < start { try advance(to: start) }
    var last = training.moment()
    do {
      while step <= failed, !isDone {
        last = training.moment()
        try training.run { event, _ in
          if case .step(let record) = event, record.isLast { .continue } else { .stop }
        }
        guard training.moment().isFinite else { break }
      }
    } catch let problem as Problem where problem.isDivergence {}
    training.go(to: last)
    furthest = last.step
    timeLine.forget(after: last.step)
    curve.forget(after: last.step)
  }

  // MARK: Backwards

  /// Goes to a step, with the same bits as when it was there first.
  /// - Throws: `Problem` for a step that the training has not.
  package func go(to target: Int) throws {
    let moment = timeLine.moment(upTo: target)
    if target < step || moment.step > step { try stand(at: moment) }
    try advance(to: target)
    guard step == target else {
      throw Problem.data(
        "step", expected: "0 to \(max(step, furthest)), the steps of this training",
        found: "\(target)")
    }
  }

  /// Stands at a moment of this time line, by the settings of that time.
  private func stand(at moment: TrainingLoop.Moment) throws {
    try adopt(journal.settings(upTo: moment.step)) { experiment, changed in
      if changed.isSubset(of: TrainingLoop.settingsOfSteps) {
        training.goOn(by: experiment.plan, changing: [])
      } else {
        training = try Self.training(experiment)
        views = nil
      }
    }
    training.go(to: moment)
  }

  /// Takes over the settings that were changed up to some time.
  private func adopt(
    _ edits: [PlaygroundEdit], _ take: (Experiment, Set<String>) throws -> Void
  ) throws {
    guard edits != settingEdits else { return }
    let common = zip(edits, settingEdits).prefix { $0 == $1 }.count
    let changed = (edits[common...] + settingEdits[common...]).compactMap { edit in
      if case .setting(let name, _) = edit { name } else { nil }
    }
    let experiment = try Self.experiment(base, source, edits)
    try take(experiment, Set(changed))
    (self.experiment, settingEdits) = (experiment, edits)
  }

  // MARK: Edits

  /// Changes a number at the present step; the time line after it is forgotten.
  /// - Throws: `Problem` for a number that there is not, or a value that it cannot have; nothing is
  ///   changed then.
  package func edit(_ edit: PlaygroundEdit) throws {
    if case .weight = edit { try Self.check(edit, experiment.start) }
    var changed = journal
    changed.add(edit, at: step)
    let old = journal
    journal = changed
    do {
      try apply([edit])
    } catch {
      journal = old
      throw error
    }
    furthest = step
    timeLine.begin(again: training.moment())
    curve.forget(after: step)
  }

  /// Makes edits of the present step, which the journal has already.
  private func apply(_ edits: [PlaygroundEdit]) throws {
    for case .weight(let name, let place, let value) in edits {
      guard var tensor = training.cycle[name] else { continue }
      tensor.values[try Self.index(of: place, in: tensor.shape, of: name)] = Float(value)
      try training.cycle.set(name, to: tensor)
    }
    guard edits.contains(where: { if case .setting = $0 { true } else { false } }) else { return }
    try adopt(journal.settings(upTo: step)) { experiment, changed in
      if changed.isSubset(of: TrainingLoop.settingsOfSteps) {
        training.goOn(by: experiment.plan, changing: changed)
      } else {
        let next = try experiment.run(goingOn: training, changing: changed)
        (next.isTrial, next.keepsHistory) = (true, false)
        training = next
        views = nil
      }
    }
  }

  /// Where a number of a tensor stands, row by row.
  /// - Throws: `Problem` for a place that the tensor has not.
  static func index(of place: [Int], in shape: TensorShape, of name: String) throws -> Int {
    let extents = shape.extents
    guard place.count == extents.count, zip(place, extents).allSatisfy({ (0..<$1).contains($0) })
    else {
      throw Problem.data(
        name, expected: "a place of shape \(shape), counted from 0", found: "\(place)")
    }
    return zip(place, extents).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// - Throws: `Problem` for edits that could not be made, all settings together.
  private static func check(
    _ journal: Journal, _ base: RunConfiguration, _ source: PlaygroundSource, _ start: Model
  ) throws {
    for dated in journal.edits {
      guard dated.step >= 0 else {
        throw Problem.data("edits", expected: "steps from 0", found: "\(dated.step)")
      }
      try check(dated.edit, start)
    }
    let settings = journal.settings(upTo: .max)
    if !settings.isEmpty { _ = try experiment(base, source, settings) }
  }

  private static func check(_ edit: PlaygroundEdit, _ start: Model) throws {
    guard case .weight(let name, let place, let value) = edit else { return }
    guard let tensor = start.tensors.first(where: { $0.name == name })?.tensor else {
      throw Problem.unknown("weight", name, among: start.tensors.map(\.name))
    }
    _ = try index(of: place, in: tensor.shape, of: name)
    guard Float(value).isFinite else {
      throw Problem.data(name, expected: "a finite number", found: "\(value)")
    }
  }

  /// Another playground at the same step with the same past, whose future is its own.
  package func fork() throws -> Playground { try Playground(copying: self) }
}
