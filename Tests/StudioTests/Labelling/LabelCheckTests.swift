import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct LabelCheckTests {
  @Test func theRuleByHand() {
    // Bars: of a the mean of 0.9 and 0.3, of b the mean of 0.8 and 0.4.
    let answered: [LabelCheck.Answered] = [
      .init(row: 0, file: nil, given: 0, probabilities: [0.9, 0.1]),
      .init(row: 1, file: nil, given: 0, probabilities: [0.3, 0.7]),
      .init(row: 2, file: nil, given: 1, probabilities: [0.2, 0.8]),
      // Another class leads, but by less than its bar.
      .init(row: 3, file: nil, given: 1, probabilities: [0.55, 0.4]),
    ]
    let check = LabelCheck(answered, ["a", "b"])
    #expect(abs(check.bars["a"]! - 0.6) < 1e-6 && abs(check.bars["b"]! - 0.6) < 1e-6)
    #expect(check.agreement == 0.5 && check.rows == 4)
    #expect(check.doubts.map(\.row) == [2])
    #expect(check.doubts[0].given == "a" && check.doubts[0].suggested == "b")
  }

  /// 1,000 pictures of digits, one label in twenty replaced by another.
  @Test func plantedWrongLabelsComeFirst() throws {
    let folder = try TemporaryFolder()
    let lines = try repositoryText("Examples/Data/digits.csv").split(whereSeparator: \.isNewline)
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var planted: [Int: String] = [:]
    while planted.count < 50 { planted[1 + next(1000)] = "" }
    let rows = (1...1000).map { row in
      var cells = lines[row].split(separator: ",").map(String.init)
      if planted[row] != nil {
        planted[row] = cells[64]
        cells[64] = "\((Int(cells[64])! + 1 + next(9)) % 10)"
      }
      return cells.joined(separator: ",")
    }
    let header = lines[0].split(separator: ",").dropLast().map(String.init) + ["digit"]
    try folder.write(
      ([header.joined(separator: ",")] + rows).joined(separator: "\n"), to: "digits.csv")
    var configuration = RunConfiguration()
    configuration.data.source = folder.path("digits.csv")
    configuration.data.target = "digit"
    configuration.data.task = .classification
    // Less than a training takes by itself, which finds 43 of them among 45 doubted ones.
    configuration.network.hidden = [32]
    configuration.training.epochs = 60
    let check = try LabelCheck(configuration)
    #expect(check.rows == 1000 && check.doubts.allSatisfy { $0.given != $0.suggested })
    let first = check.doubts.prefix(50)
    let found = first.count { planted[$0.row] != nil }
    #expect(found >= 35, "\(found) of the first 50; \(check.doubts.count) doubted")
    let among = check.doubts.count { planted[$0.row] != nil }
    #expect(among >= 35, "\(among) of 50 are doubted at all")
    #expect(check.doubts.count <= 75, "not half of the rows are doubted to find them")
    // What is suggested is what it was.
    #expect(first.count { planted[$0.row] == $0.suggested } >= found - 3)
  }
}
