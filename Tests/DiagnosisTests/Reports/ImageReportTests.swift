import Charts
import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Diagnosis
@testable import Training

/// Reports of networks that look at images.
@Suite struct ImageReportTests {
  /// Of Fashion-MNIST's size: 784-128-10, 100 epochs, every test row wrong or right by chance.
  @Test func aReportOnImagesIsSmallAndShowsThem() throws {
    var generator = RandomGenerator(seed: 5)
    let pixels = (0..<400 * 784).map { _ in UInt8(generator.below(256)) }
    let data = try Dataset(
      inputs: Examples(shape: [28, 28, 1], bytes: pixels, scale: 1 / 255, offset: 0),
      targets: Examples(shape: .scalar, floats: (0..<400).map { Float($0 % 10) }))
    let network = Sequential {
      Flatten(); Dense(128, activation: .relu); Dense(10)
    }
    let model = try Model(network, inputShape: [28, 28, 1], loss: .crossEntropy)
    let preprocessing = Preprocessing(
      inputs: .byteImages(shape: [28, 28, 1], scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes((0..<10).map(String.init)))
    let trained = try TrainedModel(
      model, preprocessing: preprocessing,
      record: TrainingRecord(
        task: .multiclass, data: "images:labels",
        rows: .init(train: 400, validation: 0, test: 400), plan: TrainingPlan(loss: .crossEntropy),
        epochsRun: 100, scores: [:], kernels: "portable"), examples: data)
    let scores = ExperimentReport.PartScores(try trained.evaluate(data))
    var report = RunReport(
      ExperimentReport(
        task: .multiclass, data: "images:labels", target: "label", labels: trained.labels,
        rows: trained.record.rows, parameters: model.parameterCount, epochsRun: 100, bestEpoch: 7,
        ending: .finished, sentence: "Done.", test: scores, seconds: 1, samplesPerSecond: 1,
        seed: 1, threads: 1, kernels: "portable", weightsSHA256: model.weightsSHA256, notes: []))
    report.findings = try Findings(trained, on: data, part: "test", train: data)
    let history = (1...100).map { epoch in
      EpochRecord(
        epoch: epoch, runningLoss: 1 / Double(epoch), train: ["loss": 1 / Double(epoch)],
        learningRate: 0.1, seconds: 1, isBest: epoch == 7,
        gradientNorms: ["dense/kernel": 3, "dense/bias": 4, "dense_1/kernel": Double(epoch)],
        trainRows: 100)
    }
    let page = ReportPage(report, history: history, model: trained, settings: "{}", path: "runs/x")
    let html = try page.html
    #expect(html.utf8.count < 1_000_000)
    try PageChecks.check(html)
    #expect(report.findings?.mistakes.count == 12)
    #expect(html.count(of: "<img src=\"data:image/png;base64,") == 12)
    #expect(html.contains("100 of the 400 training rows"))
    #expect(html.contains("First-layer weights, 24 of 128 units"))
    // √(3² + 4²)
    #expect(page.gradientChart?.series[0].points.first?.y == 5)
    #expect(page.gradientChart?.series.map(\.name) == ["dense", "dense_1"])
  }

  @Test func featureMapsAreWhatTheLayerMakes() throws {
    let network = Sequential {
      Conv2D(3, kernelSize: 3, activation: .relu, name: "eyes"); Flatten(); Dense(2)
    }
    let model = try Model(network, inputShape: [8, 6, 1], loss: .crossEntropy)
    let data = try Dataset(
      inputs: Examples(shape: [8, 6, 1], floats: (0..<96).map { Float($0 % 7) / 7 }),
      targets: Examples(shape: .scalar, floats: [0, 1]))
    let trained = try TrainedModel(
      model,
      preprocessing: Preprocessing(
        inputs: .byteImages(shape: [8, 6, 1], scale: 1, offset: 0), targetName: "label",
        target: .classes(["a", "b"])),
      record: TrainingRecord(
        task: .binary, data: "x", rows: .init(train: 2, validation: 0, test: 0),
        plan: TrainingPlan(loss: .crossEntropy), epochsRun: 1, scores: [:], kernels: "portable"),
      examples: data)
    let report = RunReport(
      ExperimentReport(
        task: .binary, data: "x", target: "label", labels: ["a", "b"], rows: trained.record.rows,
        parameters: model.parameterCount, epochsRun: 1, ending: .finished, sentence: "Done.",
        seconds: 1, samplesPerSecond: 1, seed: 1, threads: 1, kernels: "portable",
        weightsSHA256: "", notes: []))
    let page = try ReportPage(report, history: [], model: trained, settings: "{}", path: "x").html
    #expect(page.contains("Feature maps of eyes, 3 of 3") && page.contains("6 × 4; white is"))
    #expect(page.contains("First-layer weights, 3 of 3 units"))
  }

  @Test func numberedColumnsAreAImage() throws {
    func column(_ name: String, dropped: Bool = false) -> EncodedColumn {
      EncodedColumn(
        name: name,
        encoding: dropped
          ? .dropped(reason: "0 in every training row")
          : .number(offset: 1, scale: 2, fill: 0, indicator: false))
    }
    let columns = (0..<64).map { column("p\($0)", dropped: $0 == 0) }
    func images(_ columns: [EncodedColumn]) -> InputImages? {
      InputImages(
        Preprocessing(
          inputs: .columns(columns), targetName: "digit", target: .classes(["0", "1"])))
    }
    let found = try #require(images(columns))
    #expect(found.width == 8 && found.height == 8)
    // Input 0 is pixel 1: 3.5 · 2 + 1 = 8; the others are −0.5 · 2 + 1 = 0.
    var input = [Float](repeating: -0.5, count: 63)
    input[0] = 3.5
    var shares = [Double](repeating: 0, count: 64)
    shares[1] = 1
    #expect(
      found.image(of: input) == PNGBitmap(width: 8, height: 8, shares: shares, palette: .grey))
    let kernel = try #require(found.kernel(try Tensor([63, 1], (0..<63).map { Float($0 + 1) })))
    #expect(kernel.values == (0..<64).map(Float.init))
    #expect(images(Array(columns.dropLast())) == nil)
    #expect(images(columns.dropLast() + [column("age")]) == nil)
  }

  @Test func inputsAreReadInTheirOwnUnits() {
    let preprocessing = Preprocessing(
      inputs: .columns([
        .init(name: "age", encoding: .number(offset: 40, scale: 10, fill: 40, indicator: true)),
        .init(
          name: "colour",
          encoding: .categories(vocabulary: ["red", "blue"], other: true, indicator: false)),
        .init(name: "id", encoding: .dropped(reason: "constant")),
      ]), targetName: "x", target: .number(mean: 0, deviation: 1))
    let values = { (input: [Float]) in preprocessing.inputValues(input).map(\.value) }
    #expect(values([1.25, 0, 0, 1, 0]) == ["52.5", "blue"])
    #expect(values([0, 1, 0, 0, 1]) == ["missing", "another"])
    #expect(values([0, 0, 0, 0, 0]) == ["40", "missing"])
    #expect(values([1]) == [])
  }
}

extension String {
  fileprivate func count(of part: String) -> Int {
    indices.count { self[$0...].hasPrefix(part) }
  }
}
