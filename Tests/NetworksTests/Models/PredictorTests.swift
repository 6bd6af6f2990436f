import Engine
import Testing

@testable import Networks

@Suite struct PredictorTests {
  private let model: Model

  init() throws {
    let network = Sequential {
      Dense(37, activation: .gelu)
      Dense(3)
    }
    model = try Model(network, inputShape: [19], loss: .crossEntropy, seed: 4)
  }

  private func examples(_ count: Int) -> [Float] {
    var generator = RandomGenerator(seed: 6)
    return (0..<count * 19).map { _ in Float(generator.normal()) }
  }

  @Test(arguments: Kernels.available)
  func anAnswerDoesNotDependOnTheOthersAskedForWithIt(kernels name: String) throws {
    let predictor = try Predictor(model, kernels: Kernels(named: name))
    let inputs = examples(131)
    let together = try predictor(inputs)
    for row in 0..<131 {
      let alone = try predictor(Array(inputs[row * 19..<row * 19 + 19]))
      #expect(alone == Array(together[row * 3..<row * 3 + 3]))
      #expect(abs(alone.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func manyTasksShareOnePredictor() async throws {
    let predictor = try Predictor(model)
    let inputs = examples(70)
    let expected = try predictor(inputs)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<64 { group.addTask { try predictor(inputs) } }
      for try await found in group { #expect(found == expected) }
    }
  }

  @Test func aWrongCountIsRefused() throws {
    let predictor = try Predictor(model)
    #expect(throws: Problem.self) { try predictor([1, 2, 3]) }
    #expect(try predictor([]) == [])
  }

  @Test func aModelRefusesTensorsThatDoNotFit() throws {
    var tensors = model.tensors
    tensors[0].tensor = Tensor(0)
    tensors.append(("stranger", Tensor(1)))
    let problems = #expect(throws: Problem.self) { try model.with(tensors) }
    #expect(problems?.all.map(\.location) == ["dense/kernel", "stranger"])
  }
}
