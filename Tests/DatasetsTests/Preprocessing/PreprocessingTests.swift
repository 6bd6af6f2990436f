import Engine
import Testing

@testable import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A table to learn from: two kinds of column, a missing cell in each, and columns of no use.
let people = """
  name,age,colour,unit,empty,bought
  ann,10,red,cm,,yes
  bob,20,blue,cm,,no
  cem,,red,cm,,yes
  dee,40,,cm,,no
  eva,50,green,cm,,yes
  fay,60,red,cm,,no
  gus,70,red,cm,,yes
  hal,80,red,cm,,no
  ina,90,red,cm,,yes
  jon,100,red,cm,,no
  kim,1000,violet,m,5,yes
  """

@Suite struct PreprocessingTests {
  private func table(_ text: String) throws -> DataTable { try DataTable(reading: source(text)) }

  @Test func fittedOnTrainingRowsOnly() throws {
    let table = try table(people)
    let fitted = try Preprocessing(fitting: table, target: "bought", rows: Array(0..<10))
    // Ages 10, 20, 40…100: mean 520/9, and row 10 with its 1000 plays no part.
    let ages = [10.0, 20, 40, 50, 60, 70, 80, 90, 100]
    let mean = ages.reduce(0, +) / 9
    let deviation = (ages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 9).squareRoot()
    guard case .columns(let columns) = fitted.inputs,
      case .number(let offset, let scale, let fill, let indicator) = columns[1].encoding
    else { return #expect(Bool(false)) }
    #expect((offset - mean).magnitude < 1e-12 && (scale - deviation).magnitude < 1e-12)
    #expect(fill == offset && indicator)
    #expect(
      columns[2].encoding
        == .categories(vocabulary: ["blue", "green", "red"], other: false, indicator: true))
    #expect(
      fitted.notes == [
        "column `name` is left out: every text is different, as a name or number of the row would be",
        "column `unit` is left out: `cm` in every training row",
        "column `empty` is left out: no training row has a value",
      ])
    #expect(
      fitted.inputNames == [
        "age", "age is missing", "colour = blue", "colour = green", "colour = red",
        "colour is missing",
      ])
    #expect(fitted.inputShape == [6])
    #expect(fitted.classes == ["no", "yes"])
    #expect(fitted.task.isClassification)

    let samples = try fitted.encode(table)
    #expect(samples[0] == [Float((10 - offset) / scale), 0, 0, 0, 1, 0])
    #expect(samples[2] == [0, 1, 0, 0, 1, 0])
    #expect(samples[3] == [Float((40 - offset) / scale), 0, 0, 0, 0, 1])
    #expect(samples[10] == [Float((1000 - offset) / scale), 0, 0, 0, 0, 0])
    #expect(
      fitted.notes(encoding: table) == [
        "column `colour`: 1 cell was not seen in training, taken as none of the known: `violet`"
      ])
    let data = try fitted.dataset(table, rows: [1, 0])
    #expect(data[0].target == [0] && data[1].target == [1])
    #expect(data[1].input == samples[0])
    #expect(fitted.decodeClass(1) == "yes")
  }

  @Test func jsonRoundTrip() throws {
    let table = try table(people)
    for scaling in PreprocessingOptions.Scaling.allCases {
      for target in ["bought", "unit"] {
        var options = PreprocessingOptions()
        options.scaling = scaling
        let fitted = try Preprocessing(fitting: table, target: target, options: options)
        let json = try JSONEncoder().encode(fitted)
        let read = try JSONDecoder().decode(Preprocessing.self, from: json)
        #expect(read == fitted)
        #expect(try read.encode(table)[4] == fitted.encode(table)[4])
      }
    }
    let images = Preprocessing(
      inputs: .byteImages(shape: [28, 28, 1], scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes(["0", "1"]))
    let json = try JSONEncoder().encode(images)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: json) == images)
    let newer = String(decoding: json, as: UTF8.self)
      .replacing("\"version\":1", with: "\"version\":9")
    #expect(
      message { _ = try JSONDecoder().decode(Preprocessing.self, from: Data(newer.utf8)) }
        == "preprocessing: expected version 1, found version 9. Fix: use a newer Glassbox.")
  }

  @Test func scalingsAndRegression() throws {
    let table = try table("x,y,z\n0,1.5,7\n5,2.5,7\n10,6.5,7\n")
    var options = PreprocessingOptions()
    options.scaling = .minMax
    options.keepsConstants = true
    let fitted = try Preprocessing(fitting: table, target: "y", options: options)
    #expect(fitted.task == .regression)
    #expect(try fitted.encode(table)[1] == [0.5, 0])
    options.scaling = .none
    options.ignoring = ["z"]
    let raw = try Preprocessing(fitting: table, target: "y", options: options)
    #expect(try raw.encode(table)[2] == [10])
    #expect(raw.notes == ["column `z` is left out: as asked"])

    let targets = try fitted.encodeTargets(table)
    #expect((targets[0][0] + targets[1][0] + targets[2][0]).magnitude < 1e-6)
    #expect((fitted.decodeValue(targets[2][0]) - 6.5).magnitude < 1e-6)
    options.standardisesTarget = false
    let plain = try Preprocessing(fitting: table, target: "y", options: options)
    #expect(try plain.encodeTargets(table)[2] == [6.5])
    #expect(plain.decodeValue(6.5) == 6.5)
  }

  @Test func classesInOrder() throws {
    let table = try table("x,y\n1,10\n2,9\n3,-1\n4,10\n5,9\n6,-1\n")
    let fitted = try Preprocessing(fitting: table, target: "y")
    #expect(fitted.classes == ["-1", "9", "10"])
    #expect(try fitted.encodeTargets(table, rows: [0, 2])[0] == [2])
    var options = PreprocessingOptions()
    options.task = .regression
    #expect(try Preprocessing(fitting: table, target: "y", options: options).classes == [])
  }

  @Test func manyCategoriesShareAnInput() throws {
    var text = "c,y\n"
    for row in 0..<300 { text += "c\(row % 120),\(row % 2)\n" }
    let table = try table(text)
    let fitted = try Preprocessing(fitting: table, target: "y")
    #expect(fitted.inputShape == [101])
    let samples = try fitted.encode(table)
    // c0…c59 appear three times, c60…c119 twice; of those the first in alphabetical order stay.
    #expect(samples[59].last == 0)
    #expect((0..<300).allSatisfy { samples[$0].reduce(0, +) == 1 })
    #expect((0..<300).count { samples[$0].last == 1 } == 40)
    // Those that share an input were seen.
    #expect(fitted.notes(encoding: table).isEmpty)
    #expect(try fitted.encode(row: ["c": "c99"], strict: true).last == 1)
    #expect(try fitted.encode(row: ["c": "never seen"]).last == 1)
    #expect(throws: Problem.self) { try fitted.encode(row: ["c": "never seen"], strict: true) }
  }
}
