import Datasets
import DiagnosisBench
import Engine
import Networks
import Testing
import Training

@testable import Diagnosis

/// A handful of rows, at every rate: what is said of them has to be true.
@Suite struct SmallDataTests {
  private static let optimizers: [@Sendable (Double) -> Optimizer] = [
    { .adam(learningRate: $0) }, { .sgd(learningRate: $0) },
    { .sgd(learningRate: $0, momentum: 0.9) }, { .rmsprop(learningRate: $0) },
  ]

  private func diagnosis(
    _ problem: LearningProblem, rows: Int, _ optimizer: Optimizer, isShuffled: Bool = false
  ) throws -> Diagnosis {
    var training = BenchTraining(
      "", problem, [Dense(8, activation: .relu)], optimizer: optimizer, seed: 6)
    training.rows = rows
    var setup = try training.setup()
    if isShuffled {
      let targets = (0..<rows).map { setup.train.targets[($0 + 5) % rows][0] }
      setup.train = try Dataset(
        inputs: setup.train.inputs,
        targets: Examples(shape: setup.train.targets.shape, floats: targets))
    }
    return try Diagnosis(of: setup)
  }

  @Test(arguments: LearningProblem.allCases)
  func fifteenRowsAreTooFewToTell(problem: LearningProblem) throws {
    for isShuffled in [false, true] {
      let diagnosis = try diagnosis(problem, rows: 15, .adam(), isShuffled: isShuffled)
      #expect(diagnosis.verdict == .tooFewRows, "\(diagnosis.text)")
      #expect(diagnosis.text.hasPrefix("Too few rows to tell: "))
    }
  }

  /// The cause is the rate, whether it makes NaN of the loss or leaves it finite; and no rate that is
  /// recommended is above the optimiser's bound.
  @Test(arguments: LearningProblem.allCases)
  func aRateOfAThousandIsNamed(problem: LearningProblem) throws {
    for optimizer in Self.optimizers {
      let diagnosis = try diagnosis(problem, rows: 15, optimizer(1000))
      #expect(diagnosis.findings.first?.cause == LargeLearningRate.name, "\(diagnosis.text)")
      for rate in [1e-7, 1e-4, 0.1, 10] {
        let diagnosis = try self.diagnosis(problem, rows: 48, optimizer(rate))
        let advice = (diagnosis.findings + diagnosis.dismissed).map(\.advice).joined()
        #expect(!advice.contains("learning rate to 10"), "\(rate): \(advice)")
      }
    }
  }

  /// Whoever is told to is not told to raise it beyond what its rule can take.
  @Test(arguments: Optimizer.all.map(\.name)) func ratesAreBounded(name: String) throws {
    var optimizer = try Optimizer(named: name)
    let bound = optimizer.largestRecommendedRate
    #expect(bound <= 1 && bound >= optimizer.learningRate)
    for rate in [1e-9, 1e-5, 0.001, 0.1, 0.5, 10, 1000, 1e6] {
      optimizer.learningRate = rate
      let (lower, higher) = (optimizer.lowerRates, optimizer.higherRates)
      #expect((lower + higher).allSatisfy { $0 <= bound && $0 > 0 })
      #expect(lower.allSatisfy { $0 < rate } && higher.allSatisfy { $0 > rate })
    }
  }
}
