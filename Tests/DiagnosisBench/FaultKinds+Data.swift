import Datasets
import Diagnosis
import Engine
import Networks
import Training

extension FaultKind {
  static let inTheData: [FaultKind] = [
    FaultKind("inputs times 1000", UnscaledInput.self, [.digits, .surface]) {
      $0.hidden(1, of: 32, .tanh)
      $0.optimizer = .sgd(learningRate: 0.1)
      $0.change = { try $0.changeInputs { _, _, x in x * 1000 } }
    },
    FaultKind("inputs divided by 1000", UnscaledInput.self, [.clouds, .digits]) {
      $0.optimizer = .sgd(learningRate: 0.05)
      $0.change = { try $0.changeInputs { _, _, x in x / 1000 } }
    },
    FaultKind("a column in other units", UnscaledInput.self, [.surface, .clouds]) {
      $0.hidden(1, of: 32, .relu, kernel: .heNormal)
      $0.optimizer = .adam()
      $0.change = { try $0.changeInputs { _, column, x in column == 4 ? x * 20_000 : x } }
    },
    FaultKind("inputs like years", UnscaledInput.self, [.ring, .clouds]) {
      $0.hidden(1, of: 32, .tanh)
      $0.change = { try $0.changeInputs { _, _, x in 2000 + 10 * x } }
    },
    FaultKind("target in euros", UnscaledTarget.self, [.surface]) {
      $0.optimizer = .adam()
      $0.change = { try $0.changeTargets { _, y in 250_000 + 80_000 * y } }
    },
    FaultKind("labels shuffled", UnrelatedLabels.self, LearningProblem.allCases) { training in
      training.optimizer = .adam()
      training.change = { [seed = training.seed] in try $0.shuffleLabels(seed: seed) }
    },
    FaultKind("one number that is none", UnusableData.self, [.digits, .surface]) {
      $0.change = {
        try $0.changeInputs { row, column, x in row == 7 && column == 1 ? .nan : x }
      }
    },
    FaultKind("a class that does not exist", UnusableData.self, [.clouds]) {
      $0.change = { try $0.changeTargets { row, y in row == 3 ? 3 : y } }
    },
    FaultKind("every input the same", ConstantData.self, [.surface, .digits]) {
      $0.change = { try $0.changeInputs { _, _, _ in 1 } }
    },
    FaultKind("every answer the same", ConstantData.self, [.ring, .surface]) {
      $0.change = { try $0.changeTargets { _, _ in 1 } }
    },
    FaultKind("twelve rows copied", FewExamples.self, [.ring, .surface]) {
      $0.change = { setup in
        let count = setup.train.count
        setup.train = try setup.train.subset((0..<count).map { $0 % 12 })
        // Answers without a rule, so that twelve rows tell nothing of others.
        setup.train = try setup.train.mappingTargets { row, _ in Float(row % 12 % 2) }
      }
    },
    FaultKind("a class of a hundred rows to one", ClassImbalance.self, [.clouds, .ring]) {
      $0.hidden(1, of: 16, .relu)
      $0.optimizer = .sgd(learningRate: 0.02)
      $0.rows = 1500
      $0.change = { [problem = $0.problem] setup in
        let rare: Float = problem == .ring ? 1 : 2
        setup.train = try setup.train.keepingFew(of: rare, 6)
        setup.heldOut = try setup.heldOut.keepingFew(of: rare, 40)
      }
    },
  ]
}

extension TrainingSetup {
  fileprivate mutating func changeInputs(_ change: (Int, Int, Float) -> Float) throws {
    (train, heldOut) = (try train.mappingInputs(change), try heldOut.mappingInputs(change))
  }

  fileprivate mutating func changeTargets(_ change: (Int, Float) -> Float) throws {
    (train, heldOut) = (try train.mappingTargets(change), try heldOut.mappingTargets(change))
  }

  /// Gives a share of the rows, chosen by chance, the answers of others.
  mutating func shuffleLabels(share: Double = 1, seed: UInt64) throws {
    func shuffled(_ data: Dataset, _ stream: UInt64) throws -> Dataset {
      var generator = RandomGenerator(seed: seed, stream: stream)
      let order = generator.permutation(data.count)
      let chosen = (0..<data.count).map { _ in generator.uniform() < share }
      return try data.mappingTargets { row, target in
        chosen[row] ? data.targets[order[row]][0] : target
      }
    }
    (train, heldOut) = (try shuffled(train, 71), try shuffled(heldOut, 72))
  }
}
