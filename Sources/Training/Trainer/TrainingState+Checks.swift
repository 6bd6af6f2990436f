import Datasets
import Engine
import Networks

extension TrainingState {
  /// The largest counts that a checkpoint may hold. Small enough that no product of them with the rows
  /// of the data or the batches of a step overflows.
  enum Limits {
    static let epochs = 1 << 30
    static let steps: UInt64 = 1 << 42
  }

  /// Counts that contradict each other or the plan would be computed with before anything else notices
  /// them.
  /// - Throws: `Problem`, all of them together.
  func check(at location: String) throws {
    var problems: [Problem] = []
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any?) {
      guard !holds else { return }
      problems.append(
        Problem(
          .malformed, "\(location): \(name)", expected: expected,
          found: found.map { "\($0)" } ?? "none",
          fix: "the file is damaged; take it from its run again"))
    }
    func isTime(_ seconds: Double) -> Bool { seconds >= 0 && seconds.isFinite }
    require(
      (0...Limits.epochs).contains(epochsDone), "epochsDone", "0 to \(Limits.epochs)", epochsDone)
    require((0...Int(Int32.max)).contains(stepsOfEpoch), "stepsOfEpoch", "0 or more", stepsOfEpoch)
    require(steps <= Limits.steps, "steps", "at most \(Limits.steps)", steps)
    require((0...Int(Int32.max)).contains(examples), "examples", "0 or more", examples)
    require(lossSum.isFinite, "lossSum", "a finite number", lossSum)
    require(isTime(seconds), "seconds", "a finite number from 0", seconds)
    require(
      isTime(earlierSeconds ?? 0), "earlierSeconds", "a finite number from 0", earlierSeconds)
    let numbers = epochs.map(\.epoch)
    require(
      zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && (numbers.first ?? 1) >= 1
        && (numbers.last ?? 0) == epochsDone && (best.epoch.map(numbers.contains) ?? true),
      "epochs",
      "records of the \(epochsDone) epochs that are done, in order, of the best and the last of them",
      "those of \(numbers.prefix(20))")
    for record in epochs {
      require(
        isTime(record.seconds), "epochs[\(record.epoch)].seconds", "a finite number from 0",
        record.seconds)
      require(
        (0...Int(Int32.max)).contains(record.trainRows ?? 0), "epochs[\(record.epoch)].trainRows",
        "0 or more", record.trainRows)
    }
    let done = 0...min(max(0, epochsDone), Limits.epochs)
    require(
      best.epoch.map { $0 >= 1 && done.contains($0) } ?? (epochsDone == 0), "best.epoch",
      "one of the \(epochsDone) epochs that are done", best.epoch)
    require(
      best.loss.map(\.isFinite) ?? (best.epoch == nil), "best.loss",
      "the finite loss of the best epoch", best.loss)
    require(done.contains(best.waited), "best.waited", "0 to \(epochsDone)", best.waited)
    require(
      schedule.best?.isFinite ?? true, "schedule.best", "a finite number", schedule.best)
    require(
      done.contains(schedule.waited), "schedule.waited", "0 to \(epochsDone)", schedule.waited)
    require(
      done.contains(schedule.reductions), "schedule.reductions", "0 to \(epochsDone)",
      schedule.reductions)
    try Problem.throwIfAny(problems)
  }

  /// What only the data can tell: an epoch over other rows has other steps.
  /// - Throws: `Problem` if the steps of the present epoch do not fit the rows.
  func check(_ plan: TrainingPlan, rows: Int) throws {
    let all = plan.stepsPerEpoch(rows: rows)
    guard stepsOfEpoch <= all else {
      throw Problem(
        .malformed, "state.stepsOfEpoch", expected: "at most the \(all) steps of an epoch",
        found: "\(stepsOfEpoch)", fix: "resume with the data that it was trained with")
    }
    let batches = plan.microBatches(rows: rows)
    let last =
      stepsOfEpoch == 0 ? 0 : plan.microBatches(ofStep: stepsOfEpoch - 1, rows: rows).upperBound
    let learned = last == 0 ? 0 : batches[last - 1].upperBound
    guard examples == learned else {
      throw Problem(
        .malformed, "state.examples",
        expected: "the \(learned) rows of \(stepsOfEpoch) steps of the epoch", found: "\(examples)",
        fix: "resume with the data that it was trained with")
    }
  }
}
