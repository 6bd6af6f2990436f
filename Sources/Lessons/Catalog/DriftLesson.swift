import Charts
import Engine
import Formatting

/// After training: what changes in the world, and what of it can be seen.
enum DriftLesson: CatalogLesson {
  static let name = "deployment-and-drift"
  static let title = "Deployment and drift"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A network that answers real questions meets a world that moves on. Inputs that have moved can be "
        + "seen without knowing the right answers; a rule that has changed cannot.",
      steps: [out(), try inputs(), try rules()])
  }

  private static func out() -> Lesson.Step {
    .init(
      "Before it goes out",
      .table(
        .init(
          ["what", "why"],
          [
            ["scaling stored with the model", "other numbers, other answers"],
            ["examples with known answers", "a broken copy is noticed at once"],
            ["version in every answer", "who said what, and when"],
            ["the old model kept beside it", "the way back is one step"],
            ["answers and inputs logged", "nothing to compare otherwise"],
          ])))
  }

  /// Draws from a bell curve around a middle.
  private static func draws(around middle: Double, seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    return (0..<2000).map { _ in middle + generator.normal() }
  }

  /// Where training data are cut into five parts of equal size.
  private static let cuts: [Double] = {
    let sorted = draws(around: 0, seed: 1).sorted()
    return (1..<5).map { sorted[sorted.count * $0 / 5] }
  }()

  private static func shares(_ values: [Double]) -> [Double] {
    var counts = [Int](repeating: 0, count: 5)
    for value in values { counts[cuts.count { $0 <= value }] += 1 }
    return counts.map { Double($0) / Double(values.count) }
  }

  /// The population stability index: how far the shares of the parts have moved.
  private static func index<N: Scalar>(_ training: [N], _ now: [N]) -> N {
    let terms = zip(training, now).map { ($1 - $0) * N.log($1 / $0) }
    return terms.dropFirst().reduce(terms[0], +)
  }

  private static func inputs() throws -> Lesson.Step {
    let training = shares(draws(around: 0, seed: 1))
    let later = shares(draws(around: 0.5, seed: 2))
    func symbols(_ name: String, _ values: [Double]) -> [SymbolicExpression] {
      zip(numbered(name, values.count), values).map { .variable($0, $1) }
    }
    let moves = [0, 0.1, 0.25, 0.5, 0.75, 1]
    let indices = moves.map { (x: $0, y: index(training, shares(draws(around: $0, seed: 2)))) }
    return .init(
      "Inputs that have moved",
      .text(
        "An input is cut into five parts that hold a fifth of the training rows each. Later its mean has "
          + "moved by half a deviation:"),
      .table(
        .init(
          ["part", "training", "now"],
          (0..<5).map { Lesson.row("\($0 + 1)", measured: [training[$0], later[$0]]) })),
      .formula(.init("PSI", index(symbols("p", training), symbols("q", later)))),
      .text(
        "The population stability index is 0 where nothing has moved. By custom above 0.1 is worth a look "
          + "and above 0.25 an alarm."),
      .chart(
        LineChart(
          title: "PSI by how far the mean has moved", series: [.init("PSI", indices)],
          xTitle: "deviations", yTitle: "PSI", countsOnX: false)),
      .question(
        try .init(
          "Two parts: half and half in training, 0.7 and 0.3 now. What is the index?",
          solution: "(0.7 - 0.5) * ln(0.7 / 0.5) + (0.3 - 0.5) * ln(0.3 / 0.5)",
          hint: "For each part the difference times ln(now ÷ training).")))
  }

  private static func rules() throws -> Lesson.Step {
    let training = draws(around: 0, seed: 1)
    let cases: [(String, [Double], Double)] = [
      ("as in training", draws(around: 0, seed: 3), 0),
      ("inputs moved by 1", draws(around: 1, seed: 3), 0),
      ("rule moved by 0.5", draws(around: 0, seed: 3), 0.5),
    ]
    let rows = cases.map { name, values, rule in
      // The model has learned: yes above 0.
      let right = values.count { ($0 > 0) == ($0 > rule) }
      return [
        name, Lesson.measured(index(shares(training), shares(values))),
        percentText(Double(right) / Double(values.count)),
      ]
    }
    return .init(
      "A rule that has changed",
      .text(
        "A model has learned that the answer is yes above 0. Three worlds, each with 2,000 questions:"
      ),
      .table(.init(["world", "PSI", "right"], rows)),
      .text(
        "In the second the alarm rings and the answers are as good as ever. In the third nothing can be "
          + "seen in the inputs, and every fifth answer is wrong. Only true answers that come back later "
          + "show that: so ask for some, compare, and train anew when they say so."),
      .question(
        try .init(
          "A model was right 95 times in a hundred. Of 400 answers that came back, 352 were right. By how "
            + "much has its share fallen?", solution: "0.95 - 352 / 400",
          hint: "352 of 400 as a share.")))
  }
}
