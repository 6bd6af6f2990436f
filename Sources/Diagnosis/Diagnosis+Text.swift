import Formatting

extension Diagnosis {
  /// The diagnosis for a terminal of 80 columns.
  public var text: String {
    var lines = wrapped(headline, width: 80)
    for (place, finding) in findings.enumerated() {
      lines += Self.text(finding, title: place == 0 ? "First cause" : "Also")
    }
    for finding in dismissed where finding.isHelpful {
      lines += Self.text(finding, title: "What would help")
    }
    lines += ["", "Layers on \(measurements.start.examples) training examples, start → end"]
    lines += table
    lines += ["", "The training"]
    lines += training.flatMap { Self.paragraph($0) }
    let others = dismissed.filter { !$0.isHelpful }
    if !others.isEmpty {
      lines += ["", "Looked at, and not the cause"]
      for finding in others {
        let trial = finding.trial.map { ": \($0.short)" } ?? ""
        lines += Self.paragraph("\(finding.cause): \(finding.evidence.sentence)\(trial)")
      }
    }
    return lines.joined(separator: "\n")
  }

  package var headline: String {
    let progress = measurements.progress
    let learned = (100 * progress.learned).text(decimals: 1)
    let steps = "in its first \(measurements.rehearsedSteps) of \(measurements.plannedSteps) steps"
    return switch verdict {
    case .healthy:
      "Healthy\(progress.isHeldOut ? "" : ", as far as training rows tell"): \(learned) % of the loss "
        + "of knowing nothing gone \(steps)."
    case .improvable:
      "Learns, and could learn more: \(learned) % of the loss of knowing nothing gone \(steps)."
    case .fault: findings.count == 1 ? "1 cause found." : "\(findings.count) causes found."
    case .tooFewRows: "Too few rows to tell: \(shortage ?? "")."
    case .unexplained: "\(unexplained) \(steps), and no known cause found."
    }
  }

  private var unexplained: String {
    let progress = measurements.progress
    if progress.isSignificant {
      let isForgotten = measurements.trained.map { $0.loss >= progress.trainBaseline } ?? false
      return isForgotten ? "Learns what its trained weights no longer know" : "Learns unreliably"
    }
    return progress.isTrainSignificant
      ? "Learns its training rows, and nothing that holds for others" : "Nothing learned"
  }

  private static func text(_ finding: Finding, title: String) -> [String] {
    var lines = [""] + wrapped("\(title): \(finding.cause)", width: 80, hanging: 2)
    lines += Self.paragraph("\(finding.evidence.sentence).")
    lines += Self.paragraph("Rule: \(finding.rule)")
    lines += Self.paragraph("Remedy: \(finding.advice).")
    if let trial = finding.trial { lines += Self.paragraph("Tried on a copy: \(trial.long).") }
    return lines
  }

  // MARK: Tables

  private var table: [String] {
    let head = ["layer", "units", "activation", "mean", "deviation", "dead", "flat", "gradient"]
    let rows = zip(measurements.start.layers, measurements.end.layers).flatMap { first, last in
      [Self.row(first, first.name.shortened(to: 16)), Self.row(last, "→")]
    }
    return tableLines(
      [head] + rows, head.indices.map { $0 == 0 || $0 == 2 ? .left : .right }, indent: 2)
  }

  private static func row(_ layer: LayerStatistics, _ name: String) -> [String] {
    let isFirst = name != "→"
    return [
      name, isFirst ? "\(layer.units)" : "",
      isFirst ? layer.function : "", compact(layer.activations.mean),
      compact(layer.activations.deviation), "\(compact(100 * layer.deadShare))%",
      "\(compact(100 * layer.saturatedShare))%", compact(layer.sumGradientNorm),
    ]
  }

  /// Three digits or so, for narrow columns.
  private static func compact(_ value: Double) -> String {
    guard value.isFinite else { return value.shown }
    if value == 0 { return "0" }
    if (1e-3..<1).contains(value.magnitude) { return value.text(decimals: 3) }
    if (1..<1e4).contains(value.magnitude) {
      return value.text(decimals: value.magnitude < 100 ? 1 : 0)
    }
    return value.shortText
  }

  private var training: [String] {
    let found = measurements
    let progress = found.progress
    var lines = [
      "loss on these examples \(found.start.loss.shown) → \(found.end.loss.shown); on "
        + "\(progress.rowsName) rows \(progress.heldOutLoss.shown), knowing nothing "
        + "\(progress.baseline.shown) (\(progress.significance.shown) standard errors better)",
      "\(found.rehearsedSteps) of \(found.plannedSteps) planned steps at learning rate "
        + "\(found.meanRate.shown); one step changes the kernels by "
        + "\((100 * found.updateRatio).shown) % of their size",
      "inputs of size \(found.data.inputSize.shown), \(found.data.rows) rows, "
        + "\((100 * found.data.distinctShare).shown) % of them different"
        + (found.data.classCounts.isEmpty
          ? ""
          : "; rows of each class \(found.data.classCounts.map(String.init).joined(separator: " "))"),
    ]
    if !progress.isHeldOut {
      lines.append(
        "no rows are held out: progress is measured on training rows, which may be learned by heart"
      )
    }
    if found.clippedShare > 0 {
      lines.append("clipping takes \((100 * found.clippedShare).shown) % of the gradient")
    }
    return lines
  }

  private static func paragraph(_ text: String) -> [String] {
    wrapped(text, width: 80, indent: 2, hanging: 2)
  }
}

extension Trial {
  /// What came of it, in a few words.
  package var short: String {
    "\(remedy) takes \(unit) from \(scoreWithout.text(decimals: 2)) to "
      + scoreWith.text(decimals: 2)
  }

  package var long: String {
    "\(with.rowsName) loss \(with.heldOutLoss.shown) of \(with.baseline.shown) for knowing nothing "
      + "after \(stepsWith) steps, without the remedy \(without.heldOutLoss.shown) of "
      + "\(without.baseline.shown) after \(stepsWithout); training loss "
      + "\(with.trainLoss.shown) instead of \(without.trainLoss.shown); \(unit) from "
      + "\(scoreWithout.text(decimals: 2)) to \(scoreWith.text(decimals: 2)); "
      + (judgement == .balance
        ? "" : "training rows better by \(trainGain.text(decimals: 1)) standard errors, ")
      + "\(with.rowsName) rows by \(heldOutGain.text(decimals: 1))"
  }

  private var unit: String {
    switch judgement {
    case .learning: "the share learned"
    case .pace: "the share learned by the end of the plan"
    case .balance: "recall of the rarest + recall of the largest class − 1"
    }
  }
}

extension Double {
  /// To four digits; what is no number is called so, whatever the sign of its bits.
  fileprivate var shown: String {
    isNaN ? "NaN" : isFinite ? shortText : self < 0 ? "−∞" : "∞"
  }
}
