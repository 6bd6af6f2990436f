package import Charts
import Datasets
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

  /// Predicted over true values of a regression, a chart for each target.
  package var scatters: [(chart: ScatterChart, caption: String)] {
    guard let findings, let scores = (experiment.test ?? experiment.validation)?.scores else {
      return []
    }
    return pairs.prefix(Self.mostScatters).filter { !$0.1.isEmpty }.map { name, pairs in
      (
        ScatterChart(points: pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }),
        "\(pairs.count) of \(scores.rows) \(findings.part) rows, in the unit of \(name)."
      )
    }
  }
}

extension ReliabilityDiagram {
  /// How it is read.
  package var caption: String {
    "On the dashed line a promise of 80 % is kept 8 times of 10; below it the model is too sure. Lines are 95 % "
      + "intervals, of ten examples or more. Expected calibration error: \(error.brief)."
  }
}
