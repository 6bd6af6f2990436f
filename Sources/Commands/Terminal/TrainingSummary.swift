import Diagnosis
import Formatting
import Glassbox

/// What a person reads when a training is over.
struct TrainingSummary {
  private let report: ExperimentReport
  /// Where what was learned is of no use.
  private let warning: String?
  /// Of the whole command.
  private let seconds: Double
  private let configuration: RunConfiguration

  init(_ report: RunReport, of configuration: RunConfiguration, seconds: Double) {
    self.configuration = configuration
    self.report = report.experiment
    warning = report.verdictOfNoUse
    self.seconds = seconds
  }

  var text: String {
    var lines = [report.sentence, "", facts]
    if let tensors = report.tensors {
      let changed = tensors.filter(\.changed).map(\.name)
      let rest = changed.count - Self.mostTensors
      lines.append(
        "tensors: \(tensors.count - changed.count) unchanged, \(changed.count) changed: "
          + changed.prefix(Self.mostTensors).joined(separator: ", ")
          + (rest > 0 ? " and \(rest) more" : ""))
    }
    if let validation = report.validation {
      lines.append("validation: \(scores(validation))")
    }
    if let test = report.test {
      let times = report.testScorings ?? 1
      lines += [
        "test: \(scores(test))", "",
        times > 1
          ? "Test scores; this run has seen them \(times) times, so they begin to flatter:"
          : "Test scores, of rows kept back until now:", "",
      ]
      lines.append(test.scores.text)
      if test.scores.coverage != nil {
        lines += [
          "They are made by the errors on the validation rows, which also chose the epoch.", "",
        ]
      }
      if let caution = test.scores.caution(of: "test") {
        lines += [CommandText.withFlags(caution), ""]
      }
    } else if report.rows.test > 0 {
      let until =
        report.ending == .interrupted
        ? "stay sealed until the training has come to its end" : "are still sealed"
      lines += ["", "The test rows \(until).", ""]
    } else {
      lines += ["", "No rows were kept back for a test.", ""]
    }
    if let warning { lines += [warning, ""] }
    let run = report.run ?? ""
    lines += [
      "Everything is in \(run)/; the model is \(report.model ?? "").",
      "Look at \(run)/\(RunFolder.File.page.rawValue) in a browser.",
    ]
    lines.append(next(run))
    return lines.joined(separator: "\n")
  }

  private static let mostTensors = 8

  private var facts: String {
    let rows = report.rows
    return "\(report.task.rawValue) of `\(report.target)`: \(rows.train) rows to train, "
      + "\(rows.validation) to validate, \(rows.test) to test\n"
      + "\(report.parameters) parameters; \(report.epochsRun) epochs; \(seconds.text(decimals: 1)) s in all; "
      + "learning alone \(report.seconds.text(decimals: 1)) s "
      + "(\(report.samplesPerSecond.grouped) samples/s); "
      + "\(report.threads) threads, \(report.kernels), seed \(report.seed)"
  }

  private func scores(_ part: ExperimentReport.PartScores) -> String {
    var text = "loss \(part.loss.shortText)"
    if part.accuracy != nil, let report = part.scores.classification {
      text += ", accuracy \(report.accuracy.text())"
      if let kappa = part.scores.ordered?.quadraticKappa {
        text += ", quadratic kappa \(kappa.text())"
      }
    } else if let labels = part.scores.multilabel {
      text +=
        ", all labels right \(labels.subsetAccuracy.text()), F1 of all labels "
        + labels.micro.f1.text()
    } else if let regression = part.scores.regression, regression.outputs.count > 1 {
      text += ", mean R² \(regression.average.r2.significantDigits)"
    } else if let output = part.scores.regression?.outputs[0] {
      text += ", rmse \(output.rmse.significantDigits), R² \(output.r2.significantDigits)"
    }
    return text
  }

  private func next(_ run: String) -> String {
    let words: [String]
    if report.ending == .interrupted {
      words = ["resume", run]
    } else if warning != nil || report.data == "-" {
      words = ["diagnose", run]
    } else {
      // What was said of the file has to be said again, unless the model knows it.
      words = ["predict", run, DataLocation(report.data).paths[0]] + said
    }
    return "Next: glassbox " + words.map(\.shellQuoted).joined(separator: " ")
  }

  private var said: [String] {
    RunConfiguration.settings.filter(FileGroup.includes).flatMap { setting -> [String] in
      guard let text = setting.written(of: configuration) else { return [] }
      return setting.isSwitch ? [setting.flag] : [setting.flag, text]
    }
  }
}
