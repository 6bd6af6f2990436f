import Charts
import Formatting
import Training

extension MonitorReport {
  /// A page of its own: no script, nothing loaded from anywhere.
  ///
  /// - Parameter name: what the model is called.
  public func html(of name: String) -> String {
    var text = "<p class=\"soft\">Glassbox monitor of <code>\(name.escaped)</code></p>\n"
    text += "<h1>\(heading)</h1>\n<p class=\"lead\">\(sentence.typeset)</p>\n"
    if let from, let until, from != until {
      text += "<p class=\"soft\">From \(from) to \(until).</p>\n"
    }
    text += performanceLines.map { "<p>\($0.typeset)</p>\n" }.joined()
    text += notes.map { "<p class=\"soft\">Note: \($0.typeset).</p>\n" }.joined()
    text += "<h2>Columns</h2>\n" + columnTable + explanation
    let figures = figures
    if !figures.isEmpty {
      text += "<h2>Over time</h2>\n<div class=\"figures\">\n"
      text += figures.enumerated().map { $1.html("figure\($0)") }.joined() + "</div>\n"
    }
    text += windowTable
    return PageShell(title: "\(name): monitor", content: text).html
  }

  private var heading: String {
    switch verdict {
    case .drift: "Drift"
    case .quiet: "No drift"
    case .notEnoughData: "Not enough data"
    case .notCompared: "Nothing to compare"
    }
  }

  private var explanation: String {
    "<p class=\"soft\">PSI is the population stability index between training and recent rows, less what "
      + "chance adds, with its 95 % interval; training is taken as the sample it is. Drift is said where "
      + "a chi-square test of two samples, corrected for all columns (Benjamini and Hochberg), says so at "
      + "\(percentText(rule.level)) and the interval lies above \(rule.harmless.brief), the index of a move "
      + "by a tenth of a deviation.</p>\n"
  }

  private var columnTable: String {
    func interval(_ column: ColumnDrift) -> PageTable.Cell {
      guard let psi = column.psi, let low = column.low, let high = column.high else { return "" }
      return .html(
        "\(psi.text(decimals: 3)) <span class=\"interval\">[\(low.text(decimals: 3)), "
          + "\(high.text(decimals: 3))]</span>")
    }
    func change(_ column: ColumnDrift) -> PageTable.Cell {
      guard let change = column.change else { return .text(column.reason ?? "") }
      return .text(
        "\(change.bin): \(percentText(change.before)) → \(percentText(change.now))")
    }
    return PageTable(
      columns: [
        .init(name: "column", isNumber: false), .init(name: "kind", isNumber: false),
        .init(name: "verdict", isNumber: false), .init(name: "PSI"), .init(name: "p, corrected"),
        .init(name: "missing"), .init(name: "unseen or out of range"),
        .init(name: "largest change", isNumber: false),
      ],
      rows: columns.map { column in
        [
          .text(column.name), .text(column.role.rawValue), .text(Self.verdictText(column)),
          interval(column), .text(Self.probability(column.correctedPValue)),
          .text(percentText(column.missing)),
          .text((column.unseen ?? column.outOfRange).map(percentText) ?? ""), change(column),
        ]
      }
    ).html
  }

  private var windowTable: String {
    guard !windows.isEmpty else { return "" }
    let isOfNumbers = performance?.regression != nil
    return "<h2>Each window</h2>\n"
      + PageTable(
        columns: [
          .init(name: "from", isNumber: false), .init(name: "rows"),
          .init(name: "drifted", isNumber: false),
          .init(name: isOfNumbers ? "root mean squared error" : "accuracy"),
          .init(name: "estimated accuracy"), .init(name: "95 % answered within"),
        ],
        rows: windows.map { window in
          [
            .text(window.from), .text(window.rows.grouped),
            .text(window.drifted.joined(separator: ", ")),
            .text(
              window.performance.map { performance in
                performance.regression?.outputs.first?.rmse.significantDigits
                  ?? performance.accuracy?.text() ?? ""
              } ?? ""),
            .text(window.estimate?.value.text(decimals: 3) ?? ""),
            .text(window.latency.map { "\(($0.percentile95 * 1000).shortText) ms" } ?? ""),
          ]
        }
      ).html
  }

  /// Curves over the windows, and of labelled rows calibration and confusion.
  private var figures: [Figure] {
    var figures: [Figure] = []
    func add(_ title: String, _ yTitle: String, _ series: [LineChart.Series]) {
      let chart = LineChart(title: title, series: series, xTitle: "window", yTitle: yTitle)
      if windows.count > 1, !chart.series.isEmpty { figures.append(chart.figure) }
    }
    add(
      "Drift of the columns that moved most", "PSI",
      columns.filter { $0.psi != nil }.prefix(5).map { column in
        .init(column.name, values: windows.map { $0.psi[column.name] ?? .nan })
      })
    add("Volume", "rows", [.init("rows", values: windows.map { Double($0.rows) })])
    add(
      "Accuracy", "share right",
      [
        .init(
          "with feedback", values: windows.map { $0.performance?.accuracy?.value ?? .nan }),
        .init("estimate", values: windows.map { $0.estimate?.value ?? .nan }),
      ])
    add(
      "Error with feedback", "root mean squared error",
      [
        .init(
          "with feedback",
          values: windows.map { $0.performance?.regression?.outputs.first?.rmse.value ?? .nan })
      ])
    add(
      "Latency", "ms",
      [
        .init("median", values: windows.map { ($0.latency?.median ?? .nan) * 1000 }),
        .init("95 %", values: windows.map { ($0.latency?.percentile95 ?? .nan) * 1000 }),
      ])
    if let bins = performance?.calibration, !bins.isEmpty {
      figures.append(
        ReliabilityDiagram(
          bins: bins, xTitle: "probability of the answer", yTitle: "share that is right"
        ).figure)
    }
    if let classes = performance?.classification, classes.classes.count <= ConfusionMatrix.limit {
      figures.append(
        ConfusionMatrix(labels: classes.classes.map(\.label), counts: classes.confusion).figure)
    }
    return figures
  }
}
