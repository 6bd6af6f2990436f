import Engine
import Testing

@testable import Datasets

/// How a text becomes steps.
@Suite struct TextSplittingTests {
  private func steps(
    _ text: String, _ unit: TextSplitting.Unit = .words, isExact: Bool = false
  ) -> [String] {
    TextSplitting(unit: unit, isExact: isExact).steps(of: text)
  }

  @Test(arguments: [
    ("The film was GREAT, indeed!", ["the", "film", "was", "great", "indeed"]),
    ("don’t don't 'quoted' rock 'n' roll", ["don't", "don't", "quoted", "rock", "n", "roll"]),
    ("well-known a/b (c) [d]", ["well", "known", "a", "b", "c", "d"]),
    ("4.5 of 5. v1.2.3 e.g. x.y", ["4.5", "of", "5", "v1.2.3", "e", "g", "x", "y"]),
    ("Straße STRASSE STRAẞE", ["strasse", "strasse", "strasse"]),
    ("ΟΔΟΣ οδος", ["οδοσ", "οδοσ"]),
    ("ЁЛКА ёлка Й и\u{0306}", ["ёлка", "ёлка", "й", "й"]),
    ("CAFÉ cafe\u{0301} café", ["café", "café", "café"]),
    ("nice ☺️ 👍🏽 © ok", ["nice", "☺", "👍", "🏽", "ok"]),
    ("soft\u{00AD}ware user_name", ["software", "user_name"]),
    ("none NA null", ["none", "na", "null"]),
    ("!?", []), ("  ", []),
  ])
  func plainWords(_ text: String, _ words: [String]) { #expect(steps(text) == words) }

  @Test func otherUnits() {
    #expect(steps("The film!", isExact: true) == ["The", "film!"])
    #expect(steps("Ab c!", .characters) == ["a", "b", "c"])
    #expect(steps("Ab c!", .characters, isExact: true) == ["A", "b", "c", "!"])
    #expect(steps("这部电影。好", .pairs) == ["这部", "部电", "电影", "好"])
    #expect(steps("Ab! c", .pairs, isExact: true) == ["Ab", "b!", "c"])
  }

  /// Folding twice is folding once, and where a letter's capital is one letter the two are one word.
  @Test func everyLetterThatHasCaseFoldsToOne() {
    for value in UInt32(0)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseFolded,
        [.uppercaseLetter, .lowercaseLetter].contains(scalar.properties.generalCategory)
      else { continue }
      let folded = steps(String(scalar))
      // Only the apostrophe of ŉ is no letter.
      if value != 0x149 { #expect(folded.flatMap { steps($0) } == folded, "\(scalar)") }
      let capital = scalar.properties.uppercaseMapping
      if capital.unicodeScalars.count == 1 { #expect(steps(capital) == folded, "\(scalar)") }
    }
  }

  @Test(arguments: [
    ("这部电影说实话非常满意啊", TextSplitting.Unit.characters), ("很好", .characters),
    ("ราคาแพงเกินไปและไม่อร่อย", .characters), ("とても良い映画でした", .characters),
    ("这部 电影 说 实话 非常 满意 啊", .words), ("the film was bad", .words),
    ("정말 좋은 영화였어요", .words), ("очень хорошо", .words), ("123 45", .words),
    ("very long text with one 好 in it", .words),
  ])
  func unitIsFoundByScriptAndBlanks(_ text: String, _ unit: TextSplitting.Unit) {
    #expect(TextSplitting.unit(of: [(text, 3)]) == unit)
  }
}
