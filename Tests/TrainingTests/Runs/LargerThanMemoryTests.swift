import Datasets
import Engine
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Trainings whose rows lie in files: the same bits as in memory.
@Suite struct LargerThanMemoryTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func configuration(memory: String?, rows: Int = 2600) throws -> RunConfiguration {
    var generator = RandomGenerator(seed: 3)
    var text = "x,group,noise,w,y,z\n"
    for row in 0..<rows {
      let (x, noise) = (generator.uniform() * 4, generator.normal())
      let group = ["a", "b", ""][generator.below(3)]
      let y = abs(x - 2) + (group == "a" ? 1 : 0)
      text +=
        "\(x),\(group),\(noise),\(row % 3),\(y),\(row % 50 == 0 ? "" : y > 1.5 ? "high" : "low")\n"
    }
    try temporary.write(text, to: "table.csv")
    var configuration = RunConfiguration()
    configuration.data.source = temporary.path("table.csv")
    configuration.data.target = "z"
    configuration.data.ignore = ["y", "w"]
    configuration.data.memory = memory
    configuration.data.cache = temporary.path("cache")
    configuration.network.hidden = [6]
    configuration.training.epochs = 3
    configuration.training.threads = 1
    return configuration
  }

  private struct Result: Equatable {
    var weights: String
    var scores: [String: Double]
    var test: Double
  }

  /// - Returns: what a training makes, and what it says.
  private func result(_ configuration: RunConfiguration) throws -> (Result, notes: [String]) {
    // Bounds below what the program itself takes are for tests.
    let experiment = try Experiment(configuration, data: PreparedData(configuration))
    let loop = try experiment.run()
    try loop.run()
    let model = try experiment.model(of: loop)
    let test = try #require(experiment.data.test)
    return (
      Result(
        weights: model.model.weightsSHA256, scores: loop.history.last?.validation ?? [:],
        test: try model.evaluate(test).loss), experiment.notes
    )
  }

  @Test(arguments: ["classes", "regression", "weights", "class_weights", "shards"])
  func theBitsAreTheSame(_ kind: String) throws {
    func changed(_ memory: String?) throws -> RunConfiguration {
      var configuration = try configuration(memory: memory)
      switch kind {
      case "regression":
        configuration.data.target = "y"
        configuration.data.ignore = ["z", "w"]
      case "weights":
        configuration.data.ignore = ["y"]
        configuration.data.weight = "w"
      case "class_weights": configuration.training.classWeights = .balanced
      case "shards": configuration.training.shards = 4
      default: break
      }
      return configuration
    }
    let (expected, _) = try result(changed(nil))
    let (first, notes) = try result(changed("128KiB"))
    #expect(first == expected)
    #expect(notes.contains { $0.contains("now lie in") })
    let (second, later) = try result(changed("128KiB"))
    #expect(second == expected)
    #expect(later.contains { $0.contains("were read before") })
  }

  @Test func aRunGoesOnWithoutListsOfRows() throws {
    let folder = temporary.path("runs/one")
    var configuration = try configuration(memory: "128MiB")
    let whole = try TrainingSession(
      Experiment(configuration), in: temporary.path("runs/whole")
    ).train()
    configuration.output.checkpointEvery = 7
    let session = try TrainingSession(Experiment(configuration), in: folder)
    var steps = 0
    let outcome = try session.learn { event, _ in
      if case .step = event { steps += 1 }
      return steps == 70 ? .stop : .continue
    }
    _ = try session.conclude(outcome)
    let manifest = String(decoding: try temporary.bytes("runs/one/split.json"), as: UTF8.self)
    #expect(manifest.contains("\"version\":2") && !manifest.contains("\"train\":["))
    let report = try TrainingSession(resuming: StoredRun(folder)).train()
    #expect(report.weightsSHA256 == whole.weightsSHA256)
    #expect(report.peakMemory != nil)
  }

  @Test func whatCannotBeDoneIsRefused() throws {
    func problem(_ change: (inout RunConfiguration) -> Void) throws -> String {
      var configuration = try configuration(memory: "128MiB", rows: 60)
      change(&configuration)
      let error = #expect(throws: Problem.self) { try Experiment(configuration) }
      return error?.description ?? ""
    }
    #expect(try problem { $0.data.group = "group" }.contains("group"))
    #expect(try problem { $0.data.splitByTime = "x" }.contains("split_by_time"))
    #expect(try problem { $0.data.memory = "1MiB" }.contains("memory"))
    #expect(try problem { $0.data.memory = "two" }.contains("2GiB"))
    #expect(throws: Problem.self) {
      try CrossValidation(configuration(memory: "128MiB", rows: 60), folds: 3)
    }
  }

  @Test func sizesAreReadAsPeopleWriteThem() {
    #expect(ByteSize.bytes("2GiB") == 2 << 30 && ByteSize.bytes("1.5 gb") == 1_500_000_000)
    #expect(ByteSize.bytes("800MiB") == 800 << 20 && ByteSize.bytes("12b") == 12)
    for text in ["2", "GiB", "-1GiB", "1e40GiB", "nanGiB", "2GiBs"] {
      #expect(ByteSize.bytes(text) == nil, "\(text)")
    }
  }
}
