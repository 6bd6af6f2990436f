import Foundation

/// The results file: the table with the machine, the versions and the date.
struct Results {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func write(_ rows: [String]) throws {
    let path = "results.md"
    let heading =
      "## Training and prediction against \(arguments.peerName), threads: \(arguments.threads)"
    let section = """
      \(heading)

      \(try machine()). \(try versions()). \(date()). Rounds of each, in turn: \(arguments.rounds).

      | workload | threads | Glassbox, samples/s | \(arguments.peerName), samples/s | ratio | range |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
    let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "# Results\n"
    let kept = old.components(separatedBy: "\n## ").filter { part in
      !("## " + part).hasPrefix(heading) && !part.hasPrefix(heading)
    }
    let text = kept.joined(separator: "\n## ").trimmingCharacters(in: .newlines)
    try (text + "\n\n" + section).write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func machine() throws -> String {
    let facts = try Shell.output(["lscpu"]).split(separator: "\n")
    func fact(_ name: String) -> String {
      facts.first { $0.hasPrefix(name) }?.split(separator: ":").last
        .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }
    let kernels = try Shell.output(["../.build/release/glassbox", "--version"])
      .trimmingCharacters(in: .newlines)
    return "\(fact("Model name")), family \(fact("CPU family")), \(fact("CPU(s)")) processors, "
      + kernels
  }

  private func versions() throws -> String {
    let module = ["torch": "torch", "keras": "keras", "sklearn": "sklearn"][arguments.peerName]
    guard let module else { throw Failure("expected torch, keras or sklearn as peer") }
    let version = try Shell.output(
      [".venv/bin/python", "-c", "import \(module); print(\(module).__version__)"])
    return "\(arguments.peerName) \(version.trimmingCharacters(in: .newlines))"
  }

  private func date() -> String {
    Date().formatted(.iso8601.year().month().day())
  }
}
