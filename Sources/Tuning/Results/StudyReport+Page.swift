import Charts
import Formatting

extension StudyReport {
  /// A page of its own: no script, nothing loaded from anywhere.
  package var html: String {
    let sections = [
      opening, winner, finalists, importanceSection, moreTrials, charts, slicesSection, trials,
    ]
    return PageShell(
      title: "\(study.name): study", content: sections.joined()
    ).html
  }

  private var opening: String {
    var text = "<p class=\"soft\">Glassbox study <code>\(study.name.escaped)</code></p>\n"
    text += "<h1>\(heading.escaped)</h1>\n<p class=\"lead\">\(sentence.typeset)</p>\n"
    if let test = decision?.test { text += "<p>\(test.typeset)</p>\n" }
    text += "<p>\(progress.escaped)</p>\n"
    text += failureLines.map { "<p class=\"soft\">\($0.typeset).</p>\n" }.joined()
    text +=
      "<p class=\"soft\">Sampler \(study.sampler.escaped), pruning \(study.pruning.escaped), seed "
      + "\(study.seed).</p>\n"
    return text + notes.map { "<p class=\"soft\">Note: \($0.typeset).</p>\n" }.joined()
  }

  private var heading: String {
    guard let best = bestTrial else { return "No result yet" }
    return "Trial \(best.number)"
      + (best.value.map { ": \(study.objective.name) \($0.brief)" } ?? "")
  }

  private var winner: String {
    guard let best = bestTrial, !best.settings.isEmpty else { return "" }
    let usual = study.trials.first { $0.number == 1 && $0.number != best.number }?.settings ?? [:]
    let shown = Dictionary(
      uniqueKeysWithValues: study.settings(of: usual).map { ($0.name, $0.value) })
    return "<h2>\(decision == nil ? "Best settings" : "Settings of the winner")</h2>\n"
      + PageTable(
        columns: [.init(name: "setting", isNumber: false), .init(name: "value", isNumber: false)]
          + (usual.isEmpty ? [] : [.init(name: "in trial 1, the default", isNumber: false)]),
        rows: study.settings(of: best.settings).map { setting in
          [.text(setting.name), .text(setting.value)]
            + (usual.isEmpty ? [] : [.text(shown[setting.name] ?? "")])
        }
      ).html
  }

  private var finalists: String {
    guard let decision, !decision.finalists.isEmpty else { return "" }
    return
      "<h2>Finalists</h2>\n<p class=\"soft\">Each was trained once for each seed; noise does not "
      + "choose.</p>\n"
      + PageTable(
        columns: [
          .init(name: "trial"), .init(name: "mean"), .init(name: "for each seed", isNumber: false),
          .init(name: "winner is better with a probability of"),
          .init(name: "settings", isNumber: false),
        ],
        rows: decision.finalists.map { finalist in
          [
            .text("\(finalist.trial)"), .text(finalist.mean.brief),
            .text(finalist.values.map(\.brief).joined(separator: ", ")),
            .text(
              finalist.trial == decision.winner
                ? "winner" : finalist.probability.map(percentText) ?? ""),
            settingsCell(finalist.settings),
          ]
        }
      ).html
  }

