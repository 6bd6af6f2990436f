import Engine
import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// A training with as little memory as the program says that the rows take.
  @Suite(.serialized) struct TableMemoryTests {
    /// So many rows that 12 bytes more of each, held at once anywhere from reading to the report, would not fit.
    private static let rows = 4_000_000

    private let program: Program

    init() throws {
      program = try Program()
      var random = RandomGenerator(seed: 1)
      var text = "x,y\n"
      text.reserveCapacity(8 * Self.rows)
      for _ in 0..<Self.rows {
        let x = random.below(100)
        text += "0.\(x / 10)\(x % 10),\(random.below(100) < x ? "a" : "b")\n"
      }
      try program.write(text, to: "long.csv")
    }

    /// Pictures have bounds of their own, wherever they are named.
    @Test func picturesInATableAreRefused() throws {
      try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
      let files = try FileManager.default.subpathsOfDirectory(
        atPath: program.folder.appending(path: "clothes").path
      ).filter { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }.sorted()
      try program.write(
        "picture,label\n"
          + files.enumerated().map { "clothes/\($1),\($0 % 2 == 0 ? "a" : "b")\n" }.joined(),
        to: "pictures.csv")
      let outcome = try program(
        "train", "pictures.csv", "--target", "label", "--memory", "1GiB", "--cache", "cache")
      #expect(outcome.status != 0 && files.count > 10)
      #expect(outcome.errors.contains("cache-memory"), "\(outcome.errors)")
    }

    @Test(arguments: ["y", "x"])
    func whatItSaysIsEnough(_ target: String) throws {
      func train(_ memory: Int) throws -> (outcome: Program.Outcome, peak: Int) {
        try program.start([
          "train", "long.csv", "--target", target, "--hidden", "2", "--epochs", "1", "--batch",
          "256", "--validation", "0.002", "--test", "0.002", "--threads", "1", "--cache", "cache",
          "--quiet", "--memory", "\(memory)MiB",
        ]).outcomeAndMemory()
      }
      let refused = try train(128).outcome
      #expect(refused.status != 0)
      let told = try #require(
        refused.errors.firstMatch(of: /expected (\d+) MiB, which these rows take/))
      let least = try #require(Int(told.1))
      let (outcome, peak) = try train(least)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(peak <= least << 20, "\(peak >> 20) MiB, \(least) MiB were to be enough")
    }
  }
#endif
