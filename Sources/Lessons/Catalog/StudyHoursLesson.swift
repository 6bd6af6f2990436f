import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Pass or fail from hours of study and sleep; and why looking at the data comes first.
enum StudyHoursLesson: CatalogLesson {
  static let name = "study-hours"
  static let title = "Study hours: pass or fail"

  private static let students: [[Double]] = [
    [1, 5], [2, 6], [1, 4], [3, 5], [4, 6], [5, 5], [5, 7], [6, 6], [7, 5], [8, 6], [2, 3], [3, 4],
    [6, 7], [7, 8], [8, 7],
  ]
  private static let passed: [Double] = [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1]
  /// The five that the text keeps for its test, by place.
  private static let tested = [9, 11, 0, 13, 5]

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea: "Fifteen students, two numbers each, one yes-or-no answer from a network of 2-5-1. The "
        + "network of a worked text scores 60 %. Is that good, and why is it not better?",
      steps: [try baseline(), labels(), try training()])
  }

  private static func baseline() throws -> Lesson.Step {
    let share = tested.map { passed[$0] }.reduce(0, +) / Double(tested.count)
    return .init(
      "What 60 % means here",
      .text(
        "Five students are the test. The text's network answers 'pass' to all three new "
          + "students it is asked about, whatever their hours. Suppose it always does. Then its score "
          + "on the test is the share of passes in it."),
      .formula(
        .init(
          "accuracy",
          SymbolicExpression.variable("passes", share * Double(tested.count))
            / .variable("students", Double(tested.count)))),
      .printed([.init("accuracy", prints: "0.6000000238418579", computed: share)]),
      .text(
        "So 60 % is what no learning at all would score. (The long tail of digits is 0.6 as a "
          + "32-bit number.) The network was asked for 200 epochs of ten students in one batch: only 200 "
          + "small steps."),
      .question(
        try .init(
          "All fifteen students: what share is right if the answer is always 'pass'?",
          solution: "\(Int(passed.reduce(0, +))) / \(passed.count)",
          hint: "Count the passes in the table below.")))
  }

  private static func labels() -> Lesson.Step {
    let rows = students.indices.map { index in
      let expected = students[index][0] >= 4 ? 1.0 : 0
      return [
        numberText(students[index][0]), numberText(students[index][1]),
        passed[index] == 1 ? "pass" : "fail", tested.contains(index) ? "test" : "train",
        expected == passed[index] ? "" : "← look here",
      ]
    }
    return .init(
      "Look at the data first",
      .table(.init(["study", "sleep", "answer", "part", ""], rows)),
      .text(
        "Everybody from 4 hours of study on passes, except one with 8 hours who fails; everybody "
          + "below fails, except one with 3 hours who passes. Read in the text's own line breaks, "
          + "the answers seem to have slipped by one place there. Both odd rows are in its test, so a "
          + "network that understood the rest gets at most 3 of 5: 60 % again."))
  }

  private static func data(_ rows: [Int], _ answers: [Double]) throws -> Dataset {
    // Hours as parts of ten, so that inputs are near 1.
    try Dataset(
      rows.map { students[$0].map { $0 / 10 } }, targets: rows.map { [answers[$0]] })
  }

  private static func training() throws -> Lesson.Step {
    var mended = passed
    (mended[9], mended[11]) = (1, 0)
    let learned = students.indices.filter { !tested.contains($0) }
    var figure: Figure?
    let rows = try [("as in the text", passed), ("two answers swapped", mended)].flatMap {
      name, answers in
      try [(0.001, 200), (0.02, 200)].map { rate, epochs in
        var trainer = Trainer(
          Sequential {
            Dense(5, activation: .relu); Dense(1)
          }, loss: .binaryCrossEntropy,
          optimizer: .adam(learningRate: rate), seed: 3)
        try trainer.fit(data(learned, answers), epochs: epochs)
        figure = try boundary(
          trainer, labels: ["fail", "pass"],
          points: students.indices.map {
            .init(x: students[$0][0], y: students[$0][1], label: Int(answers[$0]))
          }, xTitle: "hours of study", yTitle: "hours of sleep", shown: { $0 / 10 })
        return [name, numberText(rate)]
          + [try score(trainer, learned, answers), try score(trainer, tested, answers)]
      }
    }
    return .init(
      "Train it, with both sets of answers",
      .text("The same network and 200 epochs of Adam; hours are divided by ten first."),
      .table(.init(["answers", "rate", "training", "test"], rows)),
      .text("What the last of the four answers for any hours, with all fifteen students:"),
      .figure(figure!),
      .text("Five students can only score in steps of 20 %: any number here is a rough one."))
  }

  private static func score(
    _ trainer: Trainer, _ rows: [Int], _ answers: [Double]
  ) throws -> String {
    let predictions = try trainer.predict(data(rows, answers))
    let right = zip(rows, predictions).count { ($1 > 0.5 ? 1.0 : 0) == answers[$0] }
    return "\(right) of \(rows.count)"
  }
}
