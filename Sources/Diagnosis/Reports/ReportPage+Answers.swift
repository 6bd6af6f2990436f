import Charts
import Datasets
import Formatting
import Networks
import Training

extension ReportPage {
  // MARK: Answers

  var answers: String {
    guard
      let part = experiment.test.map({ ("test", $0.scores) })
        ?? experiment.validation.map({ ("validation", $0.scores) })
    else { return "" }
    var figures: [String] = []
    if let classes = part.1.classification, classes.classes.count <= ConfusionMatrix.limit {
      let matrix = ConfusionMatrix(
        labels: classes.classes.map(\.label), counts: classes.confusion)
      figures.append(
        matrix.figure.html(
          "confusion",
          caption: "Rows are true classes, columns predicted ones. Blue is right, orange is wrong; "
            + "the stronger, the larger the share of the true class."))
    }
    if let diagram = report.calibration {
      figures.append(
        diagram.figure.html("calibration", caption: diagram.caption))
    }
    figures += report.scatters.enumerated().map { place, scatter in
      scatter.chart.figure.html(
        place == 0 ? "pairs" : "pairs-\(place + 1)", caption: scatter.caption)
    }
    figures += forecasts(report.pairs)
    if let boundary = try? boundary { figures.append(boundary.figure.html("boundary")) }
    guard !figures.isEmpty else { return "" }
    return
      "<h2>Answers on \(part.0) rows</h2>\n<div class=\"figures\">\n\(figures.joined())</div>\n"
      + (part.1.classification.map(confusions) ?? "")
  }

  /// The most frequent mistakes in words.
  private func confusions(_ classes: ClassificationReport) -> String {
    let matrix = ConfusionMatrix(labels: classes.classes.map(\.label), counts: classes.confusion)
    let shown = matrix.mistakes.prefix(10)
    guard !shown.isEmpty else { return "" }
    return "<details><summary>The most frequent mistakes</summary>\n"
      + PageTable(
        columns: [
          .init(name: "true", isNumber: false), .init(name: "predicted", isNumber: false),
          .init(name: "times"),
        ],
        rows: shown.map {
          [.text(matrix.labels[$0.target]), .text(matrix.labels[$0.predicted]), "\($0.count)"]
        }
      ).html + "</details>\n"
  }

  /// Of a classifier of two numbers.
  private var boundary: DecisionBoundary? {
    get throws {
      guard let axes = model.preprocessing.plane, let points = report.findings?.plane,
        !points.isEmpty
      else { return nil }
      let predictor = try model.predictor
      let width = model.model.outputCount
      return try DecisionBoundary(
        labels: model.labels,
        points: points.filter { $0.count == 3 && model.labels.indices.contains(Int($0[2])) }.map {
          .init(x: $0[0], y: $0[1], label: Int($0[2]))
        }, xTitle: axes[0].name.shortened(to: 30), yTitle: axes[1].name.shortened(to: 30)
      ) { places in
        let outputs = try predictor(
          places.flatMap { place in
            zip([place.x, place.y], axes).map { Float(($0 - $1.offset) / $1.scale) }
          })
        return Findings.shares(outputs, width: width)
      }
    }
  }

  // MARK: Mistakes

  var mistakes: String {
    guard let findings = report.findings, !findings.mistakes.isEmpty else { return "" }
    let isRegression = experiment.task == .regression
    var text = "<h2>Worst mistakes</h2>\n<p class=\"soft\">"
    if isRegression {
      text +=
        "The \(findings.part) rows with the largest errors, predicted minus true"
        + (findings.targets.map { ", of \($0[0].name.escaped)" } ?? "") + "."
    } else {
      text +=
        "The \(findings.part) rows that are wrong with the most confidence, "
        + "\(findings.mistakes.count) of \(findings.mistakeCount ?? findings.mistakes.count). "
        + "A look at them often shows wrong labels or missing information."
    }
    text +=
      " Rows count from 1, without the header; <code>"
      + "glassbox trace \(path.shellQuoted.escaped)\(rowsFile.escaped) --row N</code> shows one learning cycle of a row.</p>\n"
    let hasImages = findings.mistakes.contains { $0.image != nil }
    text += "<ul class=\"cards\(hasImages ? "" : " wide")\">\n"
    for mistake in findings.mistakes { text += card(mistake) }
    return text + "</ul>\n"
  }

  /// The rows' own file, where it is not the training rows', as an argument.
  private var rowsFile: String {
    let configuration = try? JSONText.decode(
      RunConfiguration.self, from: settings, at: "config.json")
    let part =
      report.findings?.part == "test" ? configuration?.data.test : configuration?.data.validation
    if case .file(let path)? = part { return " " + path.shellQuoted }
    return ""
  }

  private func card(_ mistake: Findings.Mistake) -> String {
    var text = "<li>"
    let name = (mistake.file ?? "row \(mistake.row)").escaped
    // Only what this program writes itself is shown: never an address from elsewhere.
    if let image = mistake.image, image.hasPrefix("data:image/png;base64,") {
      text += "<img src=\"\(image.escaped)\" alt=\"input of \(name)\">"
    }
    if let error = mistake.error {
      text +=
        "predicted <strong>\(mistake.answer.escaped)</strong>, true "
        + "<strong>\(mistake.truth.escaped)</strong>, error \(error > 0 ? "+" : "")\(error.brief)"
    } else {
      text +=
        "said <strong>\(mistake.answer.shortened(to: 60).escaped)</strong>"
        + (mistake.probability.map { " (\(Self.percent($0)))" } ?? "")
        + "<br>true <strong>\(mistake.truth.shortened(to: 60).escaped)</strong>"
        + (mistake.truthProbability.map { " (\(Self.percent($0)))" } ?? "")
    }
    text += "<br><span class=\"soft\">\(name)</span>"
    if !mistake.inputs.isEmpty {
      text += "<table><tbody>"
      for input in mistake.inputs {
        text +=
          "<tr><th scope=\"row\">\(input.name.shortened(to: 60).escaped)</th>"
          + "<td class=\"number\">\(input.value.shortened(to: 40).escaped)</td></tr>"
      }
      text += "</tbody></table>"
      if mistake.inputsLeftOut > 0 {
        text += "<span class=\"soft\">and \(mistake.inputsLeftOut) more inputs</span>"
      }
    }
    return text + "</li>\n"
  }

  // MARK: Later

  var later: String {
    guard !report.laterEvaluations.isEmpty else { return "" }
    let parts = report.laterEvaluations.map { (name: $0.data, scores: $0.evaluation) }
    let hasLearned = parts.contains { $0.name == experiment.data }
    return "<h2>Evaluated later</h2>\n" + Self.overall(parts)
      + (hasLearned
        ? "<p class=\"soft\">\(experiment.data.escaped) holds the rows it learned from, so those "
          + "scores flatter.</p>\n" : "")
  }
}
