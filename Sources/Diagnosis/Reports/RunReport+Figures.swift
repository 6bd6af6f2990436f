package import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

extension RunReport {
  /// How far probabilities can be taken at their word; nil for no classifier, and for a handful of rows, whose
  /// share is no probability kept or broken.
  package var calibration: ReliabilityDiagram? {
    guard let findings, !findings.calibration.isEmpty,
      let scores = (experiment.test ?? experiment.validation)?.scores,
      scores.caution(of: findings.part) == nil
    else { return nil }
    guard experiment.task == .binary, experiment.labels.count == 2 else {
      return ReliabilityDiagram(
        bins: findings.calibration, xTitle: "probability of the answer",
        yTitle: "share that is right")
    }
    let label = experiment.labels[1].shortened(to: 16)
    return ReliabilityDiagram(
      bins: findings.calibration, xTitle: "probability of \(label)", yTitle: "share of \(label)")
  }

  /// True and predicted values of each target of a regression.
  var pairs: [(String, [[Double]])] {
    findings?.targets?.map { ($0.name, $0.pairs) }
      ?? [(experiment.target, findings?.pairs ?? [])]
  }

  /// Of several targets no more are drawn.
  private static let mostScatters = 6

  /// Predicted over true values of a regression, a chart for each target, which is known by its place.
  package var scatters: [(chart: ScatterChart, caption: String, target: Int)] {
    guard let findings, let scores = (experiment.test ?? experiment.validation)?.scores else {
      return []
    }
    return pairs.prefix(Self.mostScatters).enumerated().filter { !$1.1.isEmpty }.map { place, all in
      (
        ScatterChart(points: all.1.filter { $0.count == 2 }.map { ($0[0], $0[1]) }),
        "\(all.1.count) of \(scores.rows) \(findings.part) rows, in the unit of \(all.0).", place
      )
    }
  }

  /// The row behind a dot of a scatter.
  ///
  /// - Parameters:
  ///   - dot: the place of its point in the chart.
  ///   - rows: those that the report is about.
  /// - Throws: `Problem` for a dot that is not there.
  package func row(
    ofDot dot: Int, target: Int, among rows: AnsweredRows
  ) throws -> Findings.Mistake {
    let pairs = pairs.indices.contains(target) ? pairs[target].1 : []
    // Those that a chart shows.
    let shown = pairs.indices.filter { pairs[$0].count == 2 && pairs[$0].allSatisfy(\.isFinite) }
    guard shown.indices.contains(dot) else {
      throw Problem.data(
        "dot", expected: "0 to \(shown.count - 1), a dot of the chart", found: "\(dot)")
    }
    return try rows.row(ofPair: shown[dot], target: target)
  }
}

extension ReliabilityDiagram {
  /// How it is read.
  package var caption: String {
    "On the dashed line a promise of 80 % is kept 8 times of 10; below it the model is too sure. Lines are 95 % "
      + "intervals, of ten examples or more. Expected calibration error: \(error.brief)."
  }
}
