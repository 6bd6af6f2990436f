import Engine
import Foundation
import Testing

@testable import Datasets

/// Rows that are steps, each with its own label.
@Suite struct StepLabelsTests {
  /// Two channels, no order of the file; `b` has one row more than the most, `c` no label.
  private static let rows = """
    who,t,x,y,label
    a,2,2,20,p
    b,1,4,40,q
    a,1,1,10,q
    a,3,3,,
    b,2,5,50,p
    b,3,6,60,q
    ,1,9,90,p
    c,1,7,70,
    b,4,7,70,p
    a,4,,,q

    """

  private func options(_ change: (inout SequenceOptions) -> Void = { _ in }) -> SequenceOptions {
    var sequence = SequenceOptions(["x", "y"])
    (sequence.group, sequence.order, sequence.length) = ("who", "t", 3)
    change(&sequence)
    return sequence
  }

  private func table(
    _ sequence: SequenceOptions, _ text: String = rows, label: String? = "label"
  ) throws -> DataTable {
    var options = TableOptions()
    options.steps = (sequence, label, [])
    return try DataTable(csv: Array(text.utf8), name: "data.csv", options: options)
  }

  private func fitted(_ table: DataTable) throws -> Preprocessing {
    var options = PreprocessingOptions()
    options.scaling = .none
    return try Preprocessing(fitting: table, target: "label", options: options)
  }

  @Test func rowsBecomeSequencesInTheirOrder() throws {
    let table = try table(options())
    let steps = try #require(table.steps)
    // `b` has four steps, so it is cut in the middle.
    #expect(steps.rows == [[2, 0, 3], [1, 4], [5, 8]])
    #expect(Set(steps.problems.keys) == [6, 7, 9] && steps.count == 10)
    for text in [
      "1 of 10 rows are left out: no value of `who` or `t`",
      "1 of 10 rows are left out: no value in `x`, `y`",
      "1 of 3 sequences are left out: no value of `label` to learn",
      "1 rows have no value of `label`",
      "1 of 2 sequences have more than 3 steps",
      "rows were sorted by `t`: 2 stood elsewhere",
    ] {
      #expect(table.notes.contains { $0.contains(text) }, "\(text) in \(table.notes)")
    }
    let made = try fitted(table)
    #expect(made.classes == ["p", "q"] && made.inputShape == [3, 2] && made.targetName == "label")
    let data = try made.dataset(table)
    #expect(data.inputs[0] == [1, 10, 2, 20, 3, 0] && data.inputs[1] == [4, 40, 5, 50, 0, 0])
    #expect(data.targets[0] == [1, 0, 0] && data.targets[2] == [1, 0, 0])
    #expect(data.weights == [1, 1, 0, 1, 1, 0, 1, 1, 0])
    let answers = data.answers
    #expect(answers.targets == [1, 0, 1, 0, 1, 0] && answers.rows == [2, 0, 1, 4, 5, 8])
    #expect(answers.places == [0, 1, 3, 4, 6, 7] && answers.weights == nil)
    #expect(data.classCounts(2) == [3, 3])
    let part = try data.subset([2, 0]).answers
    #expect(part.rows == [5, 8, 2, 0] && part.targets == [1, 0, 1, 0])
  }

  /// Whatever the file holds besides, the model's own options read it, and it may be longer.
  @Test func laterFilesAreReadAlike() throws {
    let made = try fitted(try table(options()))
    let made2 = try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(made))
    #expect(made2 == made)
    let later = "junk,y,x,t,who\nz,20,2,2,a\nz,10,1,1,a\nz,30,3,3,a\nz,40,4,4,a\nz,1,1,1,d\n"
    let table = try DataTable(
      csv: Array(later.utf8), name: "later.csv", options: made2.tableOptions(needsTarget: false))
    #expect(table.steps?.rows == [[1, 0], [2, 3], [4]])
    let inputs = try made2.encode(table)
    #expect(inputs[0] == [1, 10, 2, 20, 0, 0] && made2.steps(of: inputs[0]) == 2)
    #expect(made2.steps(of: inputs[2]) == 1)
  }

  @Test func problemsSayTheLineOfTheStep() throws {
    let made = try fitted(try table(options()))
    let text = Self.rows.replacing("b,4,7,70,p", with: "b,4,7,70,never")
    let later = try DataTable(
      csv: Array(text.utf8), name: "later.csv", options: made.tableOptions(needsTarget: true))
    #expect {
      try made.dataset(later)
    } throws: { error in
      "\(error)".contains("later.csv:10, column `label") && "\(error)".contains("`never`")
    }
    let scored = try made.datasetToScore(later)
    #expect(scored.unseenClasses == ["never"] && scored.answers.targets.last == 2)
  }

  @Test func aColumnOfTextsIsTokens() throws {
    var sequence = SequenceOptions(["word"])
    sequence.group = "s"
    let table = try table(
      sequence, "s,word,tag\n1,the,D\n1,dog,N\n1,ran,V\n2,a,D\n2,dog,N\n", label: "tag")
    let made = try Preprocessing(fitting: table, target: "tag")
    #expect(made.inputShape == [3] && made.tokens == 6)
    #expect(made.classes == ["D", "N", "V"])
  }

  @Test(arguments: ["columns", "as", "exact", "order", "labels"])
  func settingsThatDoNotFitAreRefused(_ name: String) throws {
    let sequence = options {
      switch name {
      case "columns": $0.columns = ["z"]
      case "as": $0.content = .words
      case "exact": $0.isExact = true
      case "order": $0.group = nil
      default: $0.labels = "label"
      }
    }
    #expect {
      try sequence.sequences(
        of: DataTable(csv: Array(Self.rows.utf8), name: "data.csv"), labels: "label")
    } throws: { "\($0)".contains("sequence.\(name)") }
  }

  /// Groups of one row are no sequences.
  @Test func aGroupThatIsNoneIsRefused() throws {
    let sequence = options { ($0.group, $0.order, $0.length) = ("t", nil, nil) }
    let table = try DataTable(csv: Array("t,x,y,label\n1,1,1,p\n2,2,2,q\n".utf8), name: "data.csv")
    #expect {
      try sequence.sequences(of: table, labels: "label")
    } throws: { "\($0)".contains("at most 1 in one group of `t`") }
  }

  @Test func settingsAreReadAndWritten() throws {
    let text = #"{"columns": ["x", "y"], "group": "who", "order": "t"}"#
    let read = try JSONDecoder().decode(SequenceOptions.self, from: Data(text.utf8))
    #expect(read.group == "who" && read.order == "t" && read.columns == ["x", "y"])
    #expect(
      try JSONDecoder().decode(SequenceOptions.self, from: JSONEncoder().encode(read)) == read)
  }

  @Test func numbersAreNoClasses() throws {
    let rows = (0..<40).map { "\($0 / 4),\($0 % 4),\(Double($0) * 1.5 + 0.25)" }
    var sequence = SequenceOptions(["x"])
    sequence.group = "s"
    let table = try table(sequence, "s,x,y\n" + rows.joined(separator: "\n") + "\n", label: "y")
    #expect {
      try Preprocessing(fitting: table, target: "y")
    } throws: { "\($0)".contains("set `task` to `classification`") }
  }
}
