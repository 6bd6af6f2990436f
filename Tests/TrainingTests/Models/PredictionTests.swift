import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

/// One sentence from a model to an answer, whatever form the question has.
@Suite struct PredictionTests {
  private struct Person: Encodable {
    enum Colour: String, Encodable { case red, blue }
    var age: Int
    var height: Double?
    var colour: Colour
  }

  /// 60 people; what is learned does not matter here.
  private func model() throws -> TrainedModel {
    let rows = (0..<60).map { row in
      "\(20 + row % 40),\(row % 7 == 0 ? "" : "1.\(50 + row % 40)"),"
        + "\(row % 3 == 0 ? "red" : "blue"),\(row % 2 == 0 ? "no" : "yes")\n"
    }
    let table = try DataTable(
      reading: MemorySource(Array("age,height,colour,member\n\(rows.joined())".utf8), name: "rows"))
    let preprocessing = try Preprocessing(fitting: table, target: "member")
    var trainer = Trainer(Dense(1), loss: .binaryCrossEntropy, metrics: [.accuracy])
    try trainer.fit(preprocessing.dataset(table), epochs: 2)
    return try TrainedModel(trainer, preprocessing: preprocessing)
  }

  /// The network has room for two steps; of three the last are used, and the answer says so.
  @Test func aRowThatIsTooLongSaysWhatWasCut() throws {
    let rows = (0..<40).map { "\($0 % 5) \($0 % 3),\($0 % 2 == 0 ? "no" : "yes")\n" }
    let table = try DataTable(
      reading: MemorySource(Array("steps,member\n\(rows.joined())".utf8), name: "rows"))
    var options = PreprocessingOptions()
    options.sequence = SequenceOptions(["steps"])
    let preprocessing = try Preprocessing(fitting: table, target: "member", options: options)
    let network = Sequential {
      Flatten()
      Dense(1)
    }
    var trainer = Trainer(network, loss: .binaryCrossEntropy, metrics: [.accuracy])
    try trainer.fit(preprocessing.dataset(table), epochs: 1)
    let model = try TrainedModel(trainer, preprocessing: preprocessing)
    let answers = try model.predict(rows: [["steps": "1 2"], ["steps": "0 1 2"]])
    #expect(answers[0].notes == nil)
    #expect(
      answers[1].notes == [
        "1 row has more than 2 steps, of which the last are used; steps left out: 1"
      ])
  }

  @Test func everyFormOfARowGivesTheSameAnswer() throws {
    let model = try model()
    let expected = try model.predict(["age": 31, "height": 1.8, "colour": "red"])
    #expect(expected.label == "no" || expected.label == "yes")
    #expect(expected.probabilities?.labels == ["no", "yes"])
    let texts: [String: String] = ["age": "31", "height": "1.8", "colour": "red"]
    #expect(try model.predict(texts) == expected)
    let person = Person(age: 31, height: 1.8, colour: .red)
    #expect(try model.predict(person) == expected)
    #expect(try model.predict(rows: [person, person]) == [expected, expected])
    #expect(try model.predict(rows: [texts, texts], threads: 2) == [expected, expected])
    let cells: [[String: CellValue]] = [["age": 31, "height": nil, "colour": "red"]]
    let missing = try model.predict(rows: cells)[0]
    #expect(try model.predict(Person(age: 31, height: nil, colour: .red)) == missing)
    #expect(missing != expected)
  }

  /// Half a width beyond the training rows, and in every form of the question.
  @Test func farOutsideTheTrainingRowsIsNoted() throws {
    let model = try model()
    let inside: [String: CellValue] = ["age": 60, "height": 1.8, "colour": "red"]
    #expect(try model.predict(inside).notes == nil)
    let far: [String: CellValue] = ["age": 100_000, "height": 1.8, "colour": "red"]
    let notes = [
      "column `age`: 100000 is far outside the training rows' 20.00 to 59.00, so the answer is a guess"
    ]
    #expect(try model.predict(far).notes == notes)
    #expect(try model.predict(["age": "100000", "height": "1.8", "colour": "red"]).notes == notes)
    #expect(
      try model.predict(Person(age: 100_000, height: 1.8, colour: .red)).notes == notes)
    #expect(try model.predict(rows: [inside, far]).map(\.notes) == [nil, notes])
    let table = try DataTable(
      reading: MemorySource(
        Array("age,height,colour\n60,1.8,red\n100000,1.8,red\n".utf8), name: "rows"))
    #expect(try model.predict(table).map(\.notes) == [nil, notes])
    let stored = try TrainedModel(bytes: model.bytes())
    #expect(try stored.predict(far).notes == notes)
    let json = try JSONEncoder().encode(try model.predict(far))
    let read = try JSONDecoder().decode(Prediction.self, from: json)
    #expect(read.notes == notes)
    // A missing cell is no number.
    #expect(
      try model.predict(["age": 60, "height": nil, "colour": "red"]).notes == nil)
  }

  @Test func numbersAloneNeedNoType() throws {
    let preprocessing = try Preprocessing(columns: ["a", "b"], target: "sum")
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: (0..<40).map { Float($0 % 7) }),
      targets: Examples(shape: .scalar, floats: (0..<20).map { Float($0 % 5) }))
    var trainer = Trainer(Dense(1), loss: .meanSquaredError)
    try trainer.fit(data, epochs: 1)
    let model = try TrainedModel(trainer, preprocessing: preprocessing)
    let expected = try model.predict(["a": 1, "b": 2.5]).value
    let numbers: [String: Double] = ["a": 1, "b": 2.5]
    #expect(try model.predict(numbers).value == expected)
    let singles: [String: Float] = ["a": 1, "b": 2.5]
    #expect(try model.predict(singles).value == expected)
  }

  @Test func badRowsAreNamedAllTogether() throws {
    let model = try model()
    let rows: [[String: CellValue]] = [
      ["age": "old", "height": 1.7, "colour": "red"], ["age": 3, "height": 1.7, "colour": "red"],
      ["age": 31, "height": 1.7, "colour": "green"],
    ]
    let problem = try #require(
      #expect(throws: Problem.self) { try model.predict(rows: rows, strict: true) })
    #expect(problem.all.map(\.location) == ["row 1, column `age`", "row 3, column `colour`"])
    let list = #expect(throws: Problem.self) { try model.predict([1, 2, 3]) }
    #expect(list?.kind == .data)
    let nested = #expect(throws: Problem.self) { try model.predict(["age": ["x": 1]]) }
    #expect(nested?.location == "row, column `age`")
    #expect(throws: Problem.self) { try model.predict(image: [1, 2, 3]) }
  }

  @Test func eightTasksAskOneModel() async throws {
    let model = try model()
    let rows = (0..<200).map {
      Person(age: 20 + $0 % 50, height: 1.5, colour: $0 % 2 == 0 ? .red : .blue)
    }
    let expected = try model.predict(rows: rows)
    let answers = try await withThrowingTaskGroup(of: (Int, Prediction).self) { group in
      for part in 0..<8 {
        group.addTask { (part, try model.predict(rows[part * 25])) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for part in 0..<8 { #expect(answers[part] == expected[part * 25]) }
  }

  @Test func threadsChangeNoBit() throws {
    let model = try model()
    let rows = (0..<5000).map { row in
      ["age": CellValue.number(Double(row % 90)), "height": .number(1.6), "colour": .text("blue")]
    }
    #expect(try model.predict(rows: rows, threads: 3) == model.predict(rows: rows))
    #expect(throws: Problem.self) { try model.predict(rows: rows, threads: 0) }
  }

  @Test func probabilitiesAreAnObjectInJSON() throws {
    let answer = try model().predict(["age": 31, "height": 1.8, "colour": "red"])
    let text = try JSONText.encode(answer)
    #expect(text.contains("\"no\":") && text.contains("\"yes\":"))
    #expect(try JSONText.decode(Prediction.self, from: text, at: "answer") == answer)
    let ranked = try #require(answer.probabilities?.ranked)
    #expect(ranked[0].label == answer.label && ranked[0].probability >= ranked[1].probability)
  }

  @Test func aTrainerThatHasNotLearnedMakesNoModel() throws {
    let preprocessing = try Preprocessing(columns: ["a"], target: "b")
    #expect(throws: Problem.self) {
      try TrainedModel(
        Trainer(Dense(1), loss: .meanSquaredError), preprocessing: preprocessing)
    }
    #expect(throws: Problem.self) { try Preprocessing(columns: [], target: "b") }
    #expect(throws: Problem.self) { try Preprocessing(columns: ["a"], target: "b", classes: ["x"]) }
  }

  /// Version 0.1.0 called the layer `conv2d` `conv_2d`, and its tensors `conv_2d/kernel`.
  @Test func aModelOfTheFirstVersionStillOpens() throws {
    let path = repositoryPath("Tests/TrainingTests/Models/Files/conv_2d.safetensors")
    let model = try TrainedModel(path: path)
    #expect(model.model.tensors.map(\.name).contains("conv2d/kernel"))
    #expect(model.labels == ["columns", "diagonal", "rows"] && model.dataSummary == nil)
    let again = try TrainedModel(bytes: model.bytes())
    #expect(again.model.weightsSHA256 == model.model.weightsSHA256)
    #expect(Registry.presentName(of: "residual/conv_2d_1/kernel") == "residual/conv2d_1/kernel")
    #expect(Registry.presentName(of: "my_2d/gain") == "my_2d/gain")
  }
}
