import Charts
import Formatting

extension StudyReport {
  /// For a terminal.
  package var text: String {
    var lines = [sentence]
    if let test = decision?.test { lines.append(test) }
    if let best = bestTrial {
      lines += tableLines(
        study.settings(of: best.settings).map { [$0.name, $0.value] }, [.left, .left], indent: 2)
    }
    lines.append(progress)
    lines += failureLines + [""]
    if let chart = bestSoFar, width(chart) > 1 {
      lines += chart.textLines(width: 72, height: 8) + [""]
    }
    lines += importanceLines + [gainSentence]
    lines += notes.map { "Note: \($0)." }
    return lines.joined(separator: "\n") + "\n"
  }

  private func width(_ chart: LineChart) -> Int { chart.series.map(\.points.count).max() ?? 0 }

  /// How many trials came to what.
  var progress: String {
    let names: [(TuningTrial.State, String)] = [
      (.complete, "complete"), (.pruned, "stopped early"), (.failed, "failed"),
      (.running, "running"),
    ]
    let parts = names.compactMap { state, name in
      counts[state.rawValue].flatMap { $0 > 0 ? "\($0.grouped) \(name)" : nil }
    }
    return "\(study.trials.count.grouped) trials"
      + (parts.isEmpty ? "." : ": " + parts.joined(separator: ", ") + ".")
  }

  /// Each kind of failure with how many trials it ended.
  var failureLines: [String] {
    failures.map { failure in
      "\(failure.trials.grouped) \(Self.words(failure.failure))"
        + (failure.problem.map { ": \($0.shortened(to: 300))" } ?? "")
    }
  }

  private static func words(_ failure: TuningTrial.Failure?) -> String {
    switch failure {
    case .diverged: "diverged"
    case .outOfMemory: "ran out of memory"
    case .killed: "were ended from outside"
    case .crashed: "crashed"
    case .refused: "had settings that cannot be used"
    case nil: "failed"
    }
  }

  private static let mostLines = 15

  private var importanceLines: [String] {
    guard let importance else { return ["Importance: \(importanceReason ?? "")."] }
    let shown = importance.settings.prefix(Self.mostLines)
    var lines = tableLines(
      [["importance of", "share", "of nine in ten trees"]]
        + (shown + importance.pairs.filter { $0.share >= 0.01 }).map { share in
          [
            share.settings.joined(separator: " × "), percentText(share.share),
            "\(percentText(share.low)) to \(percentText(share.high))",
          ]
        }, [.left, .right, .left])
    if importance.settings.count > shown.count {
      lines.append(
        "… and \(importance.settings.count - shown.count) more settings (`json` has all)")
    }
    return lines + [explanation(importance), ""]
  }

  func explanation(_ importance: SettingImportance) -> String {
    "The settings foresee \(percentText(importance.explained)) of the differences between trials that are "
      + "left out" + (importance.explained < 0.3 ? ", so these shares are rough." : ".")
  }

  /// What more trials would likely gain.
  var gainSentence: String {
    guard let gain else { return "More trials: \(gainReason ?? "")." }
    let more = "\(gain.trials.grouped) more trials"
    guard gain.expected > 0 else { return "\(more) would likely gain nothing." }
    return
      "\(more) find something better with a probability of \(percentText(gain.probability)); expected "
      + "gain in \(study.objective.name): \(gain.expected.rough)"
      + (gain.high > 0 ? ", below \(gain.high.rough) nine times in ten." : ".")
  }
}
