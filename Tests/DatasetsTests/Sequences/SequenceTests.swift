import Engine
import Foundation
import Testing

@testable import Datasets

@Suite struct SequenceTests {
  private func table(_ text: String, _ kinds: [String: Column.Kind] = [:]) throws -> DataTable {
    var options = TableOptions()
    options.kinds = kinds
    return try DataTable(
      reading: MemorySource(Array(text.utf8), name: "data.csv"), options: options)
  }

  private func fitted(
    _ table: DataTable, _ sequence: SequenceOptions, tokens: Int? = nil,
    scaling: PreprocessingOptions.Scaling = .standardise, rows: [Int]? = nil
  ) throws -> Preprocessing {
    var options = PreprocessingOptions()
    (options.sequence, options.tokens, options.scaling) = (sequence, tokens, scaling)
    return try Preprocessing(fitting: table, target: "y", rows: rows, options: options)
  }

  /// One scaler for all steps: mean of 1, 2, 3, 6 is 3, deviation √3.5.
  @Test func allStepsShareOneScaler() throws {
    let table = try table("t1,t2,t3,y\n1,2,,a\n6,,,b\n3,,,b\n")
    let made = try fitted(table, SequenceOptions(["t*"]))
    let samples = try made.encode(table)
    #expect(samples.shape == [3, 1])
    let scale = 1 / 3.5.squareRoot()
    #expect(samples[0] == [Float(-2 * scale), Float(-1 * scale), 0])
    #expect(samples[1] == [Float(3 * scale), 0, 0])
    // 3 is the mean: it is there all the same, so it is not padding.
    #expect(samples[2] == [.ulpOfOne, 0, 0])
  }

  @Test func aListHasAChannelForEachText() throws {
    let table = try table("x1,y1,x2,y2,id,y\n1,10,2,20,7,a\n3,30,4,,8,b\n")
    var sequence = SequenceOptions(["x1,x2", "y1,y2"])
    sequence.padding = -1
    let made = try fitted(table, sequence, scaling: .none)
    let samples = try made.encode(table)
    #expect(samples.shape == [2, 2])
    #expect(samples[0] == [1, 10, 2, 20] && samples[1] == [3, 30, 4, -1])
    #expect(made.inputNames == ["x1", "y1", "x2", "y2"])
    #expect(made.notes == ["column `id` is left out: no step of the sequence"])
  }

