import Foundation
import Glassbox

/// What an app does with the library, which it knows by the product `Glassbox` alone. Each step checks
/// itself; the program ends with the first that does not hold.
///
///     swift run Embedding FOLDER      stores two models in the folder, for the program `glassbox` to open
@main struct Embedding {
  static func main() async {
    do {
      try await check(in: CommandLine.arguments.dropFirst().first ?? ".")
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  private static func check(in folder: String) async throws {
    let model = try Corners.learned()
    try await fromManyTasks(model)
    try sessionOnArrays(in: folder)
    try Functions.check()
    try await Cancelling.check()
    try OwnPartsCheck.check(in: folder)
    try model.save(to: "\(folder)/corners.safetensors")
    print("\(PublicTypes.all.count) public types have names of their own")
    print("all is well")
  }

  /// Stored, opened from bytes, asked by eight tasks at once.
  private static func fromManyTasks(_ model: TrainedModel) async throws {
    let opened = try TrainedModel(bytes: model.bytes(), name: "corners")
    let points = (0..<200).map { Corners.Point(x: Double($0 % 20) / 20, y: Double($0 / 20) / 10) }
    let expected = try model.predict(rows: points)
    let equal = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          try stride(from: task, to: points.count, by: 8).count {
            try opened.predict(points[$0]) == expected[$0]
          }
        }
      }
      return try await group.reduce(0, +)
    }
    try require(equal == points.count, "\(equal) of \(points.count) answers are equal, bit for bit")
    let corner = try opened.predict(["x": 0.9, "y": 0.1])
    try require(corner.label == "different", "a corner is told from the others")
    try require(opened.dataSummary?.columns.map(\.name) == ["x", "y"], "the data are summed up")
  }

  /// A run with all its files, from arrays.
  private static func sessionOnArrays(in folder: String) throws {
    let (train, validation) = try Corners.data()
    var configuration = RunConfiguration()
    configuration.training.epochs = 4
    configuration.network.hidden = [8]
    let data = try PreparedData(
      train: train, validation: validation, preprocessing: Corners.preprocessing())
    let session = try TrainingSession(
      Experiment(configuration, data: data), in: "\(folder)/runs/arrays", force: true)
    let report = try session.train()
    let runs = try RunFolder.all(in: "\(folder)/runs")
    try require(runs.map(\.name) == ["arrays"], "the run is listed")
    let stored = try StoredRun("\(folder)/runs/arrays").model()
    try require(
      stored.model.weightsSHA256 == report.weightsSHA256, "the run's model is the one reported")
  }
}

/// Says what holds.
func require(_ holds: Bool, _ what: String) throws {
  guard holds else {
    throw Problem.data("embedding", expected: what, found: "something else")
  }
  print("ok: \(what)")
}
