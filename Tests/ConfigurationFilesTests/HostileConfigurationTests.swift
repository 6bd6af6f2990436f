import Engine
import TestSupport
import Testing
import Training

@testable import ConfigurationFiles

/// Configuration files of a few lines that stand for more than any memory holds.
@Suite struct HostileConfigurationTests {
  private static let doubling =
    "a0: &a0 [1, 1]\n" + (1..<60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
  private static let laughs =
    "a0: &a0 [lol]\n"
    + (1..<8).map { "a\($0): &a\($0) [" + repeated("*a\($0 - 1)", 9) + "]\n" }.joined()
  private static let names =
    "k0: &k0 {x: 1}\n"
    + (1..<60).map { "k\($0): &k\($0) {a: *k\($0 - 1), b: *k\($0 - 1)}\n" }.joined()
    + "? *k59\n: 1\n"

  private static func repeated(_ text: String, _ count: Int) -> String {
    [String](repeating: text, count: count).joined(separator: ", ")
  }

  private func read(_ text: String) throws -> LocatedValue {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "run.yaml")
    return try ConfigurationFile.read(folder.path("run.yaml"))
  }

  @Test(arguments: [
    doubling, laughs, names, "list: [" + repeated("1", 110_000) + "]",
    "x: " + String(repeating: "[", count: 100_000), String(repeating: "? ", count: 50_000),
    String(repeating: "- ", count: 50_000),
  ]) func tooMuchIsRefusedAtOnce(text: String) {
    let clock = ContinuousClock()
    let start = clock.now
    let problem = #expect(throws: Problem.self) { try read(text) }
    // Most take milliseconds; the parser alone takes seconds for a long list where it is not optimised.
    #expect(clock.now - start < .seconds(30))
    #expect((problem?.description.utf8.count ?? 0) < 2000, "a message is no copy of the file")
  }

  private static let word = String(repeating: "a", count: 900_000)

  @Test(arguments: [
    "\(word): 1", "loss: \(word)", "epochs: \(word)", "schedule: {name: \(word)}",
    "network: [{layer: \(word)}]", "network: [{layer: dense, units: 1, \(word): 2}]",
    "network: [{layer: dense, units: \(word)}]", "metrics: [\(word)]", "augment: \(word)",
  ]) func aWordAsLongAsTheFileIsRefusedInAShortMessage(text: String) {
    let clock = ContinuousClock()
    let start = clock.now
    let problem = #expect(throws: Problem.self) {
      try ConfigurationSources(file: ConfigurationFile.read(Array(text.utf8), "run.yaml"))
        .configuration()
    }
    #expect(clock.now - start < .seconds(30))
    #expect((problem?.description.utf8.count ?? 0) < 10_000, "a message is no copy of the file")
  }

  @Test func aliasesThatAPersonWritesAreRead() throws {
    let blocks = [String](repeating: "  - *block\n", count: 60).joined()
    let text = "block: &block {layer: dense, units: 4}\nnetwork:\n" + blocks
    let network = try #require(try read(text).members?["network"])
    guard case .list(let layers) = network.content else {
      Issue.record("no list")
      return
    }
    #expect(layers.count == 60 && layers[59].members?["units"]?.content == .integer(4))
    #expect(AliasExpansion(of: text).count == 60)
    #expect(AliasExpansion(of: "a: 2 * 3 & 4, day_*").count == 0)
  }
}
