import Foundation
import Glassbox
import TestSupport
import Testing

/// What the documents show is what runs.
@Suite struct DocumentCommandsTests {
  /// Each block of commands in the order of the page; what a page calls `animals` is a folder of images.
  @Test(arguments: [
    ("Docs/sequences.md", 16), ("Docs/tables.md", 8), ("Docs/tuning.md", 12), ("Docs/studio.md", 2),
    ("README.md", 29),
  ])
  func everyCommandOfThePageRuns(_ name: String, _ count: Int) throws {
    let program = try Program()
    try FileManager.default.createSymbolicLink(
      at: program.folder.appending(path: "Examples"),
      withDestinationURL: URL(filePath: repositoryPath("Examples")))
    try program.copy("Tests/CommandsTests/Clothes", to: "animals")
    for table in ["visits", "iso", "multi", "series"] {
      try program.copy("Tests/CommandsTests/Field/\(table).csv", to: "\(table).csv")
    }
    let page = try repositoryText(name)
    var ran = 0
    for block in page.components(separatedBy: "\n```").dropFirst() {
      let lines = block.split(separator: "\n")
      switch lines.first {
      case "yaml":
        try program.write(
          lines.dropFirst().joined(separator: "\n"), to: String(lines[1].dropFirst(2)))
      case "sh":
        for line in lines.dropFirst() where line.hasPrefix("glassbox ") {
          let command = line.components(separatedBy: " #")[0].trimmingCharacters(in: .whitespaces)
          let words = Program.arguments(of: command)
          let outcome = try Program.goOn.contains(words[0]) ? program.serve(words) : program(words)
          #expect(outcome.status == 0, "\(line): \(outcome.errors)")
          #expect(!outcome.output.isEmpty || command.contains("--html"), "\(line)")
          ran += 1
        }
      default: break
      }
    }
    #expect(ran == count)
  }

  /// The README's first image is what its script makes of the program as it is. Other sets of kernels
  /// round otherwise, so there the numbers may be others.
  @Test func theReadmesImageIsWhatTheDemoPrints() throws {
    let program = try Program()
    let made = try ChildProcess.run(
      "/usr/bin/env",
      [
        "bash", repositoryPath("Scripts/image.sh"), ChildProcess.built("glassbox"),
        program.folder.path,
      ])
    #expect(made.status == 0, "\(made.errors)")
    let (drawn, kept) = (try program.read("train.svg"), try repositoryText("Docs/images/train.svg"))
    if try kept.contains(Kernels.chosen().name) {
      #expect(drawn == kept, "bash Scripts/image.sh draws it again")
    } else {
      let lines = { (text: String) in text.split(separator: "\n").count }
      #expect(lines(drawn) == lines(kept))
    }
  }

  /// The installed program is the one that was built, with what shells need to complete its words.
  @Test func theProgramIsInstalledWithItsCompletion() throws {
    let program = try Program()
    let made = try ChildProcess.run(
      "/usr/bin/env",
      [
        "GLASSBOX_PROGRAM=\(ChildProcess.built("glassbox"))", "bash",
        repositoryPath("Scripts/install-program.sh"), program.folder.appending(path: "usr").path,
      ])
    #expect(made.status == 0 && made.output.contains("usr/bin"), "\(made.errors)")
    #expect(program.exists("usr/bin/glassbox"))
    for file in [
      "bash-completion/completions/glassbox", "zsh/site-functions/_glassbox",
      "fish/vendor_completions.d/glassbox.fish",
    ] {
      #expect(try program.read("usr/share/\(file)").contains("diagnose"))
    }
  }

  /// The tables of the page are learned.
  @Test(arguments: ["bumps", "reviews", "moves"]) func thePagesTablesAreLearned(_ name: String)
    throws
  {
    let program = try Program()
    let target = ["bumps": "first", "reviews": "verdict", "moves": "activity"][name]!
    let sequence = [
      "bumps": "step_*", "reviews": "columns=text,as=tokens",
      "moves": "columns=hip..wrist,group=recording,order=second",
    ][name]!
    let report = try program(
      "train", "\(ExampleData.folder)/\(name).csv", "--target", target, "--sequence", sequence,
      "--learning-rate", "0.01", "--epochs", "40", "--json", "--quiet", "--output", "run"
    ).json()
    let test = try #require(report["test"] as? [String: Any])
    // The two sensors of one second alone tell 0.77 of the moves.
    #expect(try #require(test["accuracy"] as? Double) > (name == "moves" ? 0.84 : 0.9))
  }

  /// The tables are what the script makes.
  @Test func theScriptMakesTheTables() throws {
    let program = try Program()
    let made = try ChildProcess.run(
      "/usr/bin/env",
      ["python3", repositoryPath("Scripts/sequences.py"), program.folder.path])
    #expect(made.status == 0, "\(made.errors)")
    for name in ["bumps.csv", "reviews.csv", "moves.csv"] {
      #expect(try program.read(name) == repositoryText("Examples/Data/\(name)"))
    }
  }
}
