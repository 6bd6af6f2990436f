import Engine
import Foundation
import Networks
import Platform
import TestSupport
import Testing
import Training

@testable import Explaining

/// Every form of a trace and a proof, of networks that are wide, deep and of every family, within
/// seconds. `GLASSBOX_LARGE=1` takes the largest.
@Suite struct SizeTests {
  private static let isLarge = getenv("GLASSBOX_LARGE") != nil

  struct Case: CustomTestStringConvertible {
    var name: String
    var network: Sequential
    var shape: TensorShape
    var loss: any Loss = .meanSquaredError
    var tokens: Int?
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "wide", network: Sequential { Dense(1) }, shape: [isLarge ? 10_000 : 300]),
    Case(
      name: "normalised",
      network: Sequential {
        LayerNorm(); Dense(1)
      },
      shape: [isLarge ? 1_000 : 40]),
    Case(
      name: "many classes", network: Sequential { Dense(isLarge ? 1_000 : 40) }, shape: [2],
      loss: .crossEntropy),
    Case(
      name: "deep",
      network: Sequential((0..<50).map { _ in Dense(isLarge ? 8 : 3, activation: .tanh) }),
      shape: [3]),
    Case(
      name: "cnn",
      network: Sequential {
        Conv2D(isLarge ? 8 : 2, kernelSize: 3, activation: .relu); MaxPool2D(); Flatten(); Dense(3)
      }, shape: [8, 8, 1], loss: .crossEntropy),
    Case(
      name: "lstm",
      network: Sequential {
        Masking(); LSTM(isLarge ? 32 : 4); Dense(1)
      },
      shape: [isLarge ? 20 : 6, 1]),
    Case(
      name: "transformer",
      network: Sequential {
        Embedding(tokens: 9, units: isLarge ? 16 : 4); PositionEmbedding()
        TransformerBlock(heads: 2, hidden: 4); GlobalAveragePool1D(); Dense(1)
      }, shape: [isLarge ? 9 : 4], tokens: 9),
  ]

  private func example(_ one: Case) throws -> (tracer: Tracer, inputs: [Float], targets: [Float]) {
    let model = try Model(one.network, inputShape: one.shape, loss: one.loss, seed: 3)
    var generator = RandomGenerator(seed: 7)
    let inputs = (0..<one.shape.count).map { _ in
      one.tokens.map { Float(generator.below($0)) } ?? Float(generator.uniform() * 2 - 1)
    }
    let targets = one.loss.hasClassTargets ? 1 : model.outputCount
    return (
      Tracer(model, plan: TrainingPlan(loss: one.loss, optimizer: .adam())), inputs,
      [Float](repeating: 1, count: targets)
    )
  }

  @Test(arguments: cases) func everyFormIsWritten(one: Case) throws {
    let (tracer, inputs, targets) = try example(one)
    for showsAll in [false, true] {
      var told = 0
      let trace = try tracer.trace(
        inputs: inputs, targets: targets, selection: TraceSelection(showsAll: showsAll)
      ) { done, count in
        #expect(done <= count)
        told += 1
      }
      #expect(told >= trace.sections.reduce(0) { $0 + $1.lines.count } / 2)
      #expect(trace.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(trace.latex.hasSuffix("\\end{document}\n"))
      _ = try StrictXML(page: trace.html)
      let text = try trace.json()
      #expect(JSONNesting.depth(of: text.utf8) <= 64, "conventions allow 64 levels")
      let read = try JSONText.decode(Trace.self, from: text, at: "trace")
      #expect(try read.json() == text)
    }
  }

  @Test(arguments: cases) func everyNetworkIsProved(one: Case) throws {
    let (tracer, inputs, targets) = try example(one)
    var told: [Int] = []
    let proof = try Prover(tracer.model, plan: tracer.plan).prove(
      inputs: inputs, targets: targets, sample: 40
    ) { done, count in
      #expect(done <= count)
      told.append(done)
    }
    #expect(proof.holds, "\(proof.disagreements.map(\.name))")
    #expect(told == Array(1...proof.entries.count))
  }

  /// Formulas of more symbols than a machine should write are refused before they fill its memory.
  @Test func tooMuchIsRefusedWhileItIsWritten() throws {
    let tally = TraceTally(nil)
    let long = SymbolicExpression.list(
      .add, (0..<100_000).map { .variable("x", Double($0)) })
    for _ in 0..<40 { tally.wrote(Trace.Line(symbol: "z", value: 0, formula: long)) }
    #expect(throws: Problem.self) { try tally.check() }
  }

  @Test func aSumOfAnyLengthIsOneList() throws {
    let terms = (0..<50_000).map { SymbolicExpression.variable("x", Double($0)) }
    let sum = terms.reduce(SymbolicExpression(0), +)
    #expect(sum.terms.count == 50_000 && sum.children.count == 50_000)
    #expect(sum.real == 1_249_975_000)
    #expect(
      sum == .list(.add, terms) && sum.hashValue == SymbolicExpression.list(.add, terms).hashValue)
    #expect(terms.reduce(terms[0], SymbolicExpression.max).children.count == 50_001)
    let text = try JSONText.encode(sum)
    #expect(try JSONText.decode(SymbolicExpression.self, from: text, at: "sum") == sum)
  }
}
