import Formatting
import Training

extension RetrainingReport {
  /// For a terminal.
  public var text: String {
    var lines = [sentence, ""]
    lines += tableLines(
      [Self.heading] + contestants.map(cells), [.left, .left, .left, .left, .left], width: 120)
    lines += [""] + facts + notes.map { "Note: \($0)." }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A page of its own: no script, nothing loaded from anywhere.
  public var html: String {
    var text = "<p class=\"soft\">Glassbox retraining of <code>\(name.escaped)</code></p>\n"
    text += "<h1>\(isBetter ? "Better" : "Not better")</h1>\n"
    text += "<p class=\"lead\">\(sentence.typeset)</p>\n"
    text +=
      PageTable(
        columns: Self.heading.map { .init(name: $0, isNumber: false) },
        rows: contestants.map { cells($0).map { .text($0) } }
      ).html
    text += facts.map { "<p>\($0.typeset)</p>\n" }.joined()
    text += notes.map { "<p class=\"soft\">Note: \($0.typeset).</p>\n" }.joined()
    return PageShell(title: "\(name): retraining", content: text).html
  }

  private static let heading = [
    "model", "sealed test", "difference", "recent traffic", "difference",
  ]

  private func cells(_ contestant: Contestant) -> [String] {
    func difference(_ comparison: PairedComparison?, _ corrected: Double?) -> String {
      guard let comparison else { return "" }
      return comparison.differenceText
        + (corrected.map { ", p \(MonitorReport.probability($0))" } ?? "")
    }
    return [
      contestant.kind == .champion
        ? "live, version \(liveVersion)"
        : contestant.kind.rawValue.replacing("_", with: " ")
          + (contestant.kind == best ? ", version \(candidate)" : ""),
      contestant.test?.leadingText ?? "none",
      difference(contestant.onTest, contestant.onTest?.pValue),
      contestant.recent.leadingText, difference(contestant.onRecent, contestant.correctedPValue),
    ]
  }

  /// How the numbers came to be, a sentence each.
  private var facts: [String] {
    let isOfClasses = contestants[0].recent.accuracy != nil
    var facts = [
      "Trained on \(trainingRows.grouped) rows, \(addedRows.grouped) of them labelled traffic that the live "
        + "version has not learned from; \(recentRows.grouped) newer labelled rows, from \(recentFrom) on, "
        + "were kept back."
    ]
    if let testReadings {
      facts.append(
        "The \(testRows.grouped) sealed test rows were read \(testReadings) times by now; each reading makes "
          + "them say less about new data.")
    }
    facts.append(
      isOfClasses
        ? "Scores are accuracies with 95 % intervals; differences are tested by McNemar's exact test with the "
          + "mid-p value, which looks at rows that one model alone answers rightly."
        : "Scores are mean absolute errors with 95 % intervals; differences, above 0 where the challenger's "
          + "is smaller, are tested by a paired bootstrap of their mean.")
    facts.append(
      "Better is who differs on recent traffic with p at most \(settings.level), corrected for the "
        + "challengers (Benjamini and Hochberg); worse on the sealed part, who differs there with p at most "
        + "\(settings.level).")
    return facts
  }
}
