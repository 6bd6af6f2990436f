import Formatting
import Testing

@Suite struct TypesettingTests {
  @Test(arguments: [
    ("-0.5", "−0.5"), ("from -1 to -.5", "from −1 to −.5"), ("(-2, -3)", "(−2, −3)"),
    ("[-1]", "[−1]"), ("1e-7", "1e−7"), ("=-4", "=−4"),
    // No number begins there.
    ("16-4-3-2", "16-4-3-2"), ("2024-05-01", "2024-05-01"), ("SHA-256", "SHA-256"),
    ("--seed -1", "--seed −1"), ("a-1", "a-1"), ("-", "-"), ("e-7", "e-7"), ("x - y", "x - y"),
    ("(a)-1", "(a)-1"), ("-x", "-x"),
  ]) func minusSignsStandBeforeNumbers(_ text: String, _ expected: String) {
    #expect(text.withMinusSigns == expected)
  }

  @Test(arguments: [
    ("p - y = -0.4", "p − y = −0.4"), ("e^1000 and e^2.0", "e<sup>1000</sup> and e<sup>2.0</sup>"),
    ("e^score.", "e<sup>score</sup>."), ("4.9e-32", "4.9·10<sup>−32</sup>"),
    ("7e9", "7·10<sup>9</sup>"), ("column `a-1` & <b>", "column <code>a-1</code> &amp; &lt;b&gt;"),
    ("a ` b", "a ` b"), ("`<x>` ` -1", "<code>&lt;x&gt;</code> ` −1"), ("", ""), ("0xe5", "0xe5"),
  ]) func sentencesAreTypeset(_ text: String, _ expected: String) {
    #expect(text.typeset == expected)
  }
}
