import Testing

@testable import Engine
@testable import Networks

/// Layers for the rows of tables, and how networks of several members learn.
@Suite struct TableLayerTests {
  static let table = Sequential {
    PiecewiseLinear(edges: [[-1, 0, 2], [], [0.5, 1]])
    Members(3)
    Dense(4, activation: .tanh)
    MemberDense(2)
  }

  @Test func aNetworkReadBackFromItsTextIsTheSame() throws {
    let text = try JSONText.encode(Self.table)
    let again = try JSONText.decode(Sequential.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
    let models = try [Self.table, again].map {
      try Model($0, inputShape: [3], loss: .crossEntropy, seed: 3)
    }
    #expect(models[0].weightsSHA256 == models[1].weightsSHA256)
    #expect(
      models[0].tensors.map { "\($0.name) \($0.tensor.shape)" } == [
        "piecewise_linear/places [3]", "piecewise_linear/lower_edges [3]",
        "piecewise_linear/widths [3]", "members/factors [3, 6]", "dense/kernel [6, 4]",
        "dense/bias [4]", "member_dense/kernel [3, 4, 2]", "member_dense/bias [3, 2]",
      ])
    #expect(try Predictor(models[0])([1, 0.75, 0]) == Predictor(models[1])([1, 0.75, 0]))
  }

  @Test func binsSayHowFarANumberHasCome() throws {
    let layer = PiecewiseLinear(edges: [[-1, 0, 2], [], [0.5, 1]])
    let model = try Model(layer, inputShape: [3], loss: .meanSquaredError)
    let values = try Predictor(model)([-9, 7, 0.75, 1, 7, 9])
    #expect(values == [-9, 7, 0.75, 0, 0, 0.5, 1, 7, 9, 1, 0.5, 1])
  }

  @Test func edgesAreNotLearned() throws {
    let cycle = try LearningCycle(
      Self.table, inputShape: [3], batch: 2, loss: .meanSquaredError, optimizer: .sgd())
    #expect(
      cycle.parameters.compactMap(\.variableName) == [
        "members/factors", "dense/kernel", "dense/bias", "member_dense/kernel",
        "member_dense/bias",
      ])
  }

  @Test func withoutBinsNothingIsAdded() throws {
    let model = try Model(
      PiecewiseLinear(edges: [[], [3]]), inputShape: [2], loss: .meanSquaredError)
    #expect(model.tensors.isEmpty)
    #expect(try Predictor(model)([3, 4]) == [3, 4])
  }

  @Test(arguments: [[[0.0, 1]], [[0, 1], [1, 1]], [[0, 1], [2, 1, 3]]])
  func edgesThatDoNotFitAreRefused(_ edges: [[Double]]) {
    #expect(throws: Problem.self) {
      _ = try Model(PiecewiseLinear(edges: edges), inputShape: [2], loss: .meanSquaredError)
    }
  }

  /// Every loss: in training the mean of the members' losses, in use the loss of their mean answer.
  @Test(arguments: Registry.standard.losses.map(\.name), [false, true])
  func everyMemberLearnsTheWholeTask(_ name: String, _ isWeighted: Bool) throws {
    let loss = try #require(Registry.standard.losses.first { $0.name == name })
    var feeds: [String: [Double]] = [
      "input": [0.3, -1, 0.7, 0.2, -0.4, 0.9, 1, 0.1],
      "target": loss.hasClassTargets ? [0, 1, 1, 0] : [0, 1, 1, 1, 0, 0, 1, 0],
    ]
    if isWeighted { feeds[LearningCycle.weightsName] = [1, 2, 0, 0.5] }
    func pass(members: Int, isTraining: Bool) throws -> ForwardPass {
      try ForwardPass(
        Sequential {
          Members(members)
          MemberDense(2, activation: loss.outputActivation)
        }, inputShape: [2], batch: 4, loss: loss, isTraining: isTraining, isWeighted: isWeighted)
    }
    let factors: [Double] = [1, -1, 0.5, 2, -1, -1]
    let kernel: [Double] = [0.2, -0.5, 0.9, 0.1, -0.3, 0.4, 0.6, -0.8, 1.1, 0.3, -0.2, 0.7]
    let bias: [Double] = [0.1, -0.1, 0.3, 0, -0.2, 0.5]
    func weights(_ members: Range<Int>) -> [String: [Double]] {
      func part(_ values: [Double], _ each: Int) -> [Double] {
        Array(values[members.lowerBound * each..<members.upperBound * each])
      }
      return [
        "members/factors": part(factors, 2), "member_dense/kernel": part(kernel, 4),
        "member_dense/bias": part(bias, 2),
      ]
    }
    let alone = try (0..<3).map { member in
      let pass = try pass(members: 1, isTraining: true)
      return try pass.graph.evaluate(
        [pass.loss, pass.output], feeding: feeds.merging(weights(member..<member + 1)) { $1 })
    }
    let mean = (0..<8).map { place in alone.reduce(0) { $0 + $1[1][place] } / 3 }
    let all = feeds.merging(weights(0..<3)) { $1 }
    for isTraining in [true, false] {
      let pass = try pass(members: 3, isTraining: isTraining)
      let values = try pass.graph.evaluate([pass.loss, pass.output], feeding: all)
      for (found, expected) in zip(values[1], mean) { #expect(abs(found - expected) < 1e-12) }
      let ofEach = alone.reduce(0) { $0 + $1[0][0] } / 3
      if isTraining {
        #expect(abs(values[0][0] - ofEach) < 1e-12)
      } else {
        #expect(values[0][0] < ofEach, "every loss is convex")
      }
    }
  }
}
