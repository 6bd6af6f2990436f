import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Explaining

@Suite struct ExplanationTests {
  private func model(
    _ text: String, target: String, sequence: SequenceOptions? = nil, loss: any Loss,
    _ network: (Preprocessing) -> Sequential
  ) throws -> TrainedModel {
    let table = try DataTable(csv: Array(text.utf8), name: "rows.csv")
    var options = PreprocessingOptions()
    options.sequence = sequence
    let preprocessing = try Preprocessing(fitting: table, target: target, options: options)
    var trainer = Trainer(network(preprocessing), loss: loss, optimizer: .adam(), seed: 1)
    try trainer.fit(preprocessing.dataset(table), epochs: 2)
    return try TrainedModel(trainer, preprocessing: preprocessing)
  }

  /// Areas with a mean of 40, rooms that are sometimes missing, a colour, a day; a price.
  private func prices(_ network: (Preprocessing) -> Sequential) throws -> TrainedModel {
    let colours = ["red", "blue", "blue", "green"]
    let rows: [String] = (0..<60).map { (row: Int) -> String in
      let rooms = row % 7 == 0 ? "" : String(row % 5)
      let price = 1000 * row + 500 * (row % 5)
      return
        "\(10 + row * 37 % 60).5,\(rooms),\(colours[row % 4]),2026-0\(1 + row % 9)-\(10 + row % 19),\(price)\n"
    }
    return try model(
      "area,rooms,colour,day,price\n\(rows.joined())", target: "price", loss: .meanSquaredError,
      network)
  }

  private let row: [String: CellValue] = [
    "area": 55, "rooms": nil, "colour": "red", "day": "2026-03-12",
  ]

  @Test func aLinearModelContributesItsWeightsTimesTheSteps() throws {
    let model = try prices { _ in Sequential { Dense(1) } }
    let explanation = try model.explain(row)
    let input = try model.preprocessing.encode(row: row)
    let baseline = model.preprocessing.baseline(of: input, model.dataSummary)
    let kernel = try #require(model.model.tensors.first { $0.name.hasSuffix("kernel") }).tensor
    let unit = try #require(model.preprocessing.targetScaling(0)).scale
    let parts = model.preprocessing.parts(of: input, baseline: baseline)
    #expect(parts.map(\.name) == ["area", "rooms", "colour", "day"])
    for (part, found) in zip(parts, explanation.contributions) {
      let expected = part.places.reduce(0.0) { sum, place in
        sum + Double(kernel.values[place]) * Double(input[place] - baseline[place]) * unit
      }
      #expect(abs(found.contribution - expected) < 1e-5 * unit, "\(part.name)")
      #expect(found.error == 0)
    }
    #expect(explanation.method == "shapley")
    #expect(explanation.evaluations == 16)
  }

  @Test func contributionsAreInTheWordsOfTheRow() throws {
    let model = try prices { _ in
      Sequential {
        Dense(8, activation: .relu)
        Dense(1)
      }
    }
    let explanation = try model.explain(row)
    let named = Dictionary(
      uniqueKeysWithValues: explanation.contributions.map { ($0.name, $0) })
    #expect(named["area"]?.value == "55")
    #expect(named["area"]?.baseline == "40")
    #expect(named["rooms"]?.value == "missing")
    #expect(named["colour"]?.value == "red")
    #expect(named["colour"]?.baseline == "blue")
    #expect(named["day"]?.value == "2026-03-12")
    #expect(explanation.explained == "price")
    #expect(explanation.answer == explanation.prediction.value)
    let sum = explanation.contributions.reduce(0) { $0 + $1.contribution }
    let rise = explanation.answer - explanation.baselineAnswer
    #expect(abs(sum - rise) <= explanation.sumError + 1e-9)
    #expect(explanation.sumError < 1e-6 * abs(explanation.answer))
    #expect(explanation.text.contains("instead of"))
  }

  @Test func partsThatAreAsUsualContributeNothing() throws {
    let model = try prices { _ in Sequential { Dense(1) } }
    let explanation = try model.explain([
      "area": 55, "rooms": 2, "colour": "blue", "day": "2026-03-12",
    ])
    #expect(!explanation.contributions.contains { $0.name == "colour" })
    #expect(explanation.contributions.contains { $0.name == "area" })
  }

  private func members() throws -> TrainedModel {
    let labels = ["yes", "no", "maybe"]
    let rows: [String] = (0..<40).map { (row: Int) -> String in
      "\(row % 9),\(row % 5),\(labels[row % 3])\n"
    }
    return try model("a,b,member\n\(rows.joined())", target: "member", loss: .crossEntropy) { _ in
      Sequential {
        Dense(5, activation: .tanh)
        Dense(3)
      }
    }
  }

