import Glassbox
import Tuning

/// Shows a study on standard error: a view of a few lines on a terminal, else a line for each trial that ends.
final class StudyProgress {
  private let planned: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var drawn: ContinuousClock.Instant?
  /// How many lines stand there.
  private var lines = 0
  /// The trials that had ended before, and those that were told.
  private var told: Set<Int>?
  private var endedBefore = 0

  private static let pause = Duration.milliseconds(200)

  /// - Parameter planned: how many trials there will be.
  init(planned: Int, isQuiet: Bool) { (self.planned, self.isQuiet) = (planned, isQuiet) }

  func show(_ study: StudyRecord) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    if let drawn, drawn.duration(to: now) < Self.pause { return }
    drawn = now
    let ended = study.trials.filter { $0.state != .running }.map(\.number)
    if told == nil { (told, endedBefore) = (Set(ended), ended.count) }
    let view = StudyView(
      study, planned: planned, endedBefore: endedBefore, elapsed: start.duration(to: now).inSeconds)
    guard StandardError.isTerminal else {
      for number in ended where told!.insert(number).inserted {
        if let line = view.line(ofTrial: number) { StandardError.write(line + "\n") }
      }
      return
    }
    let next = view.lines(width: StandardError.width - 1)
    StandardError.replaceLines(lines, by: next)
    lines = next.count
  }

  /// Takes the view away, so that results stand alone.
  func end() { if lines > 0 { StandardError.replaceLines(lines, by: [""]) } }
}
