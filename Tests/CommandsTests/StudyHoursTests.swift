import Foundation
import Testing

/// Fifteen students: hours of study, hours of sleep, passed or not. Two inputs, five rectified units,
/// one answer, Adam, and the split that scikit-learn's `train_test_split(test_size=0.3,
/// random_state=42)` draws.
@Suite struct StudyHoursTests {
  let program: Program

  init() throws { program = try Program() }

  @Test func theSplitIsFollowedAndTheTrainingRowsAreLearned() throws {
    let table = "\(ExampleData.folder)/study-hours.csv"
    let report = try program(
      "train", table, "--target", "passed", "--split",
      "\(ExampleData.folder)/study-hours-split.json", "--hidden", "5", "--activation", "relu",
      "--optimizer", "adam", "--learning-rate", "0.01", "--epochs", "2000", "--patience", "0",
      "--output", "students", "--json", "--quiet"
    ).json()
    #expect(report["task"] as? String == "binary")
    #expect(report["parameters"] as? Int == 2 * 5 + 5 + 5 + 1)
    #expect(report["rows"] as? [String: Int] == ["train": 10, "validation": 0, "test": 5])

    let rows = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
    let learned = [1, 2, 3, 4, 6, 7, 8, 10, 12, 14]
    try program.write(
      ([rows[0]] + learned.map { rows[$0 + 1] }).joined(separator: "\n") + "\n", to: "train.csv")
    let scores = try program("evaluate", "students", "train.csv", "--json").json()
    #expect(scores["rows"] as? Int == 10)
    #expect(scores["accuracy"] as? Double == 1)
  }
}
