import Foundation
import Glassbox
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
  }

  @Test func flagsBeforeEnvironmentBeforeFileBeforeDefaults() throws {
    try program.write("seed: 3\nbatch: 5\nepochs: 7\n", to: "run.yaml")
    let printed = try program(
      "train", "students.csv", "--target", "passed", "--config", "run.yaml", "--epochs", "9",
      "--print-config", environment: ["GLASSBOX_BATCH": "6", "GLASSBOX_EPOCHS": "8"]
    ).json()
    #expect(printed["seed"] as? Int == 3, "the file")
    #expect(printed["batch"] as? Int == 6, "the environment")
    #expect(printed["epochs"] as? Int == 9, "the flag")
    #expect(printed["dropout"] as? Double == 0, "the default")
    #expect(!program.exists("runs"), "printing trains nothing")
  }

  @Test func thePrintedConfigurationCanBeFedBack() throws {
    let first = try program(
      "train", "students.csv", "--target", "passed", "--hidden", "4,3", "--dropout", "0.1",
      "--schedule", "step:every=5,factor=0.5", "--class-weights", "balanced", "--clip-norm", "1",
      "--print-config")
    #expect(first.status == 0)
    try program.write(first.output, to: "printed.json")
    let again = try program("train", "--config", "printed.json", "--print-config")
    #expect(again.output == first.output)
    let runs = try ["a", "b"].map { name in
      let arguments =
        name == "a"
        ? [
          "train", "students.csv", "--target", "passed", "--hidden", "4,3", "--dropout", "0.1",
          "--schedule", "step:every=5,factor=0.5", "--class-weights", "balanced", "--clip-norm",
          "1",
        ] : ["train", "--config", "printed.json"]
      return try program(arguments + ["--json", "--quiet", "--output", name]).json()
    }
    #expect(runs[0]["weights_sha256"] as? String == runs[1]["weights_sha256"] as? String)
  }

  @Test func aNetworkCanBeGivenAsLayers() throws {
    try program.write(
      """
      data: students.csv
      target: passed
      network:
        - {layer: dense, units: 3, activation: tanh, name: first}
        - {layer: dropout, rate: 0.1}
        - {layer: dense, units: 1}
      """, to: "run.yaml")
    #expect(
      try program("train", "--config", "run.yaml", "--quiet", "--output", "run").status == 0)
    let facts = try program("inspect", "run", "--json").json()
    let tensors = try #require(facts["tensors"] as? [[String: Any]])
    #expect(tensors.map { $0["name"] as? String }.contains("first/kernel"))
    #expect(facts["parameters"] as? Int == 2 * 3 + 3 + 3 + 1)
  }

  @Test func allMistakesAtOnceEachWithTheNearestName() throws {
    try program.write(
      """
      learning_rat: 0.1
      epochs: many
      network:
        - layer: dense
          units: 4
          activaton: relu
      """, to: "run.yaml")
    let outcome = try program(
      "train", "students.csv", "--target", "passed", "--config", "run.yaml", "--task", "magic")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("run.yaml:1:1"))
    #expect(outcome.errors.contains("`learning_rate`"))
    #expect(outcome.errors.contains("run.yaml:2:1"))
    #expect(outcome.errors.contains("`activation`"))
    #expect(outcome.errors.contains("--task"))
  }

  @Test(arguments: [
    (["train", "students.csv", "--target", "passed", "--frobnicate"], 64, "--frobnicate"),
    (["train", "students.csv"], 64, "hours, sleep, passed"),
    (["train"], 64, "glassbox train FILE.csv"),
    (
      ["train", "students.csv", "--target", "passed", "--epochs", "0", "--batch", "0"], 64, "batch"
    ),
    (["train", "students.csv", "--target", "passed", "--loss", "huber"], 64, "huber"),
    (["train", "students.csv", "--target", "passed", "--schedule", "cosine:over=0"], 64, "over"),
    (["train", "students.csv", "--target", "marks"], 65, "`marks`"),
    (["train", "bad.csv", "--target", "passed"], 65, "bad.csv:3"),
    (["train", "missing.csv", "--target", "passed"], 66, "missing.csv"),
    (["train", "students.csv", "--target", "passed", "--config", "no.yaml"], 66, "no.yaml"),
    (
      ["train", "students.csv", "--target", "passed", "--output", "students.csv/x"], 73, "students"
    ),
    (["predict", "missing"], 64, "--input"),
    (["predict", "missing", "students.csv"], 66, "missing"),
    (["predict", "students.csv", "students.csv"], 65, "students.csv"),
    (["resume", "missing"], 66, "missing"),
    (["bench", "mlp", "--data", "missing"], 66, "apt-get install dataset-fashion-mnist"),
  ])
  func mistakesHaveTheirExitCodes(
    _ arguments: [String], _ status: Int32, _ text: String
  ) throws {
    try program.write("hours,passed\n1,0\n2\n3,1\n", to: "bad.csv")
    let outcome = try program(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func everySettingIsAFlagWithItsHelp() throws {
    let help = try program("help", "train").output
    let words = help.split { $0.isWhitespace }.joined(separator: " ")
    for setting in RunConfiguration.settings {
      let flag = "--" + setting.name.replacing("_", with: "-")
      #expect(setting.name == "data" || words.contains(" \(flag) "), "\(flag)")
      #expect(words.contains(setting.help.split { $0.isWhitespace }.joined(separator: " ")))
      #expect(
        setting.isSwitch || setting.name == "data" || words.contains("default: \(setting.usual))")
          || setting.usual == "none", "\(flag)")
    }
  }

  @Test func newSettingsComeFromEverywhere() throws {
    try program.write("train_scores: ALL\n", to: "run.yaml")
    let printed = try program(
      "train", "students.csv", "--target", "passed", "--config", "run.yaml", "--print-config",
      environment: ["GLASSBOX_ACCUMULATE": "3"]
    ).json()
    #expect(printed["accumulate"] as? Int == 3)
    #expect(printed["train_scores"] as? String == "all")
    let wrong = try program(
      "train", "students.csv", "--target", "passed", "--train-scores", "alll", "--accumulate", "0")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("--train-scores: expected one of all, sample, none"))
    #expect(wrong.errors.contains("write `all`"))
    #expect(wrong.errors.contains("--accumulate: expected a whole number from 1"))
  }

  @Test func settingsAreNamedAsTheirFlags() throws {
    #expect(try program("train", "students.csv").errors.contains("Fix: set --target to one of"))
    let both = try program(
      "train", "students.csv", "--target", "passed", "--freeze", "all-but-last")
    #expect(both.errors.contains("from: expected a model beside --freeze, --head and --unfreeze"))
  }

  @Test func settingsAreListed() throws {
    #expect(try program("inspect", "--settings").output == RunConfiguration.settings.text)
    let list = try #require(
      try program("inspect", "--settings", "--json").json()["settings"] as? [[String: Any]])
    #expect(list.map { $0["name"] as? String } == RunConfiguration.settings.map(\.name))
  }

  @Test func theVersionNamesTheKernels() throws {
    let outcome = try program("--version", environment: ["GLASSBOX_KERNELS": "portable"])
    #expect(outcome.output.hasPrefix("glassbox 0.1.0"))
    #expect(outcome.output.contains("kernels portable"))
  }
}
