import Foundation
import Glassbox
import TestSupport
import Testing

/// What shells offer when a word is begun.
@Suite struct CompletionTests {
  private let program: Program
  private static let shells = ["bash", "zsh", "fish"]
  /// Made once, since they are long.
  private static let scripts = Result {
    try shells.map { try Program()("--generate-completion-script", $0) }
  }

  init() throws {
    program = try Program()
    for (shell, script) in zip(Self.shells, try Self.scripts.get()) {
      #expect(script.status == 0 && script.errors.isEmpty)
      try program.write(script.output, to: shell)
    }
    try program.write("a,b\n1,2\n", to: "students.csv")
  }

  /// What bash offers for the last of some words.
  private func offers(_ words: [String]) throws -> Set<String> {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
      shopt -s extglob
      source ./bash
      COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1)
      COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _glassbox glassbox "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let outcome = try ChildProcess.run(
      "/usr/bin/env", ["bash", "-c", script], in: program.folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return Set(
      outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  @Test func commandsAndFlagsAreOffered() throws {
    #expect(try offers(["glassbox", "tr"]) == ["train", "trace"])
    #expect(try offers(["glassbox", "train", "--opt"]) == ["--optimizer"])
    #expect(try offers(["glassbox", "data", "pre"]).contains("preview"))
  }

  /// Whatever setting has a list of values offers them.
  @Test func valuesAreOffered() throws {
    let settings = RunConfiguration.settings.filter { !$0.choices.isEmpty }
    #expect(settings.count >= 10)
    for setting in settings {
      let flag = "--" + setting.name.replacing("_", with: "-")
      #expect(try offers(["glassbox", "train", flag, ""]) == Set(setting.choices), "\(flag)")
    }
    // The lines between the headings of chapters begin with the lesson's number.
    let lessons = try program("lesson", "list").output.split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
      .compactMap { Int($0[0]) == nil ? nil : $0.dropFirst().first }
    #expect(lessons.contains("optimizers"))
    #expect(try offers(["glassbox", "lesson", "show", ""]).isSuperset(of: lessons))
  }

  /// Whatever reads a file or a run offers those of the folder.
  @Test func filesAndRunsAreOffered() throws {
    for command in [
      "train", "data show", "predict run", "evaluate run", "prove run", "trace run", "diagnose run",
      "predict", "evaluate", "prove", "trace", "diagnose", "inspect", "lesson check",
      "train --config", "train --split", "train --from", "train --output",
    ] {
      let words = command.split(separator: " ").map(String.init)
      #expect(try offers(["glassbox"] + words + ["stud"]).contains("students.csv"), "\(command)")
    }
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "runs"), withIntermediateDirectories: true)
    for command in ["report", "resume"] {
      #expect(try offers(["glassbox", command, "ru"]).contains("runs"), "\(command)")
    }
  }

  /// The other shells, where they are installed.
  @Test(arguments: ["zsh", "fish"]) func theOthersReadTheirScripts(_ shell: String) throws {
    let there = try ChildProcess.run("/usr/bin/env", ["sh", "-c", "command -v \(shell)"])
    guard there.status == 0 else { return }
    let read = try ChildProcess.run(
      "/usr/bin/env", [shell, "-n", shell], in: program.folder.path)
    #expect(read.status == 0, "\(read.errors)")
    guard shell == "fish" else { return }
    let offered = try ChildProcess.run(
      "/usr/bin/env", ["fish", "-c", "source ./fish; complete -C 'glassbox tr'"],
      in: program.folder.path)
    #expect(offered.output.contains("train") && offered.output.contains("trace"))
  }
}
