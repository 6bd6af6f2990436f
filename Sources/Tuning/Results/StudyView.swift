import Engine
import Formatting

/// A study on its way, as lines of text for a terminal.
package struct StudyView: Sendable {
  package let study: StudyRecord
  /// How many trials there will be; nil if only time says when it ends.
  package let planned: Int?
  /// How many of the trials had ended before this start of the study.
  package let endedBefore: Int
  /// Seconds since this start.
  package let elapsed: Double
  /// Seconds after which it stops; nil without a limit.
  package let limit: Double?

  package init(
    _ study: StudyRecord, planned: Int?, endedBefore: Int = 0, elapsed: Double, limit: Double? = nil
  ) {
    (self.study, self.planned, self.endedBefore) = (study, planned, endedBefore)
    (self.elapsed, self.limit) = (elapsed, limit)
  }

  private var ended: [TuningTrial] { study.trials.filter { $0.state != .running } }

  /// Until it stops, in seconds; nil where nothing says so yet.
  package var secondsLeft: Double? {
    let done = ended.count - endedBefore
    let byTrials = planned.flatMap { planned in
      done > 0 ? elapsed / Double(done) * Double(max(0, planned - ended.count)) : nil
    }
    return [byTrials, limit.map { max(0, $0 - elapsed) }].compactMap(\.self).min()
  }

  /// The view: how far it is, the best so far, what is running, what ended last.
  ///
  /// - Parameters:
  ///   - width: of the terminal; no line is longer.
  ///   - height: at most so many lines, at least 1.
  package func lines(width: Int, height: Int = 16) -> [String] {
    let running = study.trials.filter { $0.state == .running }
    var lines = [heading] + bestLines
    let room = max(0, height - lines.count)
    // Those that run come first; what has ended fills the rest.
    let shown = running.prefix(running.count > room ? max(0, room - 1) : room)
    lines += shown.map(line)
    if running.count > shown.count {
      lines.append("… and \(running.count - shown.count) more running")
    }
    lines += ended.suffix(min(3, max(0, height - lines.count))).reversed().map(line)
    return lines.prefix(max(1, height)).map { Self.cut($0, to: width) }
  }

  private static func cut(_ line: String, to width: Int) -> String {
    line.count <= width
      ? line : width < 2 ? String(line.prefix(max(0, width))) : line.shortened(to: width)
  }

  private var heading: String {
    let done = ended.count
    let part =
      planned.map { Double(done) / Double(max(1, $0)) } ?? limit.map { elapsed / max($0, 1e-9) }
      ?? 0
    let failed = study.trials.count { $0.state == .failed }
    let pruned = study.trials.count { $0.state == .pruned }
    return "\(study.name.shortened(to: 24)) \(barText(part)) \(done.grouped)"
      + (planned.map { " of \($0.grouped)" } ?? "") + " trials"
      + (pruned > 0 ? ", \(pruned.grouped) stopped early" : "")
      + (failed > 0 ? ", \(failed.grouped) failed" : "") + "  \(clockText(elapsed))"
      + (secondsLeft.map { ", \(clockText($0)) left" } ?? "")
  }

  private var bestLines: [String] {
    guard let best = study.best, let value = best.value else { return ["no complete trial yet"] }
    return [
      "best so far: \(study.objective.name) \(value.brief) in trial \(best.number)",
      "  " + study.line(of: best.settings),
    ]
  }

  private static let curveWidth = 12

  /// One trial on a line, as long as it comes.
  private func line(_ trial: TuningTrial) -> String {
    let state =
      trial.state == .running
      ? "epoch \(trial.epochs.last?.epoch ?? 0)" : StudyReport.state(trial)
    let value = trial.value ?? trial.epochs.last?.value
    let curve = sparkline(trial.epochs.map(\.value), width: Self.curveWidth)
    return "trial \(trial.number)  \(state)"
      + (value.map { "  \(study.objective.name) \($0.brief)" } ?? "")
      + (curve.isEmpty ? "" : "  \(curve)")
      + (trial.state == .running ? "" : "  \(clockText(trial.seconds))")
      + "  \(study.line(of: trial.settings))"
  }

  /// What is written of a trial that has ended where there is no terminal; nil if it has not.
  package func line(ofTrial number: Int) -> String? {
    guard let trial = ended.first(where: { $0.number == number }) else { return nil }
    return line(trial) + (trial.number == study.best?.number ? "  best so far" : "")
  }
}
