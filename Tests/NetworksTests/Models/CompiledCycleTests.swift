import Engine
import Testing

@testable import Networks

@Suite struct CompiledCycleTests {
  private let network = Sequential {
    Dense(70, activation: .relu)
    BatchNorm()
    Dropout(0.2)
    Dense(3)
  }

  private func model() throws -> Model {
    try Model(network, inputShape: [40], loss: .crossEntropy, seed: 4)
  }

  private func batch(_ count: Int) -> (inputs: [Float], targets: [Float]) {
    var generator = RandomGenerator(seed: 6)
    return (
      (0..<count * 40).map { _ in Float(generator.normal()) }, (0..<count).map { Float($0 % 3) }
    )
  }

  private static let clippings: [Clipping?] = [
    nil, .value(0.01), .norm(0.05), .globalNorm(0.1),
  ]

  /// The fused program and the two halves of a step, for every rule, clipping and kernel set.
  @Test(arguments: Kernels.available, Optimizer.all.map(\.name))
  func aStepInTwoHalvesHasTheBitsOfTheWholeStep(kernels: String, optimizer name: String) throws {
    for clipping in Self.clippings {
      var optimizer = try Optimizer(named: name)
      optimizer.clipping = clipping
      let cycles = try (0..<2).map { _ in
        try CompiledCycle(
          model(), optimizer: optimizer, penalty: Penalty(l1: 1e-4, l2: 1e-3),
          kernels: Kernels(named: kernels))
      }
      let (inputs, targets) = batch(33)
      for step in 0..<4 {
        let whole = try cycles[0].program(.learning, batch: 33)
        try whole.feed(inputs: inputs, targets: targets)
        #expect(whole.run(rate: 0.01, seed: 1, step: UInt64(step)))
        let half = try cycles[1].program(.backward, batch: 33)
        try half.feed(inputs: inputs, targets: targets)
        #expect(half.run(seed: 1, step: UInt64(step)))
        #expect(half.loss == whole.loss)
        try cycles[1].update(cycles[1].gradients(of: half), rate: 0.01)
      }
      let bits = cycles.map { $0.store.save().map(\.bitPattern) }
      #expect(bits[0] == bits[1], "\(name), \(String(describing: clipping))")
    }
  }

  @Test func lookingAtGradientsChangesNothingAndAStepDoes() throws {
    let cycle = try CompiledCycle(model(), optimizer: .sgd())
    let (inputs, targets) = batch(8)
    let before = cycle.store.save()
    for mode in [CompiledCycle.Mode.gradients, .evaluation, .examples, .prediction] {
      let program = try cycle.program(mode, batch: 8)
      try program.feed(inputs: inputs, targets: targets)
      program.run(rate: 1)
      #expect(cycle.store.save() == before)
    }
    let evaluation = try cycle.program(.evaluation, batch: 8)
    let examples = try cycle.program(.examples, batch: 8)
    #expect(evaluation.predictions == examples.predictions)
    let mean = examples.exampleLosses.reduce(0.0) { $0 + Double($1) } / 8
    #expect(abs(evaluation.loss! - mean) < 1e-6)
    #expect(try cycle.program(.prediction, batch: 8).predictions == evaluation.predictions)
    // Statistics are part of the first half of a step, weights are not.
    let half = try cycle.program(.backward, batch: 8)
    try half.feed(inputs: inputs, targets: targets)
    half.run()
    let statistics = ["batch_norm/moving_mean", "batch_norm/moving_variance"]
    let changed = zip(cycle.store.variables, try model().store().snapshot()).filter {
      cycle.store[$0.name] != $1.tensor
    }.map(\.0.name)
    #expect(changed == statistics)
  }

  @Test func programsAreKeptUpToTheBound() throws {
    let cycle = try CompiledCycle(model())
    let first = try cycle.program(.prediction, batch: 1)
    for batch in 2...CompiledCycle.mostPrograms {
      _ = try cycle.program(.prediction, batch: batch)
    }
    // Asked for again, so that the second is the oldest.
    let second = try cycle.program(.prediction, batch: 1)
    #expect(first === second)
    let third = try cycle.program(.prediction, batch: 3)
    _ = try cycle.program(.prediction, batch: CompiledCycle.mostPrograms + 1)
    #expect(try cycle.program(.prediction, batch: 1) === first)
    #expect(try cycle.program(.prediction, batch: 3) === third)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let cycle = try CompiledCycle(model())
    #expect(throws: Problem.self) { try cycle.program(.learning, batch: 2) }
    #expect(throws: Problem.self) { try cycle.gradients() }
    let program = try cycle.program(.evaluation, batch: 2)
    let problem = #expect(throws: Problem.self) { try program.feed(inputs: [1, 2]) }
    #expect(problem?.found == "2")
    #expect(throws: Problem.self) {
      try program.feed(inputs: [Float](repeating: 0, count: 80), targets: [1])
    }
    let forward = try cycle.forwardPass(batch: 2)
    let watching = try cycle.program(forward, watching: [forward.output])
    #expect(try watching.values(of: forward.output).count == 6)
    #expect(throws: Problem.self) { try watching.values(of: forward.input) }
  }

  @Test func aLossThatIsNotFiniteStopsTheStep() throws {
    let cycle = try CompiledCycle(model(), optimizer: .sgd())
    var (inputs, targets) = batch(4)
    inputs[7] = .infinity
    let before = cycle.store.save()
    for mode in [CompiledCycle.Mode.learning, .backward] {
      let program = try cycle.program(mode, batch: 4)
      try program.feed(inputs: inputs, targets: targets)
      #expect(!program.run(rate: 0.1))
      #expect(cycle.store.save() == before)
      #expect(program.firstNonFinite()?.hasPrefix("input input") == true)
    }
  }
}
