import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

/// A table, what is learned of it, and the rows that are asked about.
struct TableCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let header: [String]
  let rows: [[String]]
  let target: String
  var change: @Sendable (inout RunConfiguration) throws -> Void = { _ in }

  static let count = 1000

  static func all() throws -> [TableCase] {
    try [
      students, file("digits", target: "digit"),
      file("bumps", target: "first") { $0.data.sequence = SequenceOptions(["step_*"]) },
      file("reviews", target: "verdict") {
        $0.data.sequence = SequenceOptions(["text"], content: .tokens)
      },
      houses("price", "price") { _ in },
      houses("quantiles", "price") {
        $0.training.quantiles = [0.1, 0.5, 0.9]
      },
      houses("labels", "rooms") { _ in },
    ]
  }

  private static var students: TableCase {
    var random = RandomGenerator(seed: 2)
    let rows = (0..<count).map { _ in
      let (hours, sleep) = (random.below(100), random.below(10))
      return ["\(Double(hours) / 10)", "\(sleep)", hours + 5 * sleep > 70 ? "1" : "0"]
    }
    return TableCase(
      testDescription: "students", header: ["hours", "sleep", "passed"], rows: rows,
      target: "passed")
  }

  /// One of the examples' files, its rows as often as there must be.
  private static func file(
    _ name: String, target: String,
    _ change: @escaping @Sendable (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> TableCase {
    let lines = try repositoryText("Examples/Data/\(name).csv").split(whereSeparator: \.isNewline)
      .map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let rows = (0..<count).map { lines[1 + $0 % (lines.count - 1)] }
    return TableCase(
      testDescription: name, header: lines[0], rows: rows,
      target: lines[0].contains(target) ? target : lines[0].last!, change: change)
  }

  /// Years, areas that may be missing, colours of which some are rare or missing, and truths.
  private static func houses(
    _ name: String, _ target: String,
    _ change: @escaping @Sendable (inout RunConfiguration) throws -> Void
  ) -> TableCase {
    var random = RandomGenerator(seed: 3)
    let rows = (0..<count).map { row in
      let (year, area) = (1990 + random.below(35), 20 + random.below(200))
      let colour = ["red", "green", "blue", "NA", "", "plum\(row)"][min(5, random.below(7))]
      let price = exp(Double(area) / 60 + Double(year - 1990) / 50) * 1000
      let rooms = ["hall", "hall;bath", "bath;attic"][random.below(3)]
      return [
        "\(year)", random.below(8) == 0 ? "" : "\(area)", colour,
        ["true", "False", "TRUE"][random.below(3)], "\(price.rounded())", rooms,
      ]
    }
    return TableCase(
      testDescription: name, header: ["year", "area", "colour", "garden", "price", "rooms"],
      rows: rows, target: target, change: change)
  }

  /// What two epochs make of it, and what that answers to its own rows.
  func learned(
    in folder: TemporaryFolder
  ) throws -> (trained: TrainedModel, predictions: [Prediction]) {
    try folder.write(text, to: "table.csv")
    var configuration = RunConfiguration()
    configuration.data.source = folder.path("table.csv")
    configuration.data.target = target
    configuration.training.epochs = 2
    configuration.training.threads = 1
    try change(&configuration)
    let experiment = try Experiment(configuration)
    let run = try experiment.run()
    _ = try run.run { _, _ in .continue }
    let trained = try experiment.model(of: run)
    return (trained, try trained.predict(files: [folder.path("table.csv")]).predictions)
  }

  var text: String {
    ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }
}

/// A trained model's file answers raw rows as the model does.
@Suite(
  .enabled(if: OtherRuntime.python != nil, "GLASSBOX_PYTHON names no Python that has onnxruntime"))
struct TrainedExportTests {
  @Test(arguments: try TableCase.all()) func rawRowsAreAnsweredTheSame(_ table: TableCase) throws {
    let folder = try TemporaryFolder()
    let (trained, predictions) = try table.learned(in: folder)

    let other = try OtherRuntime()
    let export = try ONNXExport(trained)
    try export.write(to: other.path("model"))
    try other.feed("model", feeds(table, export))
    let answer = try #require(try other.answers()["model"])
    #expect(answer.problem == "")
    try expect(answer, predictions, trained)

    // What comes back is the model: same columns, same answers.
    let back = try ONNXImport(path: other.path("model")).trained().model
    #expect(back.preprocessing == trained.preprocessing && back.labels == trained.labels)
    #expect(back.task == trained.task)
    let again = try back.predict(files: [folder.path("table.csv")]).predictions
    try expectAlike(again, predictions)
    try back.save(to: folder.path("back.safetensors"))
    let loaded = try TrainedModel(path: folder.path("back.safetensors"))
    #expect(loaded.model.weightsSHA256 == back.model.weightsSHA256)
  }

  /// Raw pixels.
  @Test func rawPixelsAreAnsweredTheSame() throws {
    let scaling = LevelScaling(scales: [0.02, 0.03, 0.01], offsets: [-1, -2, 0.5])
    let preprocessing = Preprocessing(
      inputs: .images(ImagePreprocessing(height: 6, width: 5, channels: 3, scaling: scaling)),
      targetName: "label", target: .classes(["bag", "shoe"]))
    let model = try Model(
      Sequential([Conv2D(4, kernelSize: 3, activation: .relu), Flatten(), Dense(1)]),
      inputShape: [6, 5, 3], loss: .binaryCrossEntropy, seed: 5)
    var random = RandomGenerator(seed: 1)
    let bytes = (0..<TableCase.count).map { _ in (0..<90).map { _ in UInt8(random.below(256)) } }
    let encoding = try #require(preprocessing.imagePreprocessing)
    let inputs = try encoding.samples(bytes: bytes)
    let trained = try TrainedModel(
      model, preprocessing: preprocessing,
      record: TrainingRecord(
        task: .binary, data: "", rows: .init(train: 0, validation: 0, test: 0),
        plan: TrainingPlan(loss: model.loss), epochsRun: 0, kernels: ""),
      examples: Dataset(
        inputs: inputs,
        targets: Examples(shape: .scalar, floats: bytes.map { _ in 0 })))
    let other = try OtherRuntime()
    try ONNXExport(trained).write(to: other.path("model"))
    try other.feed(
      "model",
      [
        "image": .init(
          shape: [bytes.count, 6, 5, 3], values: .numbers(bytes.joined().map { Float($0) }))
      ])
    let answer = try #require(try other.answers()["model"])
    #expect(answer.problem == "")
    try expect(answer, trained.predict(inputs), trained)
  }

  // MARK: Parts

  private struct Input: Decodable {
    let name: String
    let type: String
    let shape: [Int]
    let columns: [String]?
  }

  /// The cells of the file as its inputs ask for them.
  private func feeds(_ table: TableCase, _ export: ONNXExport) throws -> [String: OtherRuntime.Feed]
  {
    let text = try #require(export.file.metadata["glassbox.inputs"])
    let inputs = try JSONDecoder().decode([Input].self, from: Data(text.utf8))
    var feeds: [String: OtherRuntime.Feed] = [:]
    for input in inputs {
      let places = try (input.columns ?? [input.name]).map { name in
        try #require(table.header.firstIndex(of: name))
      }
      let count = input.shape.reduce(1, *)
      var cells: [String] = []
      for row in table.rows {
        let own = places.map { row[$0] }
        let steps = own.count < count ? own[0].split(separator: " ").map(String.init) : own
        cells += steps + Array(repeating: "", count: count - steps.count)
      }
      feeds[input.name] = .init(
        shape: [table.rows.count] + input.shape,
        values: input.type == "string" ? .texts(cells) : .numbers(cells.map { Float($0) }))
    }
    return feeds
  }

  private func expect(
    _ answer: OtherRuntime.Answer, _ predictions: [Prediction], _ trained: TrainedModel
  ) throws {
    #expect(predictions.count == TableCase.count)
    if let labels = answer.texts["label"] {
      let differing = zip(labels, predictions).count { $0 != $1.label }
      // Two classes that are equally probable may change places by a rounding.
      #expect(differing <= 1)
    }
    if !trained.labels.isEmpty {
      expectSame(
        try #require(answer.numbers["probabilities"]),
        predictions.flatMap { $0.probabilities?.values ?? [] }, within: 1e-5, "probabilities")
    } else {
      let values = predictions.map { Float($0.value ?? .nan) }
      expectSame(try #require(answer.numbers["value"]), values, within: tolerance(values), "value")
    }
    if trained.model.loss.quantiles != nil {
      let quantiles = predictions.flatMap { prediction in
        (prediction.quantiles?.values.first?.values.sorted() ?? []).map { Float($0) }
      }
      expectSame(
        try #require(answer.numbers["quantiles"]), quantiles, within: tolerance(quantiles),
        "quantiles")
    }
  }

  /// What is left of two large numbers is as exact as these.
  private func tolerance(_ values: [Float]) -> Float {
    1e-5 * max(1, values.map(abs).max() ?? 0)
  }

  private func expectAlike(_ found: [Prediction], _ expected: [Prediction]) throws {
    #expect(found.map(\.label) == expected.map(\.label))
    expectSame(
      found.map { Float($0.value ?? 0) }, expected.map { Float($0.value ?? 0) },
      within: tolerance(expected.map { Float($0.value ?? 0) }) / 10, "value")
    expectSame(
      found.flatMap { $0.probabilities?.values ?? [] },
      expected.flatMap { $0.probabilities?.values ?? [] }, within: 1e-6, "probabilities")
  }
}
