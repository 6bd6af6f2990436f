import Foundation
import Glassbox
import TestSupport
import Testing

/// Mistakes in the `network:` of a configuration file, and in the flags beside it.
@Suite struct NetworkMistakesTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    try program.write(
      "a,b,c,y\n"
        + (0..<12).map { "\($0),\($0 % 5),\($0 % 3),\($0 % 2 == 0 ? "n" : "p")\n" }.joined(),
      to: "steps.csv")
  }

  private func train(_ layers: String, _ flags: String...) throws -> Program.Outcome {
    try program.write(
      "data: steps.csv\ntarget: y\nsequence: a..c\nnetwork:\n" + layers, to: "run.yaml")
    return try program(
      ["train", "--config", "run.yaml", "--quiet", "--epochs", "1", "--output", "run"] + flags)
  }

  private func expectMistake(
    _ outcome: Program.Outcome, _ texts: String..., location: SourceLocation = #_sourceLocation
  ) {
    #expect([1, 64, 65].contains(outcome.status), "\(outcome.errors)", sourceLocation: location)
    #expect(!program.exists("run"), "nothing is left behind", sourceLocation: location)
    for text in texts {
      #expect(outcome.errors.contains(text), "\(outcome.errors)", sourceLocation: location)
    }
  }

  @Test func unknownSettingsAreFoundAtEveryDepth() throws {
    let outcome = try train(
      """
        - layer: bidirectional
          layers:
            - layer: lstm
              unit: 3
              units: 3
        - layer: residual
          layers: [{layer: dense, units: 6, activaton: relu}]
          shortcut:
            - {layer: dense, units: 6, bais: false}
        - {layer: flatten, axis: 1}
        - {layer: dense, units: 1}
      """)
    expectMistake(
      outcome, "run.yaml:8:", "network[0].layers[0]", "`unit`", "write `units`", "run.yaml:11:",
      "network[1].layers[0]", "write `activation`", "run.yaml:13:", "network[1].shortcut[0]",
      "write `bias`", "run.yaml:14:", "no settings for flatten")
  }

  /// A name that is like no other is not taken for one.
  @Test(arguments: [("gru", "reset_after"), ("lstm", "dropout")])
  func farNamesAreNotSuggested(_ kind: String, _ name: String) throws {
    let outcome = try train("  - {layer: \(kind), units: 2, \(name): 1}\n")
    expectMistake(outcome, "`\(name)`", "the settings are activation, bias, bias_initializer")
    #expect(!outcome.errors.contains("write `"))
  }

  @Test func valuesThatAreNoneOfSomeNamesListThem() throws {
    let inner = "layers: [{layer: gru, units: 2}]"
    expectMistake(
      try train("  - {layer: bidirectional, merge: max, \(inner)}\n"), "run.yaml:5:",
      "network[0].merge", "one of concat, sum, ave, mul", "`max`")
    expectMistake(
      try train("  - {layer: dense, units: 2, activation: relo}\n"), "run.yaml:5:", "network[0]",
      "one of linear, sigmoid")
    expectMistake(
      try train("  - {layer: conv1d, filters: 2, kernel_size: 2, padding: some}\n"),
      "network[0].padding", "valid, same, causal")
    expectMistake(
      try train("  - {layer: conv2d, filters: 2, kernel_size: [1, 2, 3]}\n"),
      "network[0].kernel_size")
    expectMistake(try train("  - {layer: dens, units: 2}\n"), "network[0]", "`dens`")
    expectMistake(try train("  - {layer: dense}\n"), "network[0].units")
  }

  @Test func numbersThatFitIntoNothingAreRefused() throws {
    let end = "  - {layer: dense, units: 1}\n"
    for (kind, units) in [
      ("lstm", "4611686018427387904"), ("gru", "3074457345618258603"),
      ("lstm", "2305843009213693951"),
    ] {
      expectMistake(
        try train("  - {layer: \(kind), units: \(units)}\n" + end), "network[0].units",
        "from 1 to 16777216")
    }
    expectMistake(
      try train("  - {layer: simple_rnn, units: 10000000}\n" + end), "memory that may be used here",
      "simple_rnn/recurrent_kernel needs 363.8 TiB")
    expectMistake(
      try train("  - {layer: dense, units: 1000000000000}\n" + end), "units", "from 1 to")
    let pool =
      "  - {layer: reshape, shape: [3, 1, 1]}\n"
      + "  - {layer: max_pool2d, pool_size: 1073741824, strides: 1, padding: same}\n"
      + "  - {layer: flatten}\n"
    let outcome = try train(pool + end)
    #expect(outcome.status < 128, "no crash: \(outcome.errors)")
  }

  @Test(arguments: [
    ["--augment", "="], ["--schedule", "step:="], ["--schedule", "step:=3"], ["--sequence", "="],
  ])
  func flagsWithoutANameAreRefused(_ flags: [String]) throws {
    let outcome = try program(
      ["train", "students.csv", "--target", "passed", "--output", "run"] + flags)
    #expect([64, 65].contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.errors.contains(flags[0].dropFirst(2)))
  }

  @Test func theCorrectedCommandFindsNoRunInItsWay() throws {
    let layers = "  - {layer: lstm, units: 2}\n  - {layer: dense, units: "
    expectMistake(try train(layers + "2}\n"), "1 unit", "--loss cross_entropy")
    #expect(try train(layers + "1}\n").status == 0)
    #expect(program.exists("run/model.safetensors"))
  }

  @Test func twoClassesMayHaveTwoUnits() throws {
    let outcome = try train(
      "  - {layer: lstm, units: 2}\n  - {layer: dense, units: 2}\n", "--loss", "cross_entropy")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(arguments: ["binary_cross_entropy", "cross_entropy"])
  func answersAtEveryStepNameTheirCause(_ loss: String) throws {
    let outcome = try train(
      "  - {layer: lstm, units: 4, return_sequences: true}\n  - {layer: dense, units: 1}\n",
      "--loss", loss)
    expectMistake(outcome, "return_sequences", "flatten")
  }

  @Test func everyLayerIsListedWithItsSettings() throws {
    let listing = try program("inspect", "--layers")
    #expect(listing.status == 0)
    let layers = try #require(
      try program("inspect", "--layers", "--json").json()["layers"] as? [[String: Any]])
    #expect(layers.count == Registry.standard.layers.count)
    for kind in Registry.standard.layers {
      let listed = try #require(layers.first { $0["layer"] as? String == kind.kind })
      let settings = try #require(listed["settings"] as? [[String: Any]])
      #expect(settings.map { $0["name"] as? String } == kind.settingFacts.map(\.name), "\(kind)")
      // In the text: the lines between the layer's own and the next that is not indented.
      let lines = listing.output.split(separator: "\n", omittingEmptySubsequences: false)
      let start = try #require(lines.firstIndex { $0 == kind.kind })
      let shown = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
      #expect(
        shown.map { $0.split(separator: " ").first.map(String.init) }
          == kind.settingFacts.map(\.name), "\(kind)")
    }
    #expect(listing.output.contains("\nactivations: linear"))
    let embedding = try #require(layers.first { $0["layer"] as? String == "embedding" })
    let settings = try #require(embedding["settings"] as? [[String: Any]])
    #expect(
      settings.map { $0["name"] as? String } == [
        "tokens", "units", "mask_zero", "initializer", "name",
      ])
    #expect(settings[0]["required"] as? Bool == true && settings[2]["default"] as? Bool == false)
    #expect(try program("inspect").status == 64)
  }
}