  @Test func wordsAreNumberedByHowOftenTrainingRowsHaveThem() throws {
    let table = try table("s,y\nb a b,p\nc b a,q\nz,p\n", ["s": .categorical])
    let made = try fitted(table, SequenceOptions(["s"], content: .tokens), rows: [0, 1])
    #expect(made.sequence?.content == .words(["b", "a", "c"]))
    #expect(made.sequence?.tokens == 5)
    let samples = try made.encode(table)
    #expect(samples.shape == [3])
    #expect(samples[0] == [2, 3, 2] && samples[1] == [4, 2, 3] && samples[2] == [1, 0, 0])
    #expect(
      made.notes(encoding: table) == [
        "column `s`: 1 word was not seen in training, taken as unknown: `z`"
      ])
    #expect(try made.encode(row: ["s": "a b c b"]) == [2, 4, 2])
    // The network has room for one word.
    let small = try fitted(table, SequenceOptions(["s"], content: .tokens), tokens: 3)
    #expect(try small.encode(table)[1] == [1, 2, 1])
  }

  /// What is said of a row that is given by names.
  private func notes(_ made: Preprocessing, _ row: [String: CellValue]) throws -> [String] {
    var unseen = UnseenValues()
    _ = try made.encode(row: row, at: "row", unseen: &unseen)
    return unseen.notes
  }

  /// The last steps are those next to what is asked for.
  @Test func longRowsKeepTheirLastStepsAndAreCounted() throws {
    let table = try table("s,y\n1 2 3,p\n4 5,q\n", ["s": .categorical])
    var sequence = SequenceOptions(["s"])
    sequence.length = 2
    let made = try fitted(table, sequence, scaling: .none)
    let samples = try made.encode(table)
    #expect(samples.shape == [2, 1])
    #expect(samples[0] == [2, 3] && samples[1] == [4, 5])
    let note = "1 row has more than 2 steps, of which the last are used; steps left out: 1"
    #expect(made.notes(encoding: table) == [note])
    #expect(try notes(made, ["s": "1 2 3"]) == [note] && notes(made, ["s": "4 5"]) == [])
    #expect(try made.encode(row: ["s": "1 2 3"]) == [2, 3])
  }

  /// A model file of before, which says neither how texts are split nor which steps are kept.
  @Test func earlierModelsKeepTheFirstStepsAndWordsAsWritten() throws {
    let json = """
      {"version": 1, "targetName": "y", "target": {"classes": {"_0": ["p", "q"]}}, "inputs": {"sequence":
      {"_0": {"channels": [{"columns": ["s"], "offset": 0, "scale": 1}], "steps": 2, "others": [],
      "content": {"words": {"_0": ["A", "b!"]}}}}}}
      """
    let made = try JSONDecoder().decode(Preprocessing.self, from: Data(json.utf8))
    #expect(try made.encode(row: ["s": "A b! c"]) == [2, 3])
    #expect(try made.encode(row: ["s": "a b"]) == [1, 1])
    let note = "1 row has more than 2 steps, of which the first are used; steps left out: 1"
    #expect(try notes(made, ["s": "A b! c"]) == [note])
  }

  @Test func wordsAreReadWithoutCaseAndPunctuationUnlessSaid() throws {
    let table = try table("s,y\n\"Good, good\",p\ngood! none,q\n", ["s": .categorical])
    var sequence = SequenceOptions(["s"])
    let made = try fitted(table, sequence)
    #expect(made.sequence?.content == .words(["good", "none"]))
    #expect(try made.encode(table)[1] == [2, 3])
    #expect(try made.encode(row: ["s": "!!! GOOD"]) == [2, 0])
    // A text without any word is there all the same.
    #expect(try made.encode(row: ["s": "!!!"]) == [1, 0])
    #expect(made.notes.first?.contains("`columns=s,exact`") == true)
    sequence.isExact = true
    sequence.content = .words
    let exact = try fitted(table, sequence)
    #expect(exact.sequence?.content == .words(["Good,", "good", "good!", "none"]))
    #expect(exact.notes == [] && exact.sequence?.options == sequence.with(length: 2))
  }

  @Test func scriptsWithoutBlanksAreReadByCharacters() throws {
    let table = try table("s,y\n很好,p\n很差,q\n", ["s": .categorical])
    let made = try fitted(table, SequenceOptions(["s"]))
    #expect(made.sequence?.content == .words(["很", "好", "差"]))
    #expect(made.notes.first?.contains("each character is a step") == true)
    #expect(made.written([2, 4]).first?.text == "很差")
    let pairs = try fitted(
      try self.table("s,y\n很不好,p\n很差,q\n", ["s": .categorical]),
      SequenceOptions(["s"], content: .pairs))
    #expect(pairs.sequence?.content == .words(["不好", "很不", "很差"]) && pairs.notes == [])
  }

  @Test func wholeNumbersAreTokensAsTheyStand() throws {
    let kinds: [String: Column.Kind] = ["a": .categorical, "b": .categorical]
    let table = try table("a,b,y\n3,0,p\n1,,q\n", kinds)
    let made = try fitted(table, SequenceOptions(["a..b"], content: .tokens))
    #expect(made.sequence?.content == .wholes(below: 4))
    #expect(try made.encode(table)[0] == [3, 0])
    let later = try self.table("a,b,y\n4,3,p\n", kinds)
    #expect(try made.encode(later)[0] == [0, 3])
    #expect(
      made.notes(encoding: later) == [
        "column `a … b`: 1 token was not seen in training, taken as missing: `4`"
      ])
    #expect(throws: Problem.self) { try made.encode(later, strict: true) }
    #expect(throws: Problem.self) { try made.encode(self.table("a,b,y\n1.5,0,p\n", kinds)) }
    // Where a network has less room than training asks for, it is told how much that is.
    let small = try fitted(table, SequenceOptions(["a..b"], content: .tokens), tokens: 2)
    #expect(small.sequence?.tokens == 4)
  }

  @Test func theModelFileKeepsIt() throws {
    let table = try table("s,y\nb a b,p\nc b a,q\n", ["s": .categorical])
    let made = try fitted(table, SequenceOptions(["s"], content: .tokens))
    let again = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(made))
    #expect(again == made)
    #expect(again.sequence?.options == made.sequence?.options)
    let options = again.tableOptions(needsTarget: false)
    #expect(again.tableOptions(needsTarget: true).columns == ["s", "y"])
    #expect(options.columns == ["s"] && options.kinds["s"] == .categorical)
  }

  @Test(arguments: ["s*", "a..b", "b..a", "", "q"])
  func columnsThatDoNotExistAreRefused(_ text: String) throws {
    let table = try table("a,b,c,y\n1,2,3,p\n4,5,6,q\n")
    if text == "a..b" {
      #expect(try fitted(table, SequenceOptions([text])).inputShape == [2, 1])
    } else {
      #expect(throws: Problem.self) { try fitted(table, SequenceOptions([text])) }
    }
  }
}

extension SequenceOptions {
  fileprivate func with(length: Int) -> SequenceOptions {
    var options = self
    options.length = length
    return options
  }
}
