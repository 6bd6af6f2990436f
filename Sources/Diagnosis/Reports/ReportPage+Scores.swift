import Charts
import Datasets
import Formatting
import Networks
import Training

extension ReportPage {
  var scores: String {
    let parts = [("validation", experiment.validation), ("test", experiment.test)]
      .compactMap { name, part in part.map { (name: name, scores: $0.scores) } }
    guard !parts.isEmpty else { return "" }
    var text = "<h2>Scores</h2>\n"
    text += Self.overall(parts)
    text +=
      "<p class=\"soft\">Brackets hold 95 % intervals, for examples drawn independently; where too few "
      + "examples or mistakes leave none that holds, there are none. \(sampleNote(parts))"
      + "Validation rows chose the best epoch, so their scores flatter; test rows were kept back "
      + "until the end\(timesScored).</p>\n" + Self.lossNote(parts)
    if parts.contains(where: { $0.scores.coverage != nil }) {
      text +=
        "<p class=\"soft\">Intervals and sets are made by the errors on the validation rows (split "
        + "conformal prediction): over rows drawn like those they hold the truth as often as "
        + "promised, for all rows together and not for each kind of row. These rows also chose the "
        + "epoch, which costs a point or two of a hundred where they are few; the test rows tell.</p>\n"
    }
    if let labels = parts.last?.scores.multilabel {
      text +=
        "<h3>Each label, on \(parts.last!.name) rows</h3>\n"
        + Self.classTable(
          labels.labels, [("micro avg", labels.micro), ("macro avg", labels.macro)],
          word: ("label", "labels"), examples: labels.examples)
        + "<p class=\"soft\">A label is answered if it is more likely than not.</p>\n"
    }
    if let classes = parts.last?.scores.classification {
      text +=
        "<h3>Each class, on \(parts.last!.name) rows</h3>\n"
        + Self.classTable(
          classes.classes,
          [("macro avg", classes.macro), ("weighted avg", classes.weighted)],
          word: ("class", "classes"), examples: classes.examples)
      text +=
        "<p class=\"soft\">Names and conventions are scikit-learn’s. A division by zero gives "
        + "0: a class that is never predicted has precision 0, a class without examples recall 0. "
        + "The macro average runs over the classes that are a target or a prediction, the weighted "
        + "one counts each class by its support.</p>\n"
    }
    return text
  }

  /// What is drawn, where it is not rows that all count the same.
  private func sampleNote(_ parts: [(name: String, scores: Evaluation)]) -> String {
    let lines = parts.last?.scores.sample?.lines ?? []
    return lines.map { $0.escaped + " " }.joined()
  }

  /// How often the test rows were looked at.
  private var timesScored: String {
    guard experiment.test != nil, let times = experiment.testScorings else { return "" }
    return times == 1
      ? ", and scored once"
      : ", and scored \(times) times by this run: who goes on after seeing them chooses by them, so "
        + "they begin to flatter too"
  }

  /// Says so where the two losses of a classifier are not the same number.
  static func lossNote(_ parts: [(name: String, scores: Evaluation)]) -> String {
    let differ = parts.contains { part in
      guard let logLoss = part.scores.classification?.logLoss.value else { return false }
      return logLoss.brief != part.scores.loss.brief
    }
    guard differ else { return "" }
    return "<p class=\"soft\">Log loss is scikit-learn’s, with probabilities kept from "
      + "2⁻²³ to 1 − 2⁻²³; loss is what was trained with, by the network’s outputs "
      + "themselves, so it has no such limit.</p>\n"
  }

