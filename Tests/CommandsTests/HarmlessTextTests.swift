import TestSupport
import Testing

@testable import Commands

@Suite struct HarmlessTextTests {
  @Test func whatSteersATerminalIsSpelledOut() {
    #expect(
      "a\u{1B}[2J\u{7}\r\u{9B}31m\u{202E}b".harmless()
        == "a\\u001b[2J\\u0007\\u000d\\u009b31m\\u202eb")
    let plain = "W = 3·x\t½ – ∂L/∂ŷ\n日本 🐶"
    #expect(plain.harmless() == plain)
    #expect("\u{1B}[1;32mok\u{1B}[0m".harmless(keepingStyles: true) == "\u{1B}[1;32mok\u{1B}[0m")
    #expect("\u{1B}[2J\u{1B}[1".harmless(keepingStyles: true) == "\\u001b[2J\\u001b[1")
  }

  /// A column whose name would clear the screen, in each command that prints names.
  @Test(arguments: ["data", "train", "trace"])
  func namesOfColumnsAreText(_ command: String) throws {
    let program = try Program()
    let rows = (0..<40).map { "\($0),\($0 % 7),\($0 % 2 == 0 ? "\u{1B}[31myes" : "no")\n" }
    let target = "answer\u{1B}]0;title\u{7}"
    try program.write("a\u{1B}[2J,\u{9B}31mb,\(target)\n" + rows.joined(), to: "t.csv")
    var results: [Program.Outcome] = []
    if command == "data" {
      results.append(try program("data", "t.csv"))
      #expect(results[0].output.contains("a\\u001b[2J"))
    } else {
      let training = ["train", "t.csv", "--target", target, "--epochs", "1", "--output", "run"]
      results.append(try program(training))
      if command == "trace" { results.append(try program("trace", "run")) }
    }
    for result in results {
      #expect(result.status == 0, "\(result.errors)")
      for text in [result.output, result.errors] {
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
        #expect(!text.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
      }
    }
  }
}
