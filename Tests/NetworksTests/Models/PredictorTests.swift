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

  /// Each size of batch, filled and not, in layers that mix what lies beside each other.
  @Test(arguments: Kernels.available)
  func everyBatchSizeGivesTheSameBits(kernels name: String) throws {
    let networks: [(Sequential, TensorShape)] = [
      (
        Sequential {
          Dense(130, activation: .tanh); Dense(3)
        }, [19]
      ),
      (
        Sequential {
          Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)
          MaxPool2D()
          BatchNorm()
          Flatten()
          Dense(5)
        }, [9, 9, 3]
      ),
      (
        Sequential {
          GRU(17, returnsSequences: true)
          Attention(heads: 2, keyWidth: 4)
          Flatten()
          Dense(2)
        }, [6, 5]
      ),
    ]
    for (network, shape) in networks {
      let model = try Model(network, inputShape: shape, loss: .crossEntropy, seed: 4)
      let kernels = try Kernels(named: name)
      let predictors = try [1, 2].map { try Predictor(model, kernels: kernels, threads: $0) }
      var generator = RandomGenerator(seed: 6)
      let inputs = (0..<67 * shape.count).map { _ in Float(generator.normal()) }
      let outputs = model.outputCount
      let alone = try (0..<67).flatMap {
        try predictors[0](Array(inputs[$0 * shape.count..<($0 + 1) * shape.count]))
      }
      for count in [1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 67] {
        for predictor in predictors {
          let together = try predictor(Array(inputs[..<(count * shape.count)]))
          #expect(together == Array(alone[..<(count * outputs)]), "\(shape), \(count) rows")
        }
      }
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
