import Foundation
import TestSupport
import Testing

/// Runs the examples as a reader would and looks at what they print.
@Suite struct ExamplesTests {
  @Test func oneNeuronLearnsInOneStep() throws {
    let lines = try run("OneNeuron")
    #expect(
      lines == [
        "ŷ = 1.1", "loss = 0.16", "∂L/∂w = -1.6", "∂L/∂b = -0.8", "new w = 0.66", "new b = 0.18",
        "new ŷ = 1.5",
      ])
  }

  @Test func tenLinesReadDigits() throws {
    // It writes a file, so it runs in a folder of its own that has the same data.
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("Examples"), withDestinationPath: repositoryPath("Examples"))
    let lines = try run("TenLines", in: folder.path)
    let accuracy = try #require(lines.first { $0.hasPrefix("accuracy") })
    #expect(try #require(Double(accuracy.split(separator: " ")[1])) > 0.93)
    // The program opens what the library wrote.
    let answers = try run(
      "glassbox", ["predict", "digits.safetensors", "Examples/Data/digits.csv"], in: folder.path
    ).dropFirst()
    let truth = try repositoryText("Examples/Data/digits.csv").split(whereSeparator: \.isNewline)
      .dropFirst()
      .compactMap { $0.split(separator: ",").last }
    #expect(answers.count == truth.count)
    let right = zip(answers, truth).count { $0.split(separator: " ")[1] == $1.filter(\.isNumber) }
    #expect(Double(right) > 0.95 * Double(truth.count))
  }

  /// What the README shows is what runs.
  @Test func theReadmeShowsTheTenLines() throws {
    let example = try repositoryText("Examples/02-ten-lines/TenLines.swift")
    let readme = try repositoryText("README.md")
    let block = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
    let shown = block.components(separatedBy: "\n```")[0].split(separator: "\n")
    let runs = Set(example.split(separator: "\n").map { $0.trimming() })
    #expect(shown.count > 10)
    for line in shown { #expect(runs.contains(String(line).trimming()), "\(line)") }
  }

  @Test func aLayerOfOnesOwnSharesItsWeights() throws {
    let lines = try run("OwnLayer")
    #expect(lines.filter { $0.hasPrefix("inner/") } == ["inner/kernel [8, 8]", "inner/bias [8]"])
    #expect(lines.contains("scale/factors [8]"))
    let accuracy = try #require(Double(lines.last!.split(separator: " ").last!))
    #expect(accuracy > 0.9)
  }

  @Test func manyTasksGetTheSameAnswer() throws {
    #expect(try run("ManyTasks") == ["100 of 100 answers are equal, bit for bit"])
  }

  @Test func fiftyLayersLearnWithAWayPastThem() throws {
    let lines = try run("FiftyLayers").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines[0] == ["dense layers: 50 and 50"])
    #expect(lines.count == 13)
    let losses = try #require(lines.first { $0[0] == "8" }).compactMap(Double.init)
    #expect(losses[1] > 1.5 && losses[2] < 0.5)
    let right = try #require(lines.last).compactMap(Double.init)
    #expect(right[1] > 0.9 && right[0] < 0.6)
  }

  @Test func sequencesAreReadWordByWord() throws {
    #expect(
      try run("Sequences").suffix(3) == [
        "the film was not good: complaint", "not bad: praise",
        "we saw it the music was rather dull: complaint",
      ])
  }

  /// Both answer as the program does with the same model.
  @Test func aServerAndACommandOfOnesOwnAnswer() throws {
    let folder = try TemporaryFolder()
    _ = try run(
      "glassbox",
      [
        "train", repositoryPath("Examples/Data/students.csv"), "--target", "passed", "--quiet",
        "--output", "run",
      ], in: folder.path)
    let told = try run(
      "glassbox", ["predict", "run", "--input", "hours=3,sleep=7", "--json"], in: folder.path)
    let known = try #require(
      try JSONSerialization.jsonObject(with: Data(told.joined().utf8)) as? [String: Any])
    let answer = try #require((known["predictions"] as? [[String: Any]])?.first as? NSDictionary)

    let model = folder.path("run/model.safetensors")
    let lines = try run("Ask", [model, "hours=3", "sleep=7"])
    let label = try #require(answer["label"] as? String)
    #expect(lines[0].hasPrefix("\(label) 0."))
    let missing = try ChildProcess.run(ChildProcess.built("Ask"), [model, "hours=3"])
    #expect(missing.status == 65 && missing.errors.contains("sleep"))

    let server = try ChildProcess(
      ChildProcess.built("Server"), [model, "0"], watching: .errors)
    // Its log says where it answers.
    var address: Substring?
    while address == nil, let line = server.nextLine() {
      address = line.firstMatch(of: #/listening on (\S+)/#)?.1
    }
    let sent = try ChildProcess.run(
      "/usr/bin/env",
      [
        "curl", "--silent", "--json", #"{"hours": 3, "sleep": 7}"#,
        "http://\(try #require(address))/students",
      ])
    server.send(SIGTERM)
    #expect(try server.outcome().status == 0)
    let got = try #require(
      try JSONSerialization.jsonObject(with: Data(sent.output.utf8)) as? [String: Any])
    let shares = try #require(answer["probabilities"] as? [String: Double])
    #expect(got["passed"] as? String == label)
    #expect(got["probability"] as? Double == shares[label])
  }

  /// The built program lies beside the test program.
  private func run(
    _ program: String, _ arguments: [String] = [], in place: String = repositoryPath(".")
  ) throws -> [String] {
    let outcome = try ChildProcess.run(ChildProcess.built(program), arguments, in: place)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }
}

extension StringProtocol {
  fileprivate func trimming() -> String { trimmingCharacters(in: .whitespaces) }
}
