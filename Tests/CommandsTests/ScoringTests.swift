import Foundation
import Glassbox
import TestSupport
import Testing

/// Files of answers in parts: what the command says and refuses, and what memory it needs.
@Suite struct ScoringTests {
  let program: Program

  init() throws { program = try Program.withPrices("--ignore", "who") }

  private static let rows =
    "who,size\n" + (0..<23).map { "\"a\n\($0)\",\($0 == 17 ? "x" : "\($0 % 9)")\n" }.joined()

  @Test func partsArePutTogetherAsOneProcessWrites() throws {
    try program.write(Self.rows, to: "new.csv")
    let whole = try program(
      "predict", "run", "new.csv", "--output", "whole.csv", "--keep", "who")
    #expect(whole.status == 65 && whole.errors.contains("1 of 23 have no answer:\nnew.csv:37:"))
    var statuses: [Int32] = []
    for number in 1...3 {
      let part = try program(
        "predict", "run", "new.csv", "--part", "\(number)/3", "--output", "p\(number).csv",
        "--keep", "who", "--json")
      statuses.append(part.status)
      let facts = try part.json()
      #expect(facts["part"] as? Int == number && facts["parts"] as? Int == 3)
    }
    #expect(statuses.sorted() == [0, 0, 65])
    let merged = try program(
      "predict", "--merge", "p3.csv", "p1.csv", "p2.csv", "--output", "merged.csv")
    #expect(merged.status == 65)
    #expect(merged.errors == whole.errors)
    #expect(merged.output == "merged.csv: 23 answers, 1 empty\n")
    #expect(try program.bytes("merged.csv") == program.bytes("whole.csv"))
    let json = try program(
      "predict", "--merge", "p1.csv", "p2.csv", "p3.csv", "--output", "merged.csv", "--force",
      "--json")
    #expect(json.status == 65)
    let facts = try json.json()
    #expect(facts["rows"] as? Int == 23 && facts["unanswered"] as? Int == 1)
    #expect((facts["text_sha256"] as? String)?.count == 64)
    let printed = try program(
      "predict", "--merge", "p1.csv", "p2.csv", "p3.csv", "--output", "-", "--quiet")
    #expect(Array(printed.output.utf8) == (try program.bytes("whole.csv")))
    let short = try program("predict", "--merge", "p1.csv", "p3.csv", "--output", "short.csv")
    #expect(short.status == 65 && short.errors.contains("none of part 2"))
    #expect(!program.exists("short.csv"))
    // Nothing is replaced unasked.
    #expect(
      try program(
        "predict", "run", "new.csv", "--part", "1/3", "--output", "p1.csv"
      ).status == 73)
  }

  @Test(arguments: [
    (["run", "old.csv", "--part", "0/8", "--output", "a"], "such as 3/8"),
    (["run", "old.csv", "--part", "9/8", "--output", "a"], "such as 3/8"),
    (["run", "old.csv", "--part", "3/0", "--output", "a"], "such as 3/8"),
    (["run", "old.csv", "--part", "x", "--output", "a"], "such as 3/8"),
    (["run", "old.csv", "--part", "1/2"], "add --output"),
    (["run", "old.csv", "--part", "1/2", "--output", "-"], "add --output"),
    (["run", "-", "--part", "1/2", "--output", "a"], "standard input"),
    (["--merge", "a.csv", "b.csv"], "--output FILE"),
    (["--merge", "a.csv", "b.csv", "--output", "a.csv"], "cannot replace one of its parts"),
    (["--merge", "a.csv", "--part", "1/2", "--output", "b"], "give them alone"),
  ])
  func whatMakesNoSenseTeaches(_ words: [String], _ sentence: String) throws {
    let outcome = try program(["predict"] + words)
    #expect(outcome.status == 64, "\(words)")
    #expect(outcome.errors.contains(sentence), "\(words): \(outcome.errors)")
  }

  /// A pipe is read as it comes.
  @Test func aPipeIsAWholeInput() throws {
    try program.write(Self.rows, to: "new.csv")
    let path = try ChildProcess.built("glassbox")
    let piped = try ChildProcess(
      "/bin/sh", ["-c", "cat new.csv | \(path) predict run - --output - --quiet --keep who"],
      in: program.folder.path
    ).outcome()
    #expect(piped.status == 65)
    let named = try program(
      "predict", "run", "new.csv", "--output", "-", "--quiet", "--keep", "who")
    #expect(
      piped.output == named.output.replacing("new.csv:", with: "standard input:")
        && named.output.contains("new.csv:"))
  }

  #if os(Linux)
    /// 64 MB of answers and what is kept beside them are never in memory at once.
    @Test func memoryDoesNotGrowWithTheFile() throws {
      func peak(_ name: String) throws -> Int {
        let (outcome, peak) = try program.start([
          "predict", "run", name, "--output", "answers.csv", "--keep", "who", "--force",
        ]).outcomeAndMemory()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return peak
      }
      let cell = String(repeating: "x", count: 1 << 14)
      try program.write("who,size\n\(cell),1\n", to: "small.csv")
      let rows = 4_000
      try program.write(
        "who,size\n" + (0..<rows).map { "\(cell),\($0 % 9)\n" }.joined(), to: "large.csv")
      let growth = try peak("large.csv") - peak("small.csv")
      #expect(growth < 44 << 20, "\(growth >> 20) MiB")
    }
  #endif
}

