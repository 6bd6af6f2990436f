import Foundation
import TestSupport
import Testing

/// Weights by name from the command line: out, in, on with them, and each slip.
@Suite struct WeightsCommandTests {
  private let program: Program
  private let training = [
    "train", "students.csv", "--target", "passed", "--config", "net.yaml", "--quiet",
  ]

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    try program.write(
      """
      network:
        - {layer: dense, units: 4, activation: relu, name: fc1}
        - {layer: dense, units: 1, name: fc2}
      """, to: "net.yaml")
  }

  @Test func outAndInAndOn() throws {
    let first = try program(training + ["--epochs", "2", "--output", "first", "--json"]).json()
    let facts = try program(
      "export", "first", "w.safetensors", "--layout", "torch", "--json"
    ).json()
    #expect(
      facts["tensors"] as? [String] == [
        "fc1.weight [4, 2]", "fc1.bias [4]", "fc2.weight [1, 4]", "fc2.bias [1]",
      ])
    #expect(facts["parameters"] as? Int == 17)
    #expect(try program("inspect", "w.safetensors").output.contains("fc1.weight [4, 2]"))

    // A rate of almost nothing changes no bit.
    let second = try program(
      training + [
        "--weights", "w.safetensors", "--epochs", "1", "--learning-rate", "1e-30", "--optimizer",
        "sgd", "--output", "second", "--json",
      ]
    ).json()
    #expect(second["weights_sha256"] as? String == first["weights_sha256"] as? String)
    let origin = try #require(second["weights"] as? [String: Any])
    #expect(origin["file"] as? String == "w.safetensors")

    try program.write("", to: "w.safetensors")
    let outcome = try program("resume", "second", "--epochs", "2", "--quiet", "--json")
    #expect(try outcome.json()["epochs_run"] as? Int == 2)
  }

  /// One sentence for each tensor, and for each slip in the rules; nothing is trained.
  @Test func whatDoesNotFitIsSaid() throws {
    _ = try program(training + ["--epochs", "1", "--output", "first"])
    _ = try program("export", "first", "w.safetensors")
    try program.write(
      "layers: {fc1: there.0, fc3: there.1}\nignore: [\"fc1.*\"]\n", to: "rules.yaml")
    let outcome = try program(
      training + ["--weights", "w.safetensors", "--map", "rules.yaml", "--output", "second"])
    #expect(outcome.status == 65)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 3, "\(outcome.errors)")
    #expect(lines.first?.contains("map.layers: expected the name of a layer with weights") == true)
    #expect(lines.first?.contains("`fc1`") == true || lines.first?.contains("`fc2`") == true)
    #expect(lines.last?.contains("expected `there.0.bias` in w.safetensors") == true)
    #expect(!program.exists("second"))
    for (name, content, words) in [
      ("empty.pth", "", "an empty file"), ("text.pth", "hello, world", "bytes of another kind"),
    ] {
      try program.write(content, to: name)
      let outcome = try program(training + ["--weights", name, "--output", "second"])
      #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test func flagsThatDoNotBelongTogetherAreRefused() throws {
    _ = try program(training + ["--epochs", "1", "--output", "first"])
    for words in [
      ["w.onnx", "--layout", "torch"], ["w.safetensors", "--opset", "17"],
      ["w.safetensors", "--layout", "tensorflow"], ["w.txt"],
    ] {
      let outcome = try program(["export", "first"] + words)
      #expect(outcome.status == 64, "\(words): \(outcome.errors)")
    }
  }
}
