import Foundation
import TestSupport
import Testing

/// Commands that use a model or look at data.
@Suite struct ModelCommandsTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    _ = try program("train", "students.csv", "--target", "passed", "--quiet", "--output", "run")
  }

  @Test func fileStandardInputAndFlagGiveTheSameAnswer() throws {
    try program.write("sleep,hours\n5,1\n8,7\n", to: "new.csv")
    let fromFile = try program("predict", "run", "new.csv", "--json").json()
    let fromInput = try program(
      "predict", "run/model.safetensors", "-", "--json", input: "hours,sleep\n1,5\n7,8\n"
    ).json()
    let flag = try program("predict", "run", "--input", "hours=7,sleep=8", "--json").json()
    let a = try #require(fromFile["predictions"] as? [[String: Any]])
    let b = try #require(fromInput["predictions"] as? [[String: Any]])
    let c = try #require(flag["predictions"] as? [[String: Any]])
    #expect(a as NSArray == b as NSArray)
    #expect(a[1] as NSDictionary == c[0] as NSDictionary)
    for answer in a {
      let shares = try #require(answer["probabilities"] as? [String: Double])
      #expect(Set(shares.keys) == ["0", "1"])
      #expect(abs(shares.values.reduce(0, +) - 1) < 1e-6)
      let label = try #require(answer["label"] as? String)
      #expect(shares[label] == shares.values.max())
    }
    #expect(a[0]["label"] as? String == "0" && a[1]["label"] as? String == "1")
  }

  @Test func missingColumnsAreAllNamed() throws {
    let outcome = try program("predict", "run", "-", input: "age\n5\n")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("`hours`") && outcome.errors.contains("`sleep`"))
  }

  @Test func evaluationCountsRowsByTrueClass() throws {
    let result = try program("evaluate", "run", "students.csv", "--json").json()
    let confusion = try #require(result["confusion"] as? [[Int]])
    #expect(confusion.map { $0.reduce(0, +) } == [6, 9], "six failed, nine passed")
    #expect(result["rows"] as? Int == 15)
    let right = Double(confusion[0][0] + confusion[1][1])
    #expect(abs(try #require(result["accuracy"] as? Double) - right / 15) < 1e-12)
    #expect(result["loss"] is Double)
  }

  @Test func inspectShowsAndVerifies() throws {
    let facts = try program("inspect", "run", "--json").json()
    #expect(facts["kind"] as? String == "model")
    #expect(facts["parameters"] as? Int == 2 * 16 + 16 + 16 + 1)
    #expect(try #require(facts["golden_examples_verified"] as? Int) > 0)
    let report = try JSONSerialization.jsonObject(with: Data(program.read("run/report.json").utf8))
    #expect(
      facts["weights_sha256"] as? String
        == (report as? [String: Any])?["weights_sha256"] as? String)
    let checkpoint = try program("inspect", "run/checkpoint.safetensors", "--json").json()
    #expect(checkpoint["kind"] as? String == "checkpoint")
    #expect(try program("inspect", "run").output.contains("dense/kernel [2, 16]"))
  }

  @Test func aDamagedModelIsRefused() throws {
    var bytes = try program.bytes("run/model.safetensors")
    bytes[bytes.count - 3] ^= 0x40
    try program.write(bytes, to: "damaged.safetensors")
    let outcome = try program("predict", "damaged.safetensors", "students.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
  }

  @Test func aSplitCanBeWrittenDownAndUsedAgain() throws {
    let facts = try program(
      "data", "students.csv", "--target", "passed", "--seed", "5", "--write-split", "split.json",
      "--json"
    ).json()
    #expect(facts["task"] as? String == "binary")
    #expect(facts["rows"] as? [String: Int] == ["train": 11, "validation": 2, "test": 2])
    #expect(facts["duplicates"] as? Int == 0)
    let again = try program(
      "data", "students.csv", "--target", "passed", "--write-split", "split.json")
    #expect(again.status == 73)
    let hashes = try [["--split", "split.json"], ["--seed", "5"]].enumerated().map { place, flags in
      // The same rows; the seed of the training itself is 5 in both.
      try program(
        ["train", "students.csv", "--target", "passed", "--json", "--quiet", "--seed", "5"]
          + (place == 0 ? flags : []) + ["--output", "split\(place)"]
      ).json()["weights_sha256"] as? String
    }
    #expect(hashes[0] != nil && hashes[0] == hashes[1])
  }

  @Test func benchPrintsTheKeysOfItsPeers() throws {
    let result = try program(
      "bench", "students", "--threads", "1", "--epochs", "3", "--json"
    ).json()
    #expect(result["peer"] as? String == "glassbox")
    #expect(result["workload"] as? String == "students")
    #expect(result["samples"] as? Int == 45)
    #expect(result["steps"] as? Int == 3)
    #expect(try #require(result["samples_per_s"] as? Double) > 0)
    #expect(result.keys.contains("test_accuracy"))
  }
}
