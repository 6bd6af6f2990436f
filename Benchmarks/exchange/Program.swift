import Engine
import Exchange

/// Runs folders of ONNX's cases and prints, as a table, those that do not pass:
/// `swift run ExchangeBench FOLDER…`; with `all`, those that pass also. With `network` it answers with one
/// network; see ``NetworkRun``.
@main struct Program {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    if words.first == "network" { return try NetworkRun.run(Array(words.dropFirst())) }
    let showsAll = words.contains("all")
    for folder in words where folder != "all" { report(folder, showsAll) }
  }

  private static func report(_ folder: String, _ showsAll: Bool) {
    let cases = ONNXCase.all(in: folder)
    var passed = 0
    var largest = 0.0
    var rows: [String] = []
    for one in cases {
      switch one.outcome() {
      case .passed(let difference):
        passed += 1
        largest = max(largest, difference)
        if showsAll || difference > 1e-5 {
          rows.append("| \(one.name) | passed | \(Float(difference)) |")
        }
      case .failed(let text): rows.append("| \(one.name) | differs | \(text) |")
      case .refused(let problem):
        rows.append("| \(one.name) | refused | \(problem.description) |")
      }
    }
    print("\(folder): \(passed) of \(cases.count) pass, largest difference \(Float(largest))\n")
    guard !rows.isEmpty else { return }
    print("| case | outcome | what |\n|---|---|---|")
    for row in rows { print(row.replacing("\n", with: " ")) }
    print()
  }
}
