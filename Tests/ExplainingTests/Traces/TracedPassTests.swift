import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// A pass shows what the network answers: the predictor's bits, and formulas that give the engine's numbers.
@Suite struct TracedPassTests {
  private static let network = Sequential {
    Conv2D(3, kernelSize: 3, padding: .same, activation: .tanh)
    BatchNorm()
    MaxPool2D(poolSize: 2)
    Conv2D(2, kernelSize: 2, strides: 2)
    Activation(.relu)
    AveragePool2D(poolSize: 1)
    Dropout(0.5)
    Flatten()
    Dense(3)
  }

  private func pass() throws -> (TracedPass, Model, [Float]) {
    let model = try Model(Self.network, inputShape: [8, 6, 2], loss: .crossEntropy, seed: 3)
    let plan = TrainingPlan(loss: .crossEntropy, optimizer: .adam())
    var generator = RandomGenerator(seed: 5)
    let input = (0..<96).map { _ in Float(generator.uniform() * 2 - 1) }
    let pass = try TracedPass(Tracer(model, plan: plan))
    try pass.run(input)
    return (pass, model, input)
  }

  @Test func itsAnswerIsThePredictors() throws {
    let (pass, model, input) = try pass()
    #expect(try pass.answer == Predictor(model)(input))
    _ = try pass.cell(layer: 1, 0)
    #expect(try pass.answer == Predictor(model)(input))
    #expect(pass.layers.first?.kind == .input && pass.layers.last?.kind == .answer)
    // Dropout and flattening make no number.
    #expect(
      pass.layers.map(\.name).filter { $0.hasPrefix("conv") || $0.hasPrefix("max") }
        == ["conv2d", "max_pool2d", "conv2d_1"])
    #expect(try pass.values(ofLayer: 0) == input)
    for (place, layer) in pass.layers.enumerated() {
      let shape = try #require(layer.steps.last?.shape)
      #expect(try pass.values(ofLayer: place).count == shape.reduce(1, *), "\(layer.name)")
    }
    let norm = try #require(pass.layers.first { $0.name == "batch_norm" })
    #expect(norm.steps.last?.shape == [8, 6, 3])
  }

  @Test func everyNumberFollowsFromItsFormula() throws {
    let (pass, _, _) = try pass()
    for (place, layer) in pass.layers.enumerated() where layer.kind != .input {
      let values = try pass.values(ofLayer: place)
      for cell in stride(from: 0, to: values.count, by: max(1, values.count / 7)) {
        let traced = try pass.cell(layer: place, cell)
        let line = try #require(traced.section.lines.last)
        #expect(line.value == values[cell])
        for line in traced.section.lines {
          let formula = try #require(line.formula)
          #expect(abs(formula.real - Double(line.value)) <= 1e-5 * max(1, abs(formula.real)))
        }
        #expect(!traced.reads.isEmpty && traced.reads.allSatisfy { $0.layer < place })
      }
    }
  }

  @Test func aConvolutionIsTheSumOfItsWindow() throws {
    let (pass, model, input) = try pass()
    let kernel = try #require(model.tensors.first { $0.name == "conv2d/kernel" }?.tensor)
    // Row 3, column 2, map 1, counted from 0: all of the window lies within the picture.
    let traced = try pass.cell(layer: 1, (3 * 6 + 2) * 3 + 1)
    let products = traced.terms.filter { $0.input != nil }
    #expect(products.count == 18 && traced.terms.count == 19)
    for row in 0..<3 {
      for column in 0..<3 {
        for channel in 0..<2 {
          let cell = ((2 + row) * 6 + 1 + column) * 2 + channel
          let weight = ((row * 3 + column) * 2 + channel) * 3 + 1
          let term = try #require(products.first { $0.input?.cell == cell })
          #expect(term.input?.layer == 0 && term.weight?.cell == weight)
          #expect(term.inputValue == Double(input[cell]))
          #expect(term.weightValue == Double(kernel.values[weight]))
          #expect(term.value == term.inputValue * term.weightValue)
        }
      }
    }
    let sum = try #require(traced.sumLine.map { traced.section.lines[$0].value })
    #expect(abs(traced.terms.reduce(0) { $0 + $1.value } - Double(sum)) < 1e-5)
    // At the corner five pixels of each channel lie outside.
    #expect(try pass.cell(layer: 1, 0).terms.filter { $0.input != nil }.count == 8)
  }

  @Test func aMaximumSaysWhichItChose() throws {
    let (pass, _, _) = try pass()
    let pool = try #require(pass.layers.firstIndex { $0.name == "max_pool2d" })
    let (before, after) = (
      try pass.values(ofLayer: pool - 1), try pass.values(ofLayer: pool)
    )
    for cell in after.indices {
      let traced = try pass.cell(layer: pool, cell)
      let winner = try #require(traced.winner)
      #expect(traced.reads.count == 4 && traced.reads.contains(winner))
      #expect(before[winner.cell] == after[cell])
      #expect(traced.terms.isEmpty)
    }
  }

  @Test func aChangedWeightChangesWhatFollowsAndComesBack() throws {
    let (pass, model, input) = try pass()
    let before = try pass.answer
    #expect(try pass.set("conv2d/kernel", 7, to: 2.5) == model.tensors[0].tensor.values[7])
    pass.runAgain()
    let changed = try pass.answer
    #expect(changed != before)
    #expect(try changed == Predictor(pass.model)(input))
    try pass.restore("conv2d/kernel")
    pass.runAgain()
    #expect(try pass.answer == before)
    #expect(throws: Problem.self) { try pass.set("conv2d/kernal", 0, to: 1) }
    #expect(throws: Problem.self) { try pass.set("conv2d/kernel", 54, to: 1) }
    #expect(throws: Problem.self) { try pass.set("conv2d/kernel", 0, to: .nan) }
    #expect(throws: Problem.self) { try pass.cell(layer: 1, 144) }
    #expect(throws: Problem.self) { try pass.cell(layer: 99, 0) }
  }
}
