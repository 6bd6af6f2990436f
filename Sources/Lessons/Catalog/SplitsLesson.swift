import Charts
import Datasets
import Engine
import Formatting

/// Why data are split into three parts, and why the last is looked at once.
enum SplitsLesson: CatalogLesson {
  static let name = "splits"
  static let title = "Splits, and the sealed test"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "What a network has learned from says little about it. One part of the data teaches, a second "
        + "helps to choose, and a third, sealed until the end, says how good the choice is.",
      steps: [try parts(), try choosing(), try leaks()])
  }

  private static func parts() throws -> Lesson.Step {
    // Every fifth row is of the rare class.
    let classes = (0..<100).map { $0 % 5 == 0 ? 1 : 0 }
    let split = try Split(count: 100, strata: classes, seed: 1)
    let rows = [
      ("train", split.train, "learned from"), ("validation", split.validation, "chosen with"),
      ("test", split.test, "looked at once"),
    ].map { name, places, use in
      [
        name, "\(places.count)", "\(places.count { classes[$0] == 0 })",
        "\(places.count { classes[$0] == 1 })", use,
      ]
    }
    return .init(
      "Three parts of one hundred rows",
      .text(
        "Eighty rows of a common class, twenty of a rare one. A stratified split gives each part its share "
          + "of both; drawn without care, the test could have one rare row or six."),
      .table(.init(["part", "rows", "common", "rare", "used"], rows)),
      .question(
        try .init(
          "1,200 rows, split 70, 15 and 15 of a hundred. How many are in the test?",
          solution: "1200 * 0.15", hint: "15 % of them.", tolerance: 0)))
  }

  private static let validationRows = 50

  /// The share of rows that a guesser has right.
  private static func score(_ rows: Int, _ generator: inout RandomGenerator) -> Double {
    Double((0..<rows).count { _ in generator.uniform() < 0.5 }) / Double(rows)
  }

  private static func choosing() throws -> Lesson.Step {
    var generator = RandomGenerator(seed: 11)
    var best = (validation: 0.0, test: 0.0)
    var chosen: [(validation: Double, test: Double)] = []
    for _ in 0..<200 {
      let next = (
        validation: score(validationRows, &generator), test: score(10_000, &generator)
      )
      if next.validation > best.validation { best = next }
      chosen.append(best)
    }
    let rows = [1, 10, 50, 200].map { tries in
      [
        "\(tries)", percentText(chosen[tries - 1].validation),
        percentText((chosen[tries - 1].test * 1000).rounded() / 1000),
      ]
    }
    return .init(
      "What choosing does to a score",
      .text(
        "200 models that only guess, each right half the time, judged on \(validationRows) validation "
          + "rows. Whoever tries more of them and keeps the best sees a better and better score. On new "
          + "rows the chosen one still guesses:"),
      .chart(
        LineChart(
          title: "The best of so many guessers",
          series: [
            .init("on validation", values: chosen.map(\.validation)),
            .init("on new rows", values: chosen.map(\.test)),
          ], xTitle: "models tried", yTitle: "share right")),
      .table(.init(["models tried", "validation", "new rows"], rows)),
      .text(
        "The same happens with epochs, settings and architectures. So the number that is told to others "
          + "comes from rows that chose nothing. Who looks at the test, changes something and looks again, "
          + "has made it a validation part."),
      .question(
        try .init(
          "A guesser on 50 rows: its score scatters by √(0.5 · 0.5 ÷ 50). How much is that?",
          solution: "sqrt(0.5 * 0.5 / 50)", hint: "The root of 0.005.")))
  }

  private static func leaks() throws -> Lesson.Step {
    let train = [2.0, 4, 6, 8]
    let (inner, all) = (train.reduce(0, +) / 4, (train.reduce(0, +) + 100) / 5)
    return .init(
      "How a test leaks",
      .table(
        .init(
          ["leak", "instead"],
          [
            ["scaled with the mean of all rows", "the mean of the training rows"],
            ["the same picture in two parts", "copies kept together"],
            ["one patient in two parts", "split by patient"],
            ["tomorrow's rows in training", "split by time"],
            ["a column made from the answer", "leave it out"],
          ])),
      .text(
        "Four training rows \(listText(train)) have the mean \(numberText(inner)). With a test row of 100 "
          + "among them it is \(numberText(all)): every training input would tell of the test."),
      .question(
        try .init(
          "Training rows 2, 4, 6, 8; the test row is 10. By what does the mean move if the test row is "
            + "counted in?", solution: "(2 + 4 + 6 + 8 + 10) / 5 - (2 + 4 + 6 + 8) / 4",
          hint: "Two means, one minus the other.")))
  }
}