/// One file that several processes answer.
@Suite(.enabled(if: Launcher.isThere, "needs mpirun and a program with the trait MPI"))
struct SharedScoringTests {
  let program: Program

  init() throws { program = try ScoringTests().program }

  private func share(_ arguments: [String]) throws -> Program.Outcome {
    try ChildProcess.run(
      Launcher.mpirun!,
      Launcher.words + ["-n", "3", ChildProcess.built("glassbox"), "predict"] + arguments,
      in: program.folder.path)
  }

  private func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: program.folder.path).filter {
      $0.contains(".part")
    }
  }

  @Test func theirAnswersAreThoseOfOne() throws {
    try program.write(
      "who,size\n" + (0..<40).map { "\"a\n\($0)\",\($0 % 9)\n" }.joined(), to: "new.csv")
    let alone = try program("predict", "run", "new.csv", "--output", "alone.csv", "--keep", "who")
    #expect(alone.status == 0)
    let words = ["run", "new.csv", "--output", "all.csv", "--keep", "who"]
    let shared = try share(words)
    #expect(shared.status == 0, "\(shared.errors)")
    #expect(shared.output == "all.csv: 40 answers\n")
    #expect(try program.bytes("all.csv") == program.bytes("alone.csv"))
    #expect(try leftovers().isEmpty)
    // Nothing is replaced unasked, and all say it once.
    let again = try share(words)
    #expect(again.status != 0 && again.errors.components(separatedBy: "error: ").count == 2)
  }

  /// The last process meets a quote that is never closed.
  @Test func oneThatFailsFailsAll() throws {
    try program.write(
      "who,size\n" + (0..<40).map { "a,\($0 % 9)\n" }.joined() + "\"a,1\n", to: "new.csv")
    let shared = try share(["run", "new.csv", "--output", "all.csv"])
    #expect(shared.status != 0)
    #expect(shared.errors.components(separatedBy: "expected a closing quote").count == 2)
    #expect(!program.exists("all.csv"))
    #expect(try leftovers().isEmpty)
  }

  @Test func whatCannotBeSharedIsSaid() throws {
    for words in [["run", "old.csv"], ["run", "--input", "a,1"]] {
      let shared = try share(words)
      #expect(shared.status == 64, "\(shared.errors)")
      #expect(shared.errors.contains("add --output FILE"), "\(shared.errors)")
      #expect(shared.errors.components(separatedBy: "error: ").count == 2)
    }
  }
}
