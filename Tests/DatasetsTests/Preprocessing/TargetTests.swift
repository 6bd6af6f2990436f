import Engine
import Testing

@testable import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What targets become: one or several numbers, classes, ordered classes, labels.
@Suite struct TargetTests {
  private func table(_ text: String) throws -> DataTable { try DataTable(reading: source(text)) }

  private func fitted(
    _ text: String, _ targets: [String], _ change: (inout PreprocessingOptions) -> Void = { _ in }
  ) throws -> (Preprocessing, DataTable) {
    var options = PreprocessingOptions()
    change(&options)
    let table = try table(text)
    return (try Preprocessing(fitting: table, targets: targets, options: options), table)
  }

  private let several = "x,a,b\n1,10,-1.5\n2,20,0.5\n3,30,1\n4,20,3\n"

  @Test func severalNumbersAreScaledEachByItself() throws {
    let (made, table) = try fitted(several, ["a", "b"])
    #expect(made.task == .regression && made.targetCount == 2 && made.targetName == "a, b")
    guard case .columns(let inputs) = made.inputs else { return #expect(Bool(false)) }
    #expect(inputs.map(\.name) == ["x"], "a target is no input")
    let targets = try made.encodeTargets(table)
    #expect(targets.shape.extents == [2])
    for (row, values) in [(0, [10, -1.5]), (1, [20, 0.5]), (2, [30, 1]), (3, [20, 3])] {
      for place in 0..<2 {
        #expect(
          (made.decodeValue(targets[row][place], at: place) - values[place]).magnitude < 1e-5)
      }
    }
    #expect(made.targetScales[0].mean == 20 && made.targetScales[1].mean == 0.75)
  }

