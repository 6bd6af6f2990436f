import Engine
import Networks
import Testing
import Training

@testable import Explaining

@Suite struct ProofTests {
  @Test func everyKindOfLayerLossAndActivationIsProved() throws {
    for one in try EveryKind.all() {
      let proof = try Prover(one.tracer.model, plan: one.tracer.plan).prove(
        inputs: one.inputs, targets: one.targets, sample: nil)
      #expect(proof.entries.count == proof.total)
      #expect(proof.holds, "\(one.name): \(proof.disagreements.map(\.name))")
      #expect(proof.kinks.isEmpty, "\(one.name)")
      for entry in proof.entries {
        #expect(entry.error <= 1e-6 * max(1, entry.gradient.magnitude), "\(one.name)")
      }
    }
  }

  @Test func aRectifierAtZeroIsNamed() throws {
    let network = Sequential {
      Dense(2, activation: .relu, kernelInitializer: .zeros)
      Dense(1)
    }
    let model = try Model(network, inputShape: [2], loss: .meanSquaredError)
    let proof = try Prover(model, plan: TrainingPlan(loss: .meanSquaredError)).prove(
      inputs: [1, 2], targets: [3], sample: nil)
    #expect(proof.holds)
    #expect(proof.kinks.count == 6)
    #expect(proof.kinks.allSatisfy { $0.reason?.contains("dense: relu at 1,") == true })
    #expect(proof.verdict.contains("6 at kinks"))
  }

  /// Near a kink the difference is taken across it: a wide error bar, which must not pass anything.
  @Test(arguments: [0, 1e-9, -1e-9, 4e-7, -4e-7]) func aNearbyKinkIsNamed(_ x0: Double) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [1])
    let loss = try Ops.Sum(axes: 0..<1)(Ops.ReLU()(x))
    let gradient = try graph.gradients(of: loss, withRespectTo: [x])
    func verdict(_ gradient: Node) throws -> Proof.Verdict {
      try GraphProof(
        graph: graph, loss: loss, parameters: [("x", x, gradient)], feeds: ["x": [x0]]
      ).entries([[0]])[0].verdict
    }
    #expect(try verdict(gradient[0]) == .kink)
    #expect(try verdict(gradient[0] * 0 + 1.2) == .disagrees)
  }

  @Test func aTieOfMaximaIsNamed() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3])
    let loss = try Ops.Largest(axes: 0..<1)(x)
    let gradient = try graph.gradients(of: loss, withRespectTo: [x])
    let entries = try GraphProof(
      graph: graph, loss: loss, parameters: [("x", x, gradient[0])], feeds: ["x": [2, 2, 1]]
    ).entries([[0, 1, 2]])
    #expect(entries.map(\.verdict) == [.kink, .kink, .agrees])
    #expect(entries[0].reason == "a kink in max")
  }

  /// The gradient of a truncated recurrence leaves something out on purpose: it is held against a
  /// function that does, and says so.
  @Test(arguments: [1, 2, 3]) func aTruncatedRecurrenceIsComparedWithTheTruncatedFunction(
    every: Int
  ) throws {
    for truncation in [every, nil] {
      let layer = LSTM(3, truncation: truncation)
      let model = try Model(
        Sequential([layer, Dense(1)]), inputShape: [6, 2], loss: .meanSquaredError, seed: 5)
      let proof = try Prover(model, plan: TrainingPlan(loss: .meanSquaredError)).prove(
        inputs: (0..<12).map { Float($0) / 7 - 0.8 }, targets: [2], sample: nil)
      #expect(proof.holds, "\(proof.disagreements.map(\.name))")
      let says = try [proof.text, proof.json()].map { $0.contains("truncated") }
      #expect(says == [truncation != nil, truncation != nil])
    }
  }

  @Test func samplesAreSeededAndReachEveryTensor() {
    let chosen = Prover.choice([100_000, 128, 10], sample: 40, seed: 5)
    #expect(chosen == Prover.choice([100_000, 128, 10], sample: 40, seed: 5))
    #expect(chosen != Prover.choice([100_000, 128, 10], sample: 40, seed: 6))
    #expect(chosen.allSatisfy { $0.count >= 4 } && chosen.reduce(0) { $0 + $1.count } <= 40)
    #expect(Prover.choice([3, 2], sample: 9, seed: 1) == [[0, 1, 2], [0, 1]])
  }

  @Test func aWrongEngineIsFoundToo() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2])
    let loss = try Ops.Sum(axes: 0..<1)(x * x)
    let gradient = try graph.gradients(of: loss, withRespectTo: [x])
    var proof = GraphProof(
      graph: graph, loss: loss, parameters: [("x", x, gradient[0])], feeds: ["x": [2, 3]])
    proof.engine = [[4, 6.01]]
    let entries = try proof.entries([[0, 1]])
    #expect(entries.map(\.verdict) == [.agrees, .disagrees])
  }
}
