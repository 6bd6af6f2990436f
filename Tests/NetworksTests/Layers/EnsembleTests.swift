import Testing

@testable import Engine
@testable import Networks

/// Several networks as one.
@Suite struct EnsembleTests {
  private static let losses: [any Loss] = [
    .meanSquaredError, .crossEntropy, .binaryCrossEntropy, .crossEntropyOnProbabilities,
    .binaryCrossEntropyOnProbabilities, Losses.Pinball(quantiles: [0.1, 0.9]),
  ]

  /// Members of other makes, and by names that are the same; with the numbers of each kept.
  private func members(_ loss: any Loss) throws -> [Model] {
    let last = loss.outputActivation
    let networks = [
      Sequential([Dense(4, activation: .tanh), Dense(3, activation: last, name: "last")]),
      Sequential([
        BatchNorm(), Dense(5, activation: .relu), Residual([Dense(5)]),
        Dense(3, activation: last, name: "last"),
      ]),
      Sequential([Dense(3, activation: last)]),
    ]
    return try networks.enumerated().map {
      try Model($1, inputShape: [2], loss: loss, seed: UInt64($0 + 1))
    }
  }

  private func joined(_ members: [Model]) throws -> Model {
    let ensemble = Ensemble(
      members.map { Sequential($0.layers) }, through: members[0].loss.ensembleActivation)
    return try Model(
      Sequential([ensemble]), inputShape: [2], loss: members[0].loss,
      tensors: members.enumerated().flatMap { place, member in
        member.tensors.map { (name: "ensemble/member_\(place + 1)/\($0.name)", tensor: $0.tensor) }
      })
  }

  private let inputs: [Float] = [0.3, -0.8, 1.5, 2, -3, 0.1, 40, -60]

  @Test(arguments: 0..<6) func theAnswerIsTheMeanOfTheMembers(place: Int) throws {
    let loss = Self.losses[place]
    let members = try members(loss)
    let joined = try joined(members)
    #expect(joined.isEnsemble && !members[0].isEnsemble)
    let answers = try members.map { try Predictor($0)(inputs) }
    let mean = answers[0].indices.map { cell in
      answers.reduce(0.0) { $0 + Double($1[cell]) } / Double(answers.count)
    }
    let found = try Predictor(joined)(inputs)
    for (found, mean) in zip(found, mean) {
      #expect((Double(found) - mean).magnitude <= 1e-5 * max(1, mean.magnitude), "\(loss.name)")
    }
    let both = try Predictor(joined).predictWithMembers(4) { first, taken, input in
      for place in 0..<taken * 2 { input[place] = inputs[first * 2 + place] }
    }
    #expect(both.answers == found)
    for row in 0..<4 {
      for member in 0..<3 {
        let own = both.members[(row * 3 + member) * 3..<(row * 3 + member + 1) * 3]
        for (a, b) in zip(own, answers[member][row * 3..<row * 3 + 3]) {
          #expect((a - b).magnitude <= 1e-5 * max(1, b.magnitude))
        }
      }
    }
  }

  /// −ln of the mean probability, not the mean of the members' losses.
  @Test func theLossIsThatOfTheMean() throws {
    let members = try members(.crossEntropy)
    let joined = try joined(members)
    let cycle = try CompiledCycle(joined)
    let program = try cycle.program(.examples, batch: 4)
    try program.feed(inputs: inputs, targets: [0, 2, 1, 1])
    program.run()
    let probabilities = try Predictor(joined)(inputs)
    for (row, label) in [0, 2, 1, 1].enumerated() where probabilities[row * 3 + label] > 1e-6 {
      let expected = -Double.log(Double(probabilities[row * 3 + label]))
      #expect((Double(program.exampleLosses[row]) - expected).magnitude < 1e-3)
    }
  }

  @Test func itReadsBackFromItsText() throws {
    let joined = try joined(members(.crossEntropy))
    let text = try JSONText.encode(LayerList(joined.layers))
    let again = try JSONText.decode(LayerList.self, from: text, at: "network")
    let model = try Model(
      Sequential(again.layers), inputShape: [2], loss: .crossEntropy, tensors: joined.tensors)
    #expect(model.weightsSHA256 == joined.weightsSHA256)
    #expect(try Predictor(model)(inputs) == Predictor(joined)(inputs))
    for wrong in [
      Ensemble([]), Ensemble([Dense(2), Dense(3)]), Ensemble([Dense(2)], through: .relu),
    ] {
      #expect(throws: Problem.self) {
        try Model(wrong, inputShape: [2], loss: .crossEntropy)
      }
    }
  }
}
