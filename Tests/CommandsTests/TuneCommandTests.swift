import Foundation
import TestSupport
import Testing

/// `glassbox tune`, as a user meets it.
@Suite struct TuneCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(
      "hours,result\n"
        + (0..<80).map { "\(Double($0 * 37 % 100) / 10),\($0 * 37 % 100 > 50 ? "good" : "bad")\n" }
        .joined(), to: "hours.csv")
  }

  private let quick = [
    "tune", "hours.csv", "--target", "result", "--epochs", "3", "--finalists", "1",
    "--final-seeds", "2",
  ]

  @Test func aStudyGoesOnAndItsBestTrains() throws {
    let first = try program(quick + ["--trials", "4"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("no space was given, so one was made"))
    for file in ["best.yaml", "report.html", "report.json", "study.sqlite", "runs/0004"] {
      #expect(program.exists("studies/hours/\(file)"), "\(file)")
    }
    let again = try program(quick + ["--trials", "4"])
    #expect(again.status == 73 && again.errors.contains("--study"), "\(again.errors)")
    let more = try program("tune", "--study", "studies/hours", "--trials", "6", "--json")
    #expect(more.status == 0, "\(more.errors)")
    let study = try #require(try more.json()["study"] as? [String: Any])
    #expect((study["trials"] as? [Any])?.count == 6)
    let best = try program(
      "train", "--config", "studies/hours/best.yaml", "--output", "best", "--quiet")
    #expect(best.status == 0, "\(best.errors)")
  }

  @Test func foldsAndParallelWorkersGiveAWinner() throws {
    let outcome = try program(
      quick + ["--trials", "3", "--folds", "3", "--parallel", "2", "--study", "folds", "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try outcome.json()
    let decision = try #require(report["decision"] as? [String: Any])
    #expect((decision["test"] as? String)?.contains("accuracy") == true)
  }

  @Test func everythingWrongIsSaidAtOnce() throws {
    try program.write("learning_rat: [1]\nbatch: {from: 9, to: 3}\n", to: "space.yaml")
    let space = try program(quick + ["--space", "space.yaml"])
    #expect(space.status == 64, "\(space.errors)")
    #expect(space.errors.contains("space.yaml:1:1") && space.errors.contains("space.yaml:2:1"))
    let settings = try program(quick + ["--trials", "0", "--sampler", "tpr", "--folds", "1"])
    #expect(settings.status == 64)
    for flag in ["trials", "sampler", "folds"] { #expect(settings.errors.contains(flag)) }
    #expect(!program.exists("studies"))
    let pruning = try program(quick + ["--pruning", "halvin"])
    #expect(pruning.status == 64 && pruning.errors.contains("`halving`"), "\(pruning.errors)")
    #expect(try program("tune").status == 64)
    #expect(try program("tune", "--study", "nowhere").status == 66)
  }
}
