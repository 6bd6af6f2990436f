import Foundation
import TestSupport
import Testing

@Suite struct TrainTests {
  let program: Program

  init() throws { program = try Program() }

  @Test func doesTheRightThingWithNothingElseSaid() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let outcome = try program("train", "students.csv", "--target", "passed")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("binary of `passed`: 11 rows to train"))
    #expect(outcome.output.contains("true \\ predicted"))
    #expect(outcome.output.contains("Next: glassbox predict runs/students students.csv"))
    #expect(outcome.errors.contains("epoch 1/"))
    #expect(!outcome.errors.contains("\r"), "no progress bar away from a terminal")
    for file in [
      "config.json", "split.json", "metrics.jsonl", "model.safetensors", "checkpoint.safetensors",
      "report.json",
    ] {
      #expect(program.exists("runs/students/\(file)"), "\(file)")
    }
    // The next run takes the next free name.
    #expect(try program("train", "students.csv", "--target", "passed").status == 0)
    #expect(program.exists("runs/students-2/model.safetensors"))
  }

  @Test func printsOneJSONObject() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let outcome = try program(
      "train", "students.csv", "--target", "passed", "--json", "--quiet", "--output", "run")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let report = try outcome.json()
    for key in [
      "task", "rows", "parameters", "epochs_run", "best_epoch", "validation", "test", "seconds",
      "samples_per_second", "model", "run", "seed", "threads", "kernels", "weights_sha256",
    ] {
      #expect(report[key] != nil, "\(key)")
    }
    #expect(report["task"] as? String == "binary")
    #expect(report["rows"] as? [String: Int] == ["train": 11, "validation": 2, "test": 2])
    #expect(report["model"] as? String == "run/model.safetensors")
    let test = try #require(report["test"] as? [String: Any])
    #expect(test["loss"] is Double && test["accuracy"] != nil)
    // Of two rows no interval holds, and the scores say so.
    #expect(test["interval"] == nil)
    let scores = try #require(test["scores"] as? [String: Any])
    let classes = try #require(scores["classification"] as? [String: Any])
    let accuracy = try #require(classes["accuracy"] as? [String: Any])
    #expect(accuracy["reason"] as? String == "2 examples, fewer than the 10 that an interval needs")
    let lines = try program.read("run/metrics.jsonl").split(separator: "\n")
    #expect(lines.count == report["epochs_run"] as? Int)
    // The file holds what was printed, and what the page beside it shows besides.
    let stored = try #require(
      JSONSerialization.jsonObject(with: Data(program.read("run/report.json").utf8))
        as? [String: Any])
    #expect(stored.count >= report.count)
    #expect((stored.filter { report[$0.key] != nil } as NSDictionary) == (report as NSDictionary))
  }

  /// A image read row by row is a sequence; so are the columns of a table, as tokens or numbers.
  @Test func readsSequencesAsTheFileSays() throws {
    try program.write(
      """
      data: DIGITS
      target: digit
      scaling: none
      epochs: 2
      network:
        - {layer: reshape, shape: [8, 8]}
        - {layer: lstm, units: 24, return_sequences: true}
        - {layer: bidirectional, layers: [{layer: gru, units: 12}]}
        - {layer: batch_norm}
        - {layer: dense, units: 10}
      """.replacing("DIGITS", with: ExampleData.digits), to: "sequences.yaml")
    let outcome = try program(
      "train", "--config", "sequences.yaml", "--json", "--quiet", "--output", "sequences")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let evaluated = try program("evaluate", "sequences", ExampleData.digits, "--json")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let tokens = (0..<120).map { row in
      "\(1 + row % 5),\(1 + row * 3 % 5),\(row % 3 == 0 ? 0 : 2),\(row % 5 == 2 ? "yes" : "no")\n"
    }
    try program.write("a,b,c,label\n" + tokens.joined(), to: "tokens.csv")
    try program.write(
      """
      data: tokens.csv
      target: label
      scaling: none
      epochs: 30
      batch: 8
      learning_rate: 0.02
      network:
        - {layer: embedding, tokens: 6, units: 8, mask_zero: true}
        - {layer: lstm, units: 16}
        - {layer: dense, units: 1}
      """, to: "tokens.yaml")
    let words = try program("train", "--config", "tokens.yaml", "--json", "--quiet")
    #expect(words.status == 0, "\(words.errors)")
    let test = try #require(try words.json()["test"] as? [String: Any])
    #expect(try #require(test["accuracy"] as? Double) > 0.9)
  }

  @Test func learnsTheDigits() throws {
    let accuracies = try (1...5).map { seed in
      let outcome = try program(
        "train", ExampleData.digits, "--target", "digit", "--seed", "\(seed)", "--json", "--quiet",
        "--output", "digits\(seed)")
      let report = try outcome.json()
      #expect(report["task"] as? String == "multiclass")
      let test = try #require(report["test"] as? [String: Any])
      return try #require(test["accuracy"] as? Double)
    }
    #expect(accuracies.sorted()[2] >= 0.96, "\(accuracies)")
  }

  @Test func learnsNumbersInTheirOwnUnit() throws {
    try program.write(ExampleData.houses, to: "houses.csv")
    let report = try program(
      "train", "houses.csv", "--target", "price", "--json", "--quiet", "--output", "run"
    ).json()
    #expect(report["task"] as? String == "regression")
    let test = try #require(report["test"] as? [String: Any])
    // Prices spread over 200,000, with a deviation of about 58,000.
    let error = try #require(test["rmse"] as? Double)
    #expect(error > 1 && error < 6000)
    #expect(try #require(test["r2"] as? Double) > 0.98)
    let answer = try program(
      "predict", "run", "--input", "area=100,colour=red", "--json"
    ).json()
    let predictions = try #require(answer["predictions"] as? [[String: Any]])
    #expect(abs(try #require(predictions[0]["value"] as? Double) - 120_000) < 12_000)
  }

  @Test func threadsChangeNoBit() throws {
    let hashes = try ["1", "2", "3"].map { threads in
      try program(
        "train", ExampleData.digits, "--target", "digit", "--epochs", "3", "--dropout", "0.2",
        "--threads", threads, "--json", "--quiet", "--output", "run\(threads)"
      ).json()["weights_sha256"] as? String
    }
    #expect(hashes[0] != nil && Set(hashes).count == 1)
  }

  @Test func learnsImagesFromIDXFiles() throws {
    let (images, labels) = ExampleData.idx(count: 120)
    try program.write(images, to: "images")
    try program.write(labels, to: "labels")
    let report = try program(
      "train", "images:labels", "--test", "images:labels", "--hidden", "8", "--json", "--quiet",
      "--output", "run"
    ).json()
    #expect(report["rows"] as? [String: Int] == ["train": 102, "validation": 18, "test": 120])
    #expect(report["labels"] as? [String] == ["3", "7"])
    let evaluation = try program("evaluate", "run", "images:labels", "--json").json()
    #expect(evaluation["accuracy"] as? Double == 1)
    #expect(evaluation["confusion"] as? [[Int]] == [[80, 0], [0, 40]])
    let answer = try program("predict", "run", "images", "--json").json()
    let predictions = try #require(answer["predictions"] as? [[String: Any]])
    #expect(predictions.count == 120)
    #expect(predictions[0]["label"] as? String == "7" && predictions[1]["label"] as? String == "3")
  }

  @Test func overwritesNothingWithoutForce() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let arguments = ["train", "students.csv", "--target", "passed", "--quiet", "--output", "run"]
    #expect(try program(arguments).status == 0)
    let model = try program.bytes("run/model.safetensors")
    let refused = try program(arguments + ["--seed", "2"])
    #expect(refused.status == 73)
    #expect(refused.errors.contains("--force"))
    #expect(try program.bytes("run/model.safetensors") == model)
    #expect(try program(arguments + ["--seed", "2", "--force"]).status == 0)
    #expect(try program.bytes("run/model.safetensors") != model)
  }

  @Test func aDivergedTrainingLeavesNothingHalfWritten() throws {
    try program.write(ExampleData.houses, to: "houses.csv")
    let outcome = try program(
      "train", "houses.csv", "--target", "price", "--optimizer", "sgd", "--learning-rate", "1e30",
      "--quiet", "--output", "run")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("dense"), "the layer: \(outcome.errors)")
    #expect(outcome.errors.contains("matrix product"), "the op: \(outcome.errors)")
    #expect(!program.exists("run/model.safetensors"))
    let files = try FileManager.default.contentsOfDirectory(
      atPath: program.folder.appendingPathComponent("run").path)
    #expect(!files.contains { $0.hasSuffix(".partial") })
  }

  @Test func triesOutLearningRatesOnACopy() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let outcome = try program("train", "students.csv", "--target", "passed", "--find-learning-rate")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Loss over the learning rate"))
    #expect(outcome.output.contains("before and after"))
    #expect(!program.exists("runs"))
    let json = try program(
      "train", "students.csv", "--target", "passed", "--find-learning-rate", "--output", "rates",
      "--json", "--quiet")
    let result = try json.json()
    #expect((result["steps"] as? [Any])?.count ?? 0 > 20)
    #expect(
      program.exists("rates/learning_rates.html") && program.exists("rates/learning_rates.json"))
    #expect(try program.read("rates/learning_rates.html").contains("<svg"))
    let again = try program(
      "train", "students.csv", "--target", "passed", "--find-learning-rate", "--output", "rates")
    #expect(again.status == 73, "nothing is overwritten")
    if let next = result["next"] as? String {
      let words = next.split(separator: " ").map(String.init)
      #expect(try program(Array(words.dropFirst()) + ["--epochs", "2"]).status == 0)
    }
  }

  @Test func crossValidates() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let words = ["train", "students.csv", "--target", "passed", "--epochs", "5", "--folds"]
    let outcome = try program(words + ["3"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("3 folds, binary of `passed`"))
    #expect(outcome.errors.contains("2 test rows stay sealed"))
    #expect(!program.exists("runs"))
    let report = try program(words + ["3", "--json", "--quiet"]).json()
    #expect((report["folds"] as? [Any])?.count == 3)
    #expect((report["scores"] as? [String: Any])?["loss"] != nil)
    #expect(try program(words + ["1"]).status == 65)
    #expect(try program(words + ["3", "--find-learning-rate"]).status == 64)
  }

  @Test func trainsAnEnsemble() throws {
    try program.write(ExampleData.students, to: "students.csv")
    let outcome = try program(
      "train", "students.csv", "--target", "passed", "--epochs", "5", "--ensemble", "2", "--output",
      "both")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("mean of members"))
    #expect(program.exists("both/model.safetensors") && program.exists("both/ensemble.json"))
    #expect(program.exists("both/member_2/report.json"))
    let answers = try program("predict", "both", "students.csv", "--json", "--quiet").json()
    let first = try #require((answers["predictions"] as? [[String: Any]])?.first)
    #expect(first["disagreement"] is Double)
    for words in [
      ["predict", "both", "students.csv"], ["evaluate", "both", "students.csv"],
      ["inspect", "both"], ["prove", "both", "students.csv"], ["explain", "both", "students.csv"],
      ["trace", "both", "students.csv"],
    ] {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      if words[0] == "predict" { #expect(outcome.output.contains("disagreement")) }
    }
    let again = try program(
      "train", "students.csv", "--target", "passed", "--ensemble", "2", "--output", "both")
    #expect(again.status == 73, "nothing is replaced unasked")
  }
}