  /// A column for each part of the data.
  static func overall(_ parts: [(name: String, scores: Evaluation)]) -> String {
    var rows: [[PageTable.Cell]] = []
    func add(_ name: String, _ cell: (Evaluation) -> PageTable.Cell?) {
      let cells = parts.map { cell($0.scores) }
      guard cells.contains(where: { $0 != nil }) else { return }
      rows.append([.text(name)] + cells.map { $0 ?? "" })
    }
    add("rows") { .text($0.rows.grouped) }
    add("accuracy") { $0.classification.map { cell($0.accuracy) } }
    add("top-\(parts[0].scores.classification?.topK ?? 5) accuracy") {
      $0.classification.flatMap { $0.topKAccuracy.value == nil ? nil : cell($0.topKAccuracy) }
    }
    add("AUC") { $0.classification.map { cell($0.auc) } }
    add("log loss") { $0.classification.map { cell($0.logLoss) } }
    add("steps from the true class") { $0.ordered.map { cell($0.meanSteps) } }
    add("quadratic kappa") { $0.ordered.map { cell($0.quadraticKappa) } }
    add("all labels right") { $0.multilabel.map { cell($0.subsetAccuracy) } }
    add("Hamming loss") { $0.multilabel.map { cell($0.hammingLoss) } }
    let outputs = parts[0].scores.regression?.outputs.map(\.name) ?? []
    for (place, name) in outputs.enumerated() {
      let of = outputs.count > 1 ? " of \(name.shortened(to: 40))" : ""
      let scores: [(String, Int?, KeyPath<RegressionReport.OutputScores, Score>)] = [
        ("root mean squared error", nil, \.rmse), ("mean absolute error", nil, \.mae),
        ("R²", 3, \.r2),
      ]
      for (score, decimals, path) in scores {
        add(score + of) { part in
          part.regression.map { cell($0.outputs[place][keyPath: path], decimals: decimals) }
        }
      }
    }
    if outputs.count > 1 { add("mean R²") { $0.regression.map { cell($0.average.r2) } } }
    for (place, score) in (parts[0].scores.quantiles ?? []).enumerated() {
      let of = outputs.count > 1 ? " of \(score.name.shortened(to: 40))" : ""
      add("pinball loss of the \(score.quantile.shortText) quantile" + of) {
        $0.quantiles.map { cell($0[place].pinball, decimals: nil) }
      }
      add("truths at or below it" + of) { $0.quantiles.map { cell($0[place].below) } }
    }
    let covered = parts.lazy.compactMap(\.scores.coverage).first ?? []
    for (place, coverage) in covered.enumerated() {
      let of = covered.count > 1 ? " of \(coverage.name.shortened(to: 40))" : ""
      let isClasses = parts[0].scores.classification != nil
      add(
        "truths in the \(percent(coverage.promised)) \(isClasses ? "sets" : "intervals")" + of
      ) { $0.coverage.map { cell($0[place].measured) } }
      add(isClasses ? "classes in a set" : "mean width of the intervals" + of) {
        $0.coverage.map { .text($0[place].meanSize.brief) }
      }
    }
    for (place, naive) in (parts[0].scores.baselines ?? []).enumerated() {
      add("root mean squared error of \(naive.name)\(outputs.count > 1 ? ", mean over steps" : "")")
      {
        $0.baselines.map { cell($0[place].scores.average.rmse) }
      }
    }
    add("loss") { .text($0.loss.brief) }
    return PageTable(
      columns: [.init(name: "", isNumber: false)] + parts.map { .init(name: $0.name) }, rows: rows
    ).html
  }

  static func classTable(
    _ classes: [ClassificationReport.ClassScores],
    _ means: [(name: String, scores: ClassificationReport.Averages)],
    word: (one: String, many: String), examples: Int
  ) -> String {
    func averages(_ name: String, _ scores: ClassificationReport.Averages) -> [PageTable.Cell] {
      [
        .text(name), cell(scores.precision), cell(scores.recall), cell(scores.f1), "",
        .text(examples.grouped),
      ]
    }
    // Of very many classes those that need a look.
    let isLong = classes.count > mostLines
    let shown =
      isLong
      ? Array(
        classes.sorted { ($0.f1.value ?? 0, $0.label) < ($1.f1.value ?? 0, $1.label) }
          .prefix(mostLines)) : classes
    let rows: [[PageTable.Cell]] =
      shown.map { scores in
        [
          .text(scores.label.shortened(to: 60)), cell(scores.precision), cell(scores.recall),
          cell(scores.f1),
          cell(scores.auc), .text(scores.support.grouped),
        ]
      } + means.map { averages($0.name, $0.scores) }
    let names = ["precision", "recall", "f1-score", "AUC (one vs. rest)", "support"]
    return PageTable(
      caption: isLong
        ? "The \(shown.count) of \(classes.count) \(word.many) with the lowest F1" : "",
      columns: [.init(name: word.one, isNumber: false)] + names.map { .init(name: $0) }, rows: rows
    ).html
  }

  // MARK: Curves

  var curves: String {
    guard !history.isEmpty else { return "" }
    var figures = [lossChart.figure.html("loss")]
    for name in metricNames {
      figures.append(metricChart(name).figure.html("metric-\(figures.count)"))
    }
    figures.append(learningRateChart.figure.html("rate"))
    if let chart = gradientChart { figures.append(chart.figure.html("gradients")) }
    if let path = report.weightPath, let landscape = path.landscape {
      figures.append(landscape.figure.html("landscape", caption: Self.caption(path)))
    }
    return "<h2>Learning curves</h2>\n<div class=\"figures\">\n\(figures.joined())</div>\n"
      + epochTable
  }

  private static func caption(_ path: WeightPath) -> String {
    "The loss of \(path.rows.grouped) training rows (dark is high) in the plane through the first "
      + "weights, the last ones and the epoch farthest from the straight line between them; the "
      + "other epochs are drawn where they come nearest to it."
  }