  @Test func anyClassCanBeExplained() throws {
    let model = try members()
    let answered = try model.explain(["a": 8, "b": 0])
    let label = try #require(answered.prediction.label)
    #expect(answered.explained == "member = \(label)")
    var sums = [0.0, 0, 0]
    for (place, name) in model.labels.enumerated() {
      let explanation = try model.explain(["a": 8, "b": 0], answer: name)
      let share = try #require(explanation.prediction.probabilities).values[place]
      #expect(explanation.answer == Double(share))
      for (part, contribution) in explanation.contributions.enumerated() {
        sums[part] += contribution.contribution
      }
    }
    // Probabilities sum to 1 with any part there or not, so that a part gives to some what it takes of others.
    #expect(sums.allSatisfy { abs($0) < 1e-6 })
    #expect(throws: Problem.self) { try model.explain(["a": 8, "b": 0], answer: "perhaps") }
    #expect(throws: Problem.self) { try model.explain(["a": 8, "b": 0], step: 2) }
  }

  @Test func wordsAreExplainedOneByOne() throws {
    let texts = ["good food", "bad food", "good wine here", "bad wine", "good", "bad bread here"]
    let rows: [String] = (0..<30).map { (row: Int) -> String in
      let answer = row % 2 == 0 ? "yes" : "no"
      return "\(texts[row % 6]),\(answer)\n"
    }
    let model = try model(
      "text,liked\n\(rows.joined())", target: "liked", sequence: SequenceOptions(["text"]),
      loss: .binaryCrossEntropy
    ) { preprocessing in
      Sequential {
        Embedding(tokens: preprocessing.tokens ?? 2, units: 2)
        Flatten()
        Dense(1)
      }
    }
    let explanation = try model.explain(["text": "good wine"])
    #expect(explanation.contributions.map(\.value) == ["good", "wine"])
    #expect(explanation.contributions.map(\.baseline) == ["(unknown)", "(unknown)"])
    #expect(explanation.sumError < 1e-9)
    // A word that training did not see is as unknown as what stands for it.
    let other = try model.explain(["text": "good cheese"])
    #expect(other.contributions.map(\.value) == ["good"])
  }

  /// A network that looks at one corner alone.
  @Test func theRegionThatDecidesIsFound() throws {
    let kernel: [Float] = (0..<784).map { (pixel: Int) -> Float in
      let isInCorner = pixel % 28 >= 24 && pixel / 28 < 4
      return isInCorner ? 0.2 : 0
    }
    let network = Sequential {
      Flatten()
      Dense(1)
    }
    let model = try Model(
      network, inputShape: [28, 28, 1], loss: .binaryCrossEntropy,
      tensors: [
        ("dense/kernel", Tensor([784, 1], kernel)), ("dense/bias", Tensor([1], [0])),
      ])
    let preprocessing = Preprocessing(
      inputs: .byteImages(shape: [28, 28, 1], scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes(["dark", "light"]))
    let pixels: [Float] = (0..<2 * 784).map { (place: Int) -> Float in Float(place / 784) }
    let data = try Dataset(
      inputs: Examples(shape: [28, 28, 1], floats: pixels),
      targets: Examples(shape: .scalar, floats: [0, 1]))
    let members = try members()
    let trained = try TrainedModel(
      model, preprocessing: preprocessing, record: members.record, examples: data,
      dataSummary: DataSummary(data, preprocessing))
    var inputs = PreparedInputs()
    inputs.add(Array(pixels[784...]), notes: [])
    let explanation = try trained.explain(inputs, ExplanationOptions(answer: "light"))
    let regions = try #require(explanation.regions)
    #expect(regions.count == 7 && regions.allSatisfy { $0.count == 7 })
    let rise = explanation.answer - explanation.baselineAnswer
    #expect(rise > 0.1)
    for (row, line) in regions.enumerated() {
      for (column, value) in line.enumerated() {
        #expect(abs(value - (row == 0 && column == 6 ? rise : 0)) < 1e-6)
      }
    }
    #expect(explanation.method == "shapley_sampled")
    #expect(try #require(explanation.regionError) < 1e-6)
  }

  @Test func modelsThatDoNotSayWhatTheyLearnedFromSaySo() throws {
    let members = try members()
    let data = try members.preprocessing.dataset(
      DataTable(csv: Array("a,b,member\n1,2,yes\n".utf8), name: "rows.csv"))
    let silent = try TrainedModel(
      members.model, preprocessing: members.preprocessing, record: members.record, examples: data)
    let explanation = try silent.explain(["a": 8, "b": 0])
    #expect(explanation.notes?.count == 1)
    #expect(explanation.contributions.count == 2)
  }

  @Test func anAnswerCanBeTraced() throws {
    let model = try members()
    let trace = try model.traceOfOwnAnswer(model.preprocessing.encode(row: ["a": 8, "b": 0]))
    #expect(!trace.sections.isEmpty)
  }
}
