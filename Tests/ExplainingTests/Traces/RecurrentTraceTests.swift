import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// Recurrent layers are told as textbooks tell them.
@Suite struct RecurrentTraceTests {
  private func trace(
    _ layer: any Layer, steps: Int, padded: Int = 0, masks: Bool = true, showsAll: Bool = false
  ) throws -> Trace {
    let model = try Model(
      Sequential((masks ? [Masking()] : []) + [layer, Dense(1)]), inputShape: [steps, 1],
      loss: .meanSquaredError, seed: 4)
    let inputs = (0..<steps).map { $0 < steps - padded ? Float($0 + 1) / 10 : 0 }
    return try Tracer(model, plan: TrainingPlan(loss: .meanSquaredError)).trace(
      inputs: inputs, targets: [0.5], selection: TraceSelection(showsAll: showsAll))
  }

  private func line(_ trace: Trace, _ symbol: String) throws -> Trace.Line {
    try #require(trace.sections.flatMap(\.lines).first { $0.symbol == symbol }, "no \(symbol)")
  }

  /// Each gate has a line of its own, which goes on from the symbols of its neighbours.
  @Test func gatesAreNamedAndStepsFollowEachOther() throws {
    let trace = try trace(LSTM(12), steps: 10, masks: false, showsAll: true)
    let expected = [
      "c⁽¹⁾₄,₅": "f⁽¹⁾₄,₅ · c⁽¹⁾₃,₅ + i⁽¹⁾₄,₅ · g⁽¹⁾₄,₅", "h⁽¹⁾₄,₅": "o⁽¹⁾₄,₅ · tanh(c⁽¹⁾₄,₅)",
    ]
    for (symbol, formula) in expected {
      #expect(try line(trace, symbol).formula?.symbols == formula)
    }
    let gate = try #require(line(trace, "f⁽¹⁾₄,₅").formula).symbols
    #expect(gate.contains("x₄,₁ · w⁽¹⁾₁,₁₇") && gate.contains("h⁽¹⁾₃,₁₂ · u⁽¹⁾₁₂,₁₇"))
    let delta = try #require(line(trace, "δi⁽¹⁾₄,₅").formula).symbols
    #expect(delta.contains("δo⁽¹⁾₅,₁₂") && delta.contains("u⁽¹⁾₅,₄₈") && !delta.contains("δo⁽¹⁾₆"))
    let gradient = try #require(line(trace, "∂L/∂u⁽¹⁾₂,₅").formula).symbols
    #expect(gradient.contains("h⁽¹⁾₁,₂ · δi⁽¹⁾₂,₅") && gradient.contains("δi⁽¹⁾₁₀,₅"))
    #expect(trace.text.contains("belong to i, f, g, o in this order, 12 for each"))
  }

  @Test func otherCellsHaveTheirGatesToo() throws {
    let gru = try trace(GRU(2), steps: 3, masks: false, showsAll: true)
    #expect(
      try line(gru, "h⁽¹⁾₂,₁").formula?.symbols
        == "update⁽¹⁾₂,₁ · h⁽¹⁾₁,₁ + (1 - update⁽¹⁾₂,₁) · n⁽¹⁾₂,₁")
    #expect(try line(gru, "n⁽¹⁾₂,₁").formula!.symbols.contains("r⁽¹⁾₂,₁ · ("))
    let simple = try trace(SimpleRNN(2), steps: 3, masks: false, showsAll: true)
    #expect(try line(simple, "h⁽¹⁾₂,₁").formula!.symbols.hasPrefix("tanh(x₂,₁ · w⁽¹⁾₁,₁ + h⁽¹⁾₁,₁"))
  }

  /// What is printed of other steps is what their own lines say: the engine's numbers.
  @Test func everyMentionedNumberIsTheOneOfItsOwnLine() throws {
    for layer in [LSTM(3), GRU(3), SimpleRNN(3)] as [any RecurrentLayer] {
      let trace = try trace(layer, steps: 5, padded: 2, showsAll: true)
      let lines = trace.sections.filter { $0.kind == .forward }.flatMap(\.lines)
      let known = Dictionary(lines.map { ($0.symbol, Double($0.value)) }) { first, _ in first }
      var found = 0
      for (symbol, value) in lines.compactMap(\.formula).flatMap(\.variables) {
        guard let own = known[symbol] else { continue }
        #expect(own == value, "\(symbol)")
        found += 1
      }
      #expect(found > 20)
    }
  }

  @Test func paddingIsASentence() throws {
    for layer in [LSTM(4), GRU(4), SimpleRNN(4)] as [any RecurrentLayer] {
      let whole = try trace(layer, steps: 12, padded: 5)
      #expect(whole.sections[0].note.contains("Steps 8 to 12 are padding"))
      let text = whole.text
      #expect(!text.contains(" if ") && !text.contains("0.5 else"), "no masks in formulas")
      // Nothing of a padded step is shown as what learns most.
      for line in whole.sections.filter({ $0.layer != nil }).flatMap(\.lines) {
        let symbol = Symbol(parsing: line.symbol)
        guard symbol.places.count == 2, !symbol.base.hasPrefix("∂"),
          !"wu".contains(symbol.base.prefix(1)),
          !symbol.base.contains("(")
        else { continue }
        #expect(symbol.places[0] <= 7, "\(line.symbol)")
      }
      let all = try trace(layer, steps: 12, padded: 5, showsAll: true)
      #expect(
        try line(all, "h⁽²⁾₉,₁").formula?.symbols == "h⁽²⁾₈,₁", "a padded step keeps the state")
      for line in whole.sections.flatMap(\.lines) {
        #expect((line.formula?.symbols.count ?? 0) < 400, "\(line.symbol)")
      }
    }
  }
}
