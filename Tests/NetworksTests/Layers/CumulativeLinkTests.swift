import Engine
import Testing

@testable import Networks

@Suite struct CumulativeLinkTests {
  private func model(_ classes: Int, thresholds: [Float]) throws -> Model {
    let model = try Model(
      Sequential { CumulativeLink(classes: classes) }, inputShape: [2], loss: .crossEntropy, seed: 5
    )
    return try model.with(
      model.tensors.map { name, tensor in
        name.hasSuffix("thresholds")
          ? (name, try Tensor(tensor.shape, thresholds)) : (name, tensor)
      })
  }

  /// σ(θⱼ − f) − σ(θⱼ₋₁ − f), written down.
  private func expected(_ model: Model, _ thresholds: [Float], _ input: [Float]) throws -> [Double]
  {
    let kernel = try #require(model.tensors.first { $0.name.hasSuffix("kernel") }).tensor.values
    let score = zip(kernel, input).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    var cuts = [Double(thresholds[0]) - Double.log(2) * Double(thresholds.count - 1) / 2]
    for raw in thresholds.dropFirst() {
      cuts.append(cuts.last! + Double.log(1 + Double.exp(Double(raw))))
    }
    let below = cuts.map { 1 / (1 + Double.exp(score - $0)) } + [1]
    return zip(below, [0] + below).map { $0 - $1 }
  }

  @Test(arguments: [2, 3, 6]) func probabilitiesAreDifferencesOfSigmoids(_ classes: Int) throws {
    let thresholds = (0..<classes - 1).map { Float($0) * 0.7 - 1 }
    let model = try model(classes, thresholds: thresholds)
    for input in [[0.5, -1.5], [3, 2], [-4, 1]] as [[Float]] {
      let answer = try Predictor(model)(input)
      let definition = try expected(model, thresholds, input)
      #expect(answer.count == classes)
      #expect((answer.reduce(0, +) - 1).magnitude < 1e-5)
      for (found, value) in zip(answer, definition) {
        #expect((Double(found) - value).magnitude < 1e-5, "\(answer) and \(definition)")
      }
    }
  }

  /// Far from all thresholds no class has probability 0 by rounding, so its logarithm stays finite.
  @Test func farScoresStayFinite() throws {
    let model = try model(4, thresholds: [0, -30, 0])
    let cycle = try CompiledCycle(model)
    let program = try cycle.program(.evaluation, batch: 1)
    for (input, label) in [([80, 80], 0), ([-80, -80], 3), ([0, 0], 1)] as [([Float], Float)] {
      try program.feed(inputs: input, targets: [label])
      program.run()
      #expect(program.loss?.isFinite == true, "\(input)")
    }
  }

  @Test func whatItCannotReadIsRefused() {
    for (classes, shape) in [(1, [3]), (3, [4, 3])] as [(Int, TensorShape)] {
      #expect(throws: Problem.self) {
        try Model(
          Sequential { CumulativeLink(classes: classes) }, inputShape: shape, loss: .crossEntropy,
          seed: 1)
      }
    }
  }
}
