import Datasets
import Engine
import Foundation
import Testing

@Suite struct DataSummaryTests {
  private func table(_ text: String) throws -> DataTable {
    try DataTable(reading: MemorySource(Array(text.utf8), name: "table"))
  }

  /// The deciles of 1…5 are those of NumPy: `numpy.quantile([1, 2, 3, 4, 5], numpy.arange(11) / 10)`.
  @Test func decilesAreThoseOfNumPy() throws {
    let summary = try #require(NumberSummary([5, 3, 1, 2, 4]))
    let expected = [1, 1.4, 1.8, 2.2, 2.6, 3, 3.4, 3.8, 4.2, 4.6, 5]
    for (decile, value) in zip(summary.deciles, expected) { #expect(abs(decile - value) < 1e-12) }
    #expect(summary.mean == 3 && abs(summary.deviation - 2.0.squareRoot()) < 1e-12)
    #expect((summary.minimum, summary.median, summary.maximum) == (1, 3, 5))
    #expect(NumberSummary([.nan]) == nil)
  }

  /// Each decile knows how many numbers are at most it; a file of before says nothing of that.
  @Test func frequentNumbersAreCounted() throws {
    let numbers = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4].map { Double($0) }
    let summary = try #require(NumberSummary(numbers))
    #expect(summary.counts == summary.deciles.map { decile in numbers.count { $0 <= decile } })
    let text = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
    func read(_ text: String) throws -> NumberSummary {
      try JSONDecoder().decode(NumberSummary.self, from: Data(text.utf8))
    }
    #expect(try read(text) == summary)
    var old = summary
    old.counts = nil
    let before = String(decoding: try JSONEncoder().encode(old), as: UTF8.self)
    #expect(!before.contains("counts"))
    #expect(try read(before) == old)
    for bad in ["[1]", "[0,1,1,1,1,1,1,1,1,1,1]", "[2,1,1,1,1,1,1,1,1,1,1]"] {
      #expect(throws: (any Error).self) { try read(before.dropLast() + ",\"counts\":\(bad)}") }
    }
  }

  @Test func columnsAreDescribedInTheirOwnUnit() throws {
    let rows = (0..<40).map { row in
      "\(row % 4 == 0 ? "" : "\(row)"),\(["red", "red", "blue", ""][row % 4]),\(row % 2)\n"
    }
    let table = try table("size,colour,answer\n" + rows.joined())
    let preprocessing = try Preprocessing(fitting: table, target: "answer")
    let summary = try DataSummary(preprocessing.dataset(table), preprocessing)
    #expect(summary.rows == 40 && summary.rowsSeen == 40 && summary.images == nil)
    #expect(summary.columns.map(\.name) == ["size", "colour"])
    let size = summary.columns[0]
    #expect(size.count == 30 && size.missing == 10)
    let numbers = try #require(size.numbers)
    #expect(abs(numbers.minimum - 1) < 1e-4 && abs(numbers.maximum - 39) < 1e-4)
    #expect(abs(numbers.mean - 20) < 1e-4)
    let colour = summary.columns[1]
    #expect(colour.categories?.map(\.category) == ["blue", "red"])
    #expect(colour.categories?.map(\.count) == [10, 20] && colour.missing == 10)
    #expect(colour.others == 0 && colour.share(of: "red") == 20.0 / 30)
    #expect(summary.target.categories?.map(\.count) == [20, 20])
  }

  @Test func manyCategoriesAndColumnsAreBounded() throws {
    let rows = (0..<60).map { "c\($0 % 20 < 10 ? 0 : $0 % 20),\($0 % 2)\n" }
    let table = try table("kind,answer\n" + rows.joined())
    let preprocessing = try Preprocessing(fitting: table, target: "answer")
    let kind = try DataSummary(preprocessing.dataset(table), preprocessing).columns[0]
    #expect(kind.categories?.count == ColumnSummary.categoryLimit && kind.others == 3)
    #expect(kind.categories?[0].count == 30)

    let width = DataSummary.columnLimit + 5
    let wide = try Preprocessing(columns: (0..<width).map { "x\($0)" }, target: "y")
    let data = try Dataset(
      inputs: Examples(shape: [width], floats: [Float](repeating: 1, count: 2 * width)),
      targets: Examples(shape: .scalar, floats: [1, 2]))
    let summary = try DataSummary(data, wide)
    #expect(summary.columns.count == DataSummary.columnLimit && summary.columnsLeftOut == 5)
  }

  @Test func longDataAreLookedAtEvenly() throws {
    let count = 3 * DataSummary.rowLimit
    let preprocessing = try Preprocessing(columns: ["x"], target: "y")
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: (0..<count).map { Float($0) }),
      targets: Examples(shape: .scalar, floats: [Float](repeating: 0, count: count)))
    let summary = try DataSummary(data, preprocessing)
    #expect(summary.rows == count && summary.rowsSeen == DataSummary.rowLimit)
    #expect(abs(try #require(summary.columns[0].numbers).median - Double(count) / 2) < 3)
  }

  /// One grey image with a white dot in the middle: the Laplacian is −4 there and 1 at its neighbours.
  @Test func imagesAreDescribedByTheirPixels() throws {
    var dot = [UInt8](repeating: 0, count: 25)
    dot[12] = 255
    let preprocessing = Preprocessing(
      inputs: .byteImages(shape: [5, 5, 1], scale: 1 / 255, offset: 0), targetName: "label",
      target: .classes(["a", "b"]))
    let data = try Dataset(
      inputs: Examples(shape: [5, 5, 1], bytes: dot, scale: 1 / 255, offset: 0),
      targets: Examples(shape: .scalar, floats: [0]))
    let images = try #require(try DataSummary(data, preprocessing).images)
    #expect(abs(images.brightness.mean - 1.0 / 25) < 1e-6)
    #expect(abs(images.contrast.mean - (1.0 / 25 - 1.0 / 625).squareRoot()) < 1e-6)
    #expect(abs(images.sharpness.mean - 20.0 / 9) < 1e-5)
  }

  @Test func dataOfAnotherPreprocessingAreRefused() throws {
    let preprocessing = try Preprocessing(columns: ["x", "z"], target: "y")
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: [1]), targets: Examples(shape: .scalar, floats: [0]))
    #expect(throws: Problem.self) { try DataSummary(data, preprocessing) }
  }
}
