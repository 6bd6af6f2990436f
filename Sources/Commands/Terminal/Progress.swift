import Formatting
import Glassbox

/// Shows a training on standard error: a bar on a terminal, else a line for each epoch.
struct Progress {
  private let experiment: Experiment
  private let isTerminal = StandardError.isTerminal
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant?
  private var firstEpoch: Int?
  private var last: EpochRecord?

  init(_ experiment: Experiment, isQuiet: Bool) {
    self.experiment = experiment
    self.isQuiet = isQuiet
    start = clock.now
  }

  mutating func show(_ event: TrainingEvent) {
    guard !isQuiet else { return }
    switch event {
    case .step(let step): if isTerminal { show(step) }
    case .epoch(let epoch): show(epoch)
    case .end: if isTerminal { StandardError.replaceLine("") }
    }
  }

  private mutating func show(_ step: StepRecord) {
    firstEpoch = firstEpoch ?? step.epoch
    let now = clock.now
    if let drawn, drawn.duration(to: now) < .milliseconds(100) { return }
    drawn = now
    let epochs = experiment.plan.epochs
    let part = Double(step.step) / Double(step.stepsPerEpoch)
    let done = Double(step.epoch - (firstEpoch ?? 1)) + part
    let seconds = start.duration(to: now).inSeconds
    let rate = done * Double(experiment.data.train.count) / max(seconds, 1e-9)
    let left = seconds / max(done, 1e-9) * (Double(epochs - step.epoch) + 1 - part)
    var text = "epoch \(step.epoch)/\(epochs) \(barText(part)) loss \(step.loss.shortText)"
    if let leading = experiment.metrics.first?.name, let last {
      let scores = experiment.inUserUnits(last.validation ?? last.train)
      text += scores[leading].map { " \(leading) \($0.shortText)" } ?? ""
    }
    text += " \(Int(rate).grouped) samples/s \(clockText(left)) left"
    StandardError.replaceLine(text.prefix(StandardError.width - 1))
  }

  private mutating func show(_ epoch: EpochRecord) {
    last = epoch
    guard !isTerminal else { return }
    StandardError.write(
      "epoch \(epoch.epoch)/\(experiment.plan.epochs)  loss \(epoch.runningLoss.shortText)"
        + scores(epoch) + (epoch.isBest ? "  best so far" : "") + "\n")
  }

  private func scores(_ epoch: EpochRecord) -> String {
    let scores = experiment.inUserUnits(epoch.validation ?? epoch.train)
    let names = ["loss"] + experiment.metrics.prefix(1).map(\.name)
    let part = epoch.validation == nil ? "training" : "validation"
    return "  \(part)"
      + names.compactMap { name in scores[name].map { " \(name) \($0.shortText)" } }.joined()
  }
}