  private var bestMark: (x: Double, name: String)? {
    experiment.bestEpoch.map { (Double($0), "best epoch \($0)") }
  }

  private func series(
    _ name: String, _ value: (EpochRecord) -> Double?
  ) -> LineChart.Series {
    LineChart.Series(
      name, history.compactMap { record in value(record).map { (Double(record.epoch), $0) } })
  }

  var lossChart: LineChart {
    LineChart(
      title: "Loss",
      series: [
        series("train") { $0.train["loss"] }, series("validation") { $0.validation?["loss"] },
        series("train, while learning") { $0.runningLoss },
      ].filter { !$0.points.isEmpty }, xTitle: "epoch",
      yTitle: experiment.task == .regression
        ? "loss, of the standardised target" : "loss",
      mark: bestMark)
  }

  /// The leading metrics first.
  private var metricNames: [String] {
    let known = experiment.task.metrics.map(\.name)
    let recorded = Set(history.flatMap { ($0.validation ?? $0.train).keys })
    return known.filter(recorded.contains)
      + recorded.filter { $0 != "loss" && !known.contains($0) }.sorted()
  }

  func metricChart(_ name: String) -> LineChart {
    LineChart(
      title: name == "r2" ? "R²" : name,
      series: [
        series("train") { $0.train[name] }, series("validation") { $0.validation?[name] },
      ].filter { !$0.points.isEmpty }, xTitle: "epoch", yTitle: name == "r2" ? "R²" : name,
      mark: bestMark)
  }

  var learningRateChart: LineChart {
    LineChart(
      title: "Learning rate", series: [series("learning rate") { $0.learningRate }],
      xTitle: "epoch", yTitle: "learning rate")
  }

  /// √Σg² over all tensors of a layer; at most 6 layers, evenly taken.
  var gradientChart: LineChart? {
    let tensors = model.model.tensors.map(\.name)
    var layers: [String] = []
    for tensor in tensors {
      let layer = LayerFacts.layer(ofTensor: tensor)
      if layers.last != layer { layers.append(layer) }
    }
    let most = FigureStyle.series.count
    let shown =
      layers.count <= most
      ? layers : (0..<most).map { layers[$0 * (layers.count - 1) / (most - 1)] }
    let curves = shown.map { layer in
      series(layer) { record in
        guard let norms = record.gradientNorms else { return nil }
        let own = tensors.filter { LayerFacts.layer(ofTensor: $0) == layer }.compactMap {
          norms[$0]
        }
        return own.isEmpty ? nil : own.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }.filter { !$0.points.isEmpty }
    guard !curves.isEmpty else { return nil }
    return LineChart(
      title: "Gradient norm by layer"
        + (shown.count < layers.count ? " (6 of \(layers.count))" : ""),
      series: curves, xTitle: "epoch", yTitle: "norm on one batch after the epoch",
      yKind: .logarithmic)
  }

  /// At most 50 epochs, evenly taken, the best and the last among them.
  private var epochTable: String {
    let step = max(1, (history.count + 47) / 48)
    let shown = history.enumerated().filter { place, record in
      place.isMultiple(of: step) || record.epoch == experiment.bestEpoch
        || place == history.count - 1
    }.map(\.element)
    let names = ["loss"] + metricNames
    var columns = [PageTable.Column(name: "epoch")]
    let hasTrain = history.contains { !$0.train.isEmpty }
    if hasTrain { columns += names.map { .init(name: "train \($0)") } }
    if history[0].validation != nil { columns += names.map { .init(name: "validation \($0)") } }
    columns += [.init(name: "learning rate"), .init(name: "seconds")]
    let rows = shown.map { record -> [PageTable.Cell] in
      var cells: [PageTable.Cell] = [
        .text("\(record.epoch)" + (record.epoch == experiment.bestEpoch ? " (best)" : ""))
      ]
      if hasTrain { cells += names.map { .text(record.train[$0]?.brief ?? "") } }
      if let validation = record.validation {
        cells += names.map { .text(validation[$0]?.brief ?? "") }
      }
      return cells + [.text(record.learningRate.brief), .text(record.seconds.brief)]
    }
    return "<details><summary>The numbers of \(shown.count) of \(history.count) epochs</summary>\n"
      + trainRowsNote + PageTable(columns: columns, rows: rows).html + "</details>\n"
  }

  /// Says so where training scores are of a part of the rows.
  private var trainRowsNote: String {
    let all = experiment.rows.train
    guard let rows = history.last?.trainRows, rows < all else { return "" }
    return "<p class=\"soft\">Scores named train are of \(rows.grouped) of the \(all.grouped) "
      + "training rows, the same in each epoch.</p>\n"
  }
}
