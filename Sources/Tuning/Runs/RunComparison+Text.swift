import Charts
import Formatting
import Training

extension RunComparison {
  /// In lines of about 80 characters, with curves of the loss and of the leading metric.
  public var text: String {
    var lines = tableLines([Self.heading] + runs.map(\.cells), Self.alignments, width: 100)
    let readings = runs.filter { ($0.testReadings ?? 0) > 1 }
    lines += readings.map {
      "The test rows of \($0.summary.name) were read \($0.testReadings ?? 0) times by now: the more often "
        + "somebody chooses by them, the more they flatter."
    }
    lines += ["", differences.isEmpty ? "All settings are the same." : "Differing settings"]
    for difference in differences {
      lines.append("  \(difference.setting)")
      let width = runs.map(\.summary.name.count).max() ?? 0
      lines += zip(runs, difference.values).map { run, value in
        "    \(aligned(run.summary.name, to: min(30, width)))  \(value.shortened(to: 100))"
      }
    }
    for chart in shownCharts { lines += [""] + chart.textLines(width: 80) }
    if !tests.isEmpty { lines += [""] + tests.map(\.sentence) }
    lines += notes.map { "Note: \($0)." }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The loss and the leading metric of the first run.
  private var shownCharts: [LineChart] {
    charts.filter { $0.title == "loss" || $0.title == runs.first?.metric }
  }

  private static let heading = [
    "run", "state", "metric", "validation", "test", "epochs", "parameters", "seconds",
  ]
  private static let alignments: [Alignment] = [
    .left, .left, .left, .left, .left, .right, .right, .right,
  ]

  // MARK: The page

  /// A page of its own: no script, nothing loaded from anywhere.
  public var html: String {
    let title = runs.map(\.summary.name).joined(separator: ", ")
    var text = "<p class=\"soft\">Glassbox comparison of runs</p>\n<h1>\(title.escaped)</h1>\n"
    text += tests.map { "<p>\($0.sentence.typeset)</p>\n" }.joined()
    text += notes.map { "<p class=\"soft\">Note: \($0.typeset).</p>\n" }.joined()
    let numbers: Set = ["epochs", "parameters", "seconds", "test rows read"]
    let heading = Self.heading + ["test rows read"]
    text +=
      "<h2>Scores</h2>\n"
      + PageTable(
        columns: heading.map { .init(name: $0, isNumber: numbers.contains($0)) },
        rows: runs.map { run in
          (run.cells + [run.testReadings.map(String.init) ?? ""]).map { .text($0) }
        }
      ).html
    if !charts.isEmpty {
      text += "<h2>Learning curves</h2>\n<div class=\"figures\">\n"
      text += charts.enumerated().map { $1.figure.html("curve\($0)") }.joined() + "</div>\n"
    }
    text += "<h2>Differing settings</h2>\n"
    text +=
      differences.isEmpty
      ? "<p>All settings are the same.</p>\n"
      : PageTable(
        columns: [.init(name: "setting", isNumber: false)]
          + runs.map { .init(name: $0.summary.name, isNumber: false) },
        rows: differences.map { difference in
          [.text(difference.setting)]
            + difference.values.map { .html("<code>\($0.shortened(to: 300).escaped)</code>") }
        }
      ).html
    return PageShell(title: "Runs compared", content: text).html
  }
}

extension RunComparison.Entry {
  fileprivate var cells: [String] {
    func text(_ score: Score?) -> String {
      guard let score else { return "" }
      return metric == "rmse" ? score.significantDigits : score.text()
    }
    return [
      summary.name, summary.state.rawValue, metric ?? "", text(validation), text(test),
      summary.bestEpoch.map { "\($0) of \(summary.epochs)" } ?? "\(summary.epochs)",
      parameters?.grouped ?? "", summary.seconds.brief,
    ]
  }
}

extension RunComparison.Test {
  /// What came out, or why nothing did.
  public var sentence: String {
    guard let comparison else {
      return
        "\(first) and \(second) are not tested on the same rows: \(reason ?? "no reason is known")."
    }
    let isOfClasses = comparison.method == .mcNemarMidP
    let what = isOfClasses ? "accuracy" : "mean absolute error"
    let method = isOfClasses ? "McNemar's test, mid-p" : "paired bootstrap"
    let start =
      "On the same \(comparison.rows.grouped) test rows \(second) alone is "
      + "\(isOfClasses ? "right" : "nearer") on \(comparison.better.grouped) and \(first) alone on "
      + "\(comparison.worse.grouped)"
    let gain = "; \(isOfClasses ? "gain in" : "smaller") \(what) \(comparison.differenceText)"
    guard let probability = correctedPValue else {
      return "\(start)\(gain); too few rows for a test."
    }
    let verdict =
      comparison.isBetter(level: Self.level, correctedPValue: probability)
      ? "\(second) is better"
      : comparison.difference < 0 && probability <= Self.level
        ? "\(first) is better" : "the difference may be chance"
    return "\(start)\(gain), p \(probability.brief) (\(method), corrected for all tests): "
      + "\(verdict)."
  }

  /// The probability up to which a difference is no chance.
  private static let level = 0.05
}
