import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// The course texts print these numbers, rounded.
@Suite struct WorkedExampleTests {
  private func value(_ trace: Trace, _ symbol: String, _ section: Trace.Section.Kind) -> Double {
    let line = trace.sections.filter { $0.kind == section }.flatMap(\.lines)
      .first { $0.symbol == symbol }
    return line.map { Double($0.value) } ?? .nan
  }

  @Test func threeInputsAndTwoNeurons() throws {
    let trace = try WorkedExamples.threeInputsTwoNeurons().trace(
      inputs: [1, 0.5, 0.2], targets: [0, 1])
    let printed: [(String, Trace.Section.Kind, Double)] = [
      ("z₁", .forward, 0.49), ("z₂", .forward, 0.74), ("a₁", .forward, 0.62010643),
      ("a₂", .forward, 0.67699586), ("∂L/∂z₁", .backward, 0.14608123),
      ("∂L/∂z₂", .backward, -0.07063211), ("∂L/∂w₃,₁", .backward, 0.02921625),
      ("∂L/∂w₃,₂", .backward, -0.01412642), ("w′₁,₁", .update, 0.09985392),
      ("w′₂,₂", .update, 0.20003532), ("w′₃,₁", .update, -0.30002922),
      ("a′₁", .again, 0.62006204), ("a′₂", .again, 0.67701578),
    ]
    for (symbol, section, number) in printed {
      #expect(abs(value(trace, symbol, section) - number) < 2e-7, "\(symbol)")
    }
    #expect(abs(Double(trace.loss) - 0.24443183216018016) < 1e-7)
    #expect(abs(Double(trace.newLoss) - 0.24439786890413875) < 1e-7)
    #expect(trace.fell)
    #expect(trace.text.contains("∂a₁/∂z₁  = a₁ · (1 - a₁)"))
    #expect(trace.text.contains("∂L/∂w₂,₁ = ∂L/∂z₁ · ∂z₁/∂w₂,₁ = x₂ · ∂L/∂z₁"))
  }

  @Test func oneNeuronReachesItsTargetInOneStep() throws {
    let trace = try WorkedExamples.oneNeuron().trace(inputs: [2], targets: [1.5])
    #expect(trace.text.contains("z₁ = x₁ · w₁,₁ + b₁ = 2 · 0.5 + 0.1 = 1.1"))
    #expect(trace.text.contains("∂L/∂z₁   = 2 · (z₁ - y₁) = 2 · (1.1 - 1.5) = -0.8"))
    #expect(abs(value(trace, "∂L/∂w₁,₁", .backward) + 1.6) < 1e-6)
    #expect(abs(value(trace, "w′₁,₁", .update) - 0.66) < 1e-6)
    #expect(abs(value(trace, "b′₁", .update) - 0.18) < 1e-6)
    #expect(abs(value(trace, "z′₁", .again) - 1.5) < 1e-6)
  }

  /// The text takes the gradient p − y, which belongs to the cross-entropy.
  @Test func dogOrCat() throws {
    let trace = try WorkedExamples.dogOrCat().trace(inputs: WorkedExamples.pixels, targets: [0])
    let printed: [(String, Trace.Section.Kind, Double)] = [
      ("z⁽¹⁾₁", .forward, 0.71), ("z⁽¹⁾₂", .forward, 0.44), ("z⁽¹⁾₃", .forward, 0.27),
      ("z⁽²⁾₁", .forward, 0.713), ("z⁽²⁾₂", .forward, 0.464),
      ("∂L/∂z⁽²⁾₁", .backward, -0.438), ("∂L/∂w⁽²⁾₁,₁", .backward, -0.311),
      ("w′⁽²⁾₁,₁", .update, 0.80311),
    ]
    for (symbol, section, number) in printed {
      #expect(abs(value(trace, symbol, section) - number) < 5e-4, "\(symbol)")
    }
    #expect(trace.sections[0].lines.contains { $0.meaning == "dog" })
  }
}

/// What the numbers of a target mean to the user.
@Suite struct TraceNamesTests {
  @Test func targetsAreCalledByTheirClasses() {
    func meaning(_ names: TraceNames, _ cell: Int, _ value: Float) -> String? {
      names.meaning(of: LearningCycle.targetName, cell, value: value)
    }
    var names = TraceNames(labels: ["no", "yes"], hasClassTargets: false, outputs: 1)
    #expect(meaning(names, 0, 1) == "yes" && meaning(names, 0, 0) == "no")
    names.outputs = 2
    #expect(meaning(names, 1, 0.3) == "yes", "one number for each class")
    names.hasClassTargets = true
    #expect(meaning(names, 0, 1) == "yes" && meaning(names, 0, 2) == nil)
    names.labels = ["0", "1"]
    #expect(meaning(names, 0, 1) == nil, "a name that is the number says nothing")
  }
}