  private var importanceSection: String {
    let heading = "<h2>Importance of settings</h2>\n"
    guard let importance else {
      return heading + "<p>Not known: \((importanceReason ?? "").typeset).</p>\n"
    }
    func table(_ caption: String, _ shares: [SettingImportance.Share]) -> String {
      PageTable(
        caption: caption,
        columns: [
          .init(name: "setting", isNumber: false), .init(name: "share"),
          .init(name: "nine in ten trees: at least, at most"),
        ],
        rows: shares.map { share in
          [
            .text(share.settings.joined(separator: " × ")), .text(percentText(share.share)),
            .text("\(percentText(share.low)), \(percentText(share.high))"),
          ]
        }
      ).html
    }
    let shown = importance.settings.prefix(Self.mostRows)
    let left = importance.settings.count - shown.count
    return heading
      + "<p>How much of the differences between the \(importance.trials.grouped) complete trials comes from "
      + "each setting. \(explanation(importance).typeset)</p>\n" + table("alone", Array(shown))
      + (left > 0 ? "<p class=\"soft\">And \(left) more settings.</p>\n" : "")
      + (importance.pairs.isEmpty
        ? "" : table("two together, beyond what each does alone", importance.pairs))
      + "<p class=\"soft\">Functional analysis of variance of \(RegressionForest.usualCount) regression "
      + "trees, each grown from another sample of the trials. Other pairs and three or more settings "
      + "together: \(percentText(importance.rest)). A setting has no effect where it is not there.</p>\n"
  }

  private var moreTrials: String {
    "<h2>More trials</h2>\n<p>\(gainSentence.typeset)</p>\n"
      + "<p class=\"soft\">From the gaps between the best trials; where the later half of the trials is "
      + "better than the earlier one, from the last third. A sampler that goes on learning gains more.</p>\n"
  }

  private var charts: String {
    var figures = [bestSoFar?.figure, learningCurves?.figure].compactMap(\.self).map { ($0, "") }
    if let chart = contour {
      figures.append((chart.figure, "Foreseen; the other settings are those of the best trial."))
    }
    if let chart = parallelCoordinates { figures.append((chart.figure, "")) }
    guard !figures.isEmpty else { return "" }
    return "<h2>Charts</h2>\n" + omissions.map { "<p class=\"soft\">\($0.typeset).</p>\n" }.joined()
      + Self.grid(figures, "figure")
  }

  private var slicesSection: String {
    let slices = slices
    guard !slices.isEmpty else { return "" }
    return
      "<h2>Each setting</h2>\n<p class=\"soft\">A point for each complete trial that has the setting; "
      + "the best one is marked.</p>\n" + Self.grid(slices.map { ($0.figure, "") }, "slice")
  }

  private static func grid(_ figures: [(figure: Figure, caption: String)], _ name: String) -> String
  {
    "<div class=\"figures\">\n"
      + figures.enumerated().map { number, part in
        part.figure.html("\(name)\(number)", caption: part.caption)
      }.joined() + "</div>\n"
  }

  private static let mostRows = 50

  private var trials: String {
    guard !study.trials.isEmpty else { return "" }
    let shown = ranked.prefix(Self.mostRows)
    let left = study.trials.count - shown.count
    return "<h2>Trials</h2>\n"
      + PageTable(
        columns: [
          .init(name: "trial"), .init(name: study.objective.name.shortened(to: 40)),
          .init(name: "epochs"),
          .init(name: "time"), .init(name: "state", isNumber: false),
          .init(name: "settings", isNumber: false),
        ],
        rows: shown.map { trial in
          [
            .text("\(trial.number)"), .text(trial.value?.brief ?? ""),
            .text(trial.epochs.count.grouped), .text(clockText(trial.seconds)),
            .text(Self.state(trial)), settingsCell(trial.settings),
          ]
        }
      ).html
      + (left > 0
        ? "<p class=\"soft\">And \(left.grouped) more trials, which the JSON has.</p>\n" : "")
  }

  static func state(_ trial: TuningTrial) -> String {
    switch trial.state {
    case .pruned: "stopped early"
    case .failed:
      trial.failure.map { "failed: \($0.rawValue.replacing("_", with: " "))" } ?? "failed"
    default: trial.state.rawValue
    }
  }

  private func settingsCell(_ settings: [String: String]) -> PageTable.Cell {
    let text =
      settings.isEmpty
      ? "the defaults" : study.line(of: settings).shortened(to: 400).withMinusSigns.escaped
    return .html(
      "<span style=\"display:inline-block;min-width:16em;overflow-wrap:anywhere\">\(text)</span>")
  }
}