  @Test func labelsStandInColumnsOrInOneWithASignBetween() throws {
    let columns = "x,red,blue\n1,1,0\n2,0,1\n3,1,1\n4,0,0\n"
    let (made, table) = try fitted(columns, ["red", "blue"])
    #expect(made.task == .multilabel && made.classes == ["red", "blue"])
    #expect(
      try (0..<4).map { try made.encodeTargets(table)[$0] } == [[1, 0], [0, 1], [1, 1], [0, 0]])
    let note = try #require(
      LearningTask.Choice.note(on: [table.column("red"), table.column("blue")]))
    #expect(note.contains("labels") && note.contains("regression"))
    for sign in ["|", ";", " "] {
      let text = "x,tags\n1,red\n2,blue\(sign)red\n3,blue\n4,red\(sign)green\n"
      let (made, table) = try fitted(text, ["tags"]) { $0.task = .multilabel }
      #expect(made.classes == ["blue", "green", "red"], "\(sign)")
      #expect(try made.encodeTargets(table)[1] == [1, 0, 1])
      let later = try DataTable(
        reading: source("x,tags\n1,red\(sign)pink\n"), options: made.tableOptions(needsTarget: true)
      )
      let problem = #expect(throws: Problem.self) { try made.encodeTargets(later) }
      #expect(problem?.found == "`pink`")
    }
    let (said, _) = try fitted("x,tags\n1,a b;c\n2,c\n3,a b\n", ["tags"]) {
      ($0.task, $0.labelSeparator) = (.multilabel, ";")
    }
    #expect(said.classes == ["a b", "c"])
  }

  @Test func orderedClassesAreNumbersInTheirOrder() throws {
    let (made, table) = try fitted("x,stars\n1,10\n2,9\n3,2\n4,9\n", ["stars"]) {
      $0.task = .ordered
    }
    #expect(made.classes == ["2", "9", "10"] && made.task == .ordered)
    #expect(try (0..<4).map { try made.encodeTargets(table)[$0][0] } == [2, 1, 0, 1])
  }

  /// Positive values over more than an order of magnitude that lean to the small ones.
  private var skewed: String {
    "x,price\n" + (0..<80).map { "\($0 * 7 % 80),\(Double.exp(Double($0 % 40) / 8))\n" }.joined()
  }

  @Test func theLogarithmIsLearnedWhereItSuits() throws {
    let (made, table) = try fitted(skewed, ["price"]) { $0.targetScaling = .auto }
    #expect(made.targetScales[0].isLogarithm)
    let targets = try made.encodeTargets(table)
    for row in 0..<80 {
      let value = Double.exp(Double(row % 40) / 8)
      #expect((made.decodeValue(targets[row][0]) / value - 1).magnitude < 1e-5)
      let scaling = try #require(made.targetScaling(0))
      #expect(scaling.isLogarithm && (scaling.raw(targets[row][0]) / value - 1).magnitude < 1e-5)
    }
    #expect(!(try fitted(skewed, ["price"]).0.targetScales[0].isLogarithm))
    let even = try fitted(several, ["a"]) { $0.targetScaling = .auto }.0
    #expect(!even.targetScales[0].isLogarithm)
    let problem = #expect(throws: Problem.self) {
      try fitted(several, ["b"]) { $0.targetScaling = .log }
    }
    #expect(problem?.fix.contains("target_scale") == true && problem?.found == "-1.5")
  }

  @Test func whatCannotBeAnsweredTogetherIsThrown() throws {
    let cases: [(String, [String], LearningTask.Choice?)] = [
      (several, ["a", "b"], .classification), (several, ["a", "b"], .ordered),
      (several, ["a", "a"], nil), (several, [], nil), (several, ["a", "c"], nil),
      (several, ["a", "b"], .multilabel), ("x,t,a\n1,u,1\n2,v,2\n", ["t", "a"], nil),
      ("x,t\n1,u\n2,v\n", ["t"], .ordered), ("x,t\n1,u\n2,v\n", ["t"], .multilabel),
    ]
    for (text, targets, task) in cases {
      #expect(throws: Problem.self, "\(targets) \(String(describing: task))") {
        try fitted(text, targets) { $0.task = task }
      }
    }
  }

  /// Every kind goes into a file and comes back; one number and classes as files always had them.
  @Test func everyKindIsReadBackAndOldFilesStay() throws {
    let kinds: [(Preprocessing.Target, [String], String)] = [
      (.classes(["a", "b"]), ["y"], #"{"classes":{"_0":["a","b"]}}"#),
      (.number(mean: 2, deviation: 3), ["y"], #"{"number":{"deviation":3,"mean":2}}"#),
      (.ordered(["1", "2"]), ["y"], #"{"ordered":{"_0":["1","2"]}}"#),
      (
        .numbers([TargetScale(mean: 1, deviation: 2, isLogarithm: true)]), ["y"],
        #"{"numbers":[{"deviation":2,"logarithm":true,"mean":1}]}"#
      ),
      (
        .numbers([TargetScale(), TargetScale(mean: 1)]), ["y", "z"],
        #"{"numbers":[{"deviation":1,"mean":0},{"deviation":1,"mean":1}]}"#
      ),
      (
        .labels(["a", "b"], separator: ";"), ["y"],
        #"{"labels":{"names":["a","b"],"separator":";"}}"#
      ),
      (.labels(["a", "b"], separator: nil), ["a", "b"], #"{"labels":{"names":["a","b"]}}"#),
    ]
    for (target, names, expected) in kinds {
      let made = Preprocessing(inputs: .columns([]), targetNames: names, target: target)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let bytes = try encoder.encode(made)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(expected), "\(text)")
      #expect(text.contains(#""targetName":"y""#) == (names.count == 1))
      #expect(try JSONDecoder().decode(Preprocessing.self, from: bytes) == made)
    }
    for damaged in [
      #"{"version":1,"inputs":{"columns":{"_0":[]}},"targetName":"y","target":{"number":{"mean":0,"deviation":0}}}"#,
      #"{"version":1,"inputs":{"columns":{"_0":[]}},"target_names":["y","z"],"target":{"classes":{"_0":["a"]}}}"#,
    ] {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(Preprocessing.self, from: Data(damaged.utf8))
      }
    }
  }
}
