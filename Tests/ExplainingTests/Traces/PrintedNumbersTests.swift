import Engine
import Testing

@testable import Explaining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `trace --json` prints is computed again from its text alone, by another reader than the one
/// that wrote it.
@Suite struct PrintedNumbersTests {
  private struct Page: Decodable {
    struct Section: Decodable { var lines: [Line] }
    struct Line: Decodable {
      var symbol: String
      var value: Double
      var numbers: String?
      var parts: [Part]?
      var factors: [Part]?
    }
    struct Part: Decodable {
      var symbol: String
      var value: Double
      var numbers: String
    }
    var sections: [Section]
  }

  @Test func everyPrintedNumberFollowsFromThePrintedNumbers() throws {
    var (checked, sharp, shortened) = (0, 0, 0)
    for one in try EveryKind.all() {
      let trace = try one.tracer.trace(
        inputs: one.inputs, targets: one.targets, selection: TraceSelection(showsAll: true))
      let page = try JSONDecoder().decode(Page.self, from: Data(trace.json().utf8))
      for line in page.sections.flatMap(\.lines) {
        var formulas = [(line.symbol, line.value, line.numbers)]
        formulas += ((line.parts ?? []) + (line.factors ?? [])).map {
          ($0.symbol, $0.value, $0.numbers)
        }
        for case (let symbol, let value, let text?) in formulas {
          do {
            let span = try PrintedFormula.value(text)
            #expect(
              span.low <= value && value <= span.high, "\(one.name): \(symbol) = \(text) = \(value)"
            )
            checked += 1
            if span.high - span.low <= 1e-4 * max(1e-3, abs(value)) { sharp += 1 }
          } catch is PrintedFormula.Shortened {
            shortened += 1
          }
        }
      }
    }
    #expect(checked > 2000 && shortened * 100 < checked)
    // Few are so far from their inputs, by cancelling, that six digits say little.
    #expect(sharp * 10 > checked * 9)
  }

  @Test(arguments: [
    ("0.6 · 0.9 + 0.4 · 0.2 - 0.4", 0.22), ("1 ÷ (1 + e^(-(-2.78051)))", 0.05838657),
    ("(1 if 1.27354 > 0 else 0)", 1), ("0.5 · (0.562 - 1)²", 0.095922),
    ("1 · 2 + [13 more: -2.5] + 0.5", 0), ("max(0, -3, 2.5)", 2.5),
    ("ln(1 + e^(-abs(-2)))", 0.126928),
    ("-√(4) · 9.4e-06", -1.88e-5),
  ]) func textIsRead(_ text: String, _ value: Double) throws {
    let span = try PrintedFormula.value(text)
    #expect(span.low <= value && value <= span.high && span.high - span.low < 1e-4)
    #expect(throws: (any Error).self) { try PrintedFormula.value(text + " 1") }
  }
}
