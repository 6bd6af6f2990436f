import ArgumentParser
import Charts
import Formatting
import Glassbox

/// What the command line adds to a range test of learning rates: progress, Ctrl-C, the chart, the command
/// that uses what was found.
struct RangeTestSession {
  let experiment: Experiment
  /// What was said to `train`, without a learning rate.
  let words: [String]
  let force: Bool
  let output: OutputOptions

  /// What the files in the folder of the setting `output` are called, with their endings.
  private static let stem = "learning_rates"

  private struct Result: Encodable {
    let formatVersion = 1
    let range: LearningRateRange
    let rule = LearningRateRange.rule
    let next: String?
    let page: String?

    private enum Key: String, CodingKey {
      case rule, next, page
      case formatVersion = "format_version"
    }

    func encode(to encoder: any Encoder) throws {
      try range.encode(to: encoder)
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode(formatVersion, forKey: .formatVersion)
      try fields.encode(rule, forKey: .rule)
      try fields.encodeIfPresent(next, forKey: .next)
      try fields.encodeIfPresent(page, forKey: .page)
    }
  }

  func run() throws {
    let folder = experiment.configuration.output.folder
    let page = folder.map { "\($0)/\(Self.stem).html" }
    if let page { try AtomicFile.refuseToOverwrite(page, force: force) }
    let range = try test()
    let result = Result(range: range, next: next(range), page: page)
    if let folder, let page {
      try RunFolder.create(folder)
      try AtomicFile.write(Array(html(range).utf8), to: page)
      let text = try JSONText.encode(result, pretty: true) + "\n"
      try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(Self.stem).json")
    }
    if output.json {
      try printJSON(result)
    } else {
      print(text(range, page))
    }
    if Interruption.isRequested { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  private func test() throws -> LearningRateRange {
    Interruption.watch()
    let progress = WorkProgress("trying learning rates", isQuiet: output.quiet)
    defer { progress.end() }
    var done = 0
    return try LearningRateRange(experiment, steps: Self.steps) { _ in
      done += 1
      progress.show(done, Self.steps)
      return Interruption.isRequested ? .stop : .continue
    }
  }

  private static let steps = 200

  private func next(_ range: LearningRateRange) -> String? {
    range.suggestion.map { rate in
      "glassbox "
        + (["train"] + words + ["--learning-rate", "\(rate)"]).map(\.shellQuoted)
        .joined(separator: " ")
    }
  }

  private func text(_ range: LearningRateRange, _ page: String?) -> String {
    var lines = LineChart(range).textLines(width: 80)
    lines += [
      "",
      range.suggestion.map {
        "Learning rate \($0.brief) for \(range.optimizer): \(range.reason)."
      } ?? "No learning rate: \(range.reason).",
      "The rule: \(LearningRateRange.rule).",
      "\(range.steps.count) steps on a copy; the weights are unchanged: SHA-256 "
        + "\(range.weightsSHA256.prefix(16))… before and after.",
    ]
    if let page { lines.append("Look at \(page) in a browser.") }
    if let next = next(range) { lines.append("Next: \(next)") }
    return lines.joined(separator: "\n")
  }

  private func html(_ range: LearningRateRange) -> String {
    let title = "Learning rates of \(experiment.configuration.data.source ?? "data")"
    var content = "<h1>\(title.escaped)</h1>\n"
    content +=
      "<p class=\"lead\">"
      + (range.suggestion.map { "Learning rate \($0.brief): " } ?? "No learning rate: ")
      + "\(range.reason.escaped).</p>\n<p>The rule: \(LearningRateRange.rule.escaped).</p>\n"
    content += "<div class=\"figures\">\n\(LineChart(range).figure.html("rates"))</div>\n"
    if let next = next(range) { content += "<p><code>\(next.escaped)</code></p>\n" }
    return PageShell(title: title, content: content).html
  }
}
