import Charts
import Engine
import Formatting
import Training

/// What accuracy hides where one class is rare.
enum PrecisionAndRecallLesson: CatalogLesson {
  static let name = "precision-and-recall"
  static let title = "Precision, recall and the confusion matrix"

  /// Scores of people, and whether they are ill.
  private struct People {
    var scores: [Double] = []
    var areIll: [Bool] = []

    /// How many are ill and found, ill and missed, well and called ill, well and left alone.
    func counts(above threshold: Double) -> (found: Int, missed: Int, alarms: Int, quiet: Int) {
      var counts = (found: 0, missed: 0, alarms: 0, quiet: 0)
      for (score, isIll) in zip(scores, areIll) {
        switch (isIll, score > threshold) {
        case (true, true): counts.found += 1
        case (true, false): counts.missed += 1
        case (false, true): counts.alarms += 1
        case (false, false): counts.quiet += 1
        }
      }
      return counts
    }
  }

  /// 1,000 people, 40 of them ill; ill ones score higher, not always.
  private static let people: People = {
    var generator = RandomGenerator(seed: 3)
    var people = People()
    for number in 0..<1000 {
      let isIll = number < 40
      people.areIll.append(isIll)
      people.scores.append(generator.normal() + (isIll ? 2 : 0))
    }
    return people
  }()

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "Of a thousand people forty are ill. Whoever calls all of them well is right 96 times in a "
        + "hundred and finds nobody. Two questions say more: how many of the ill are found, and how many "
        + "of those called ill are.",
      steps: [try matrix(), try threshold()])
  }

  private static func matrix() throws -> Lesson.Step {
    let counts = people.counts(above: 1)
    let report = try ClassificationReport(
      labels: ["well", "ill"], scores: people.scores.map { Float(Ops.Sigmoid().value($0 - 1)) },
      targets: people.areIll.map { $0 ? 1 : 0 })
    func number(_ name: String, _ count: Int) -> SymbolicExpression {
      .variable(name, Double(count))
    }
    let (found, missed) = (number("found", counts.found), number("missed", counts.missed))
    let alarms = number("alarms", counts.alarms)
    let precision = found / (found + alarms)
    let recall = found / (found + missed)
    let p = SymbolicExpression.variable("precision", precision.real)
    let r = SymbolicExpression.variable("recall", recall.real)
    return .init(
      "Four counts, and what is made of them",
      .text("A network gives each person a score; above 1 it says ill."),
      .figure(ConfusionMatrix(labels: ["well", "ill"], counts: report.confusion).figure),
      .formula(
        .init(
          "accuracy",
          (found + number("quiet", counts.quiet)) / .variable("people", 1000))),
      .text("Precision: of those called ill, how many are."),
      .formula(.init("precision", precision)),
      .text("Recall: of the ill, how many are found."), .formula(.init("recall", recall)),
      .text("F1 is their harmonic mean, near the smaller of the two."),
      .formula(.init("F1", 2 * p * r / (p + r))),
      .question(
        try .init(
          "30 are found, 10 are missed, 20 are called ill by mistake. What is the precision?",
          solution: "30 / (30 + 20)", hint: "How many were called ill at all?")))
  }

  private static func threshold() throws -> Lesson.Step {
    let places = (-4...16).map { Double($0) / 4 }
    let recalls = places.map { (x: $0, y: Double(people.counts(above: $0).found) / 40) }
    // Where nobody is called ill there is no precision.
    let precisions = places.compactMap { place -> (x: Double, y: Double)? in
      let counts = people.counts(above: place)
      let called = counts.found + counts.alarms
      return called > 0 ? (place, Double(counts.found) / Double(called)) : nil
    }
    let rows = [0.0, 1, 2, 3].map { place in
      let counts = people.counts(above: place)
      return [
        numberText(place), "\(counts.found)", "\(counts.missed)", "\(counts.alarms)",
        Lesson.measured(Double(counts.found) / Double(counts.found + counts.alarms)),
        Lesson.measured(Double(counts.found) / 40),
      ]
    }
    return .init(
      "Where to draw the line",
      .text(
        "The threshold is a choice. Lower finds more of the ill and frightens more of the well:"),
      .chart(
        LineChart(
          title: "Precision and recall by threshold",
          series: [
            .init("recall", recalls), .init("precision", precisions),
          ], xTitle: "threshold", yTitle: "share", countsOnX: false)),
      .table(.init(["threshold", "found", "missed", "alarms", "precision", "recall"], rows)),
      .text(
        "Which threshold is right is no question of mathematics: it depends on what a missed illness "
          + "costs, and what a false alarm. It is chosen on the validation part, never on the test."
      ),
      .question(
        try .init(
          "A missed illness costs 50, a false alarm 1. What do 5 missed and 120 alarms cost?",
          solution: "5 * 50 + 120", hint: "Each count times its price, added.", tolerance: 0)))
  }
}
