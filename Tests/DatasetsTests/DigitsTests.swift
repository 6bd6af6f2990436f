import Engine
import TestSupport
import Testing

@testable import Datasets

/// The whole way of a file: table, split, preprocessing, batch.
@Suite struct DigitsTests {
  @Test func fromFileToBatch() throws {
    let path = repositoryPath("Examples/Data/digits.csv")
    let table = try DataTable(reading: FileSource(path: path))
    #expect(table.count == 1797)
    let target = table.columns[64]
    #expect(table.columns.count == 65)
    #expect(target.summary == "\(target.name): numeric, 0…9")
    #expect(LearningTask.Choice(inferredFrom: target) == .classification)

    let strata = (0..<table.count).map { Int(target.text($0)!)! }
    let split = try Split(count: table.count, strata: strata, seed: 42)
    #expect(Split.Part.allCases.map { split[$0].count } == [1258, 270, 269])
    let fitted = try Preprocessing(fitting: table, target: target.name, rows: split.train)
    #expect(fitted.classes == (0...9).map(String.init))
    // Some pixels are never inked in the training rows.
    #expect(fitted.inputShape.count + fitted.notes.count == 64)

    let data = try fitted.dataset(table)
    #expect(Duplicates(data.inputs, split).count == 0)
    let train = try data.subset(split.train)
    #expect(train.count == 1258)
    for column in 0..<fitted.inputShape.count {
      let values = (0..<train.count).map { Double(train[$0].input[column]) }
      let mean = values.reduce(0, +) / 1258
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1258
      #expect(mean.magnitude < 1e-6 && (variance - 1).magnitude < 1e-5)
    }
  }
}
