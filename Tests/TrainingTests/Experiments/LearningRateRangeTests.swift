import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct LearningRateRangeTests {
  private let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  private func configuration(
    _ rows: Int = 90, label: (Int, Int) -> String = { $0 + $1 > 10 ? "yes" : "no" }
  ) throws -> RunConfiguration {
    let text =
      "a,b,label\n"
      + (0..<rows).map { "\($0 % 11),\($0 * 7 % 13),\(label($0 % 11, $0 * 7 % 13))\n" }.joined()
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var configuration = RunConfiguration()
    configuration.data.source = path
    configuration.data.target = "label"
    configuration.network.hidden = [6]
    configuration.training.threads = 1
    return configuration
  }

  @Test func aRateIsSuggestedAndTheNetworkStaysAsItIs() throws {
    let experiment = try Experiment(configuration())
    let before = experiment.start.weightsSHA256
    let range = try LearningRateRange(experiment)
    #expect(experiment.start.weightsSHA256 == before && range.weightsSHA256 == before)
    let suggestion = try #require(range.suggestion)
    #expect((0.0005...1).contains(suggestion))
    #expect(suggestion <= range.steepest! * 1.06)
    if let divergence = range.divergence { #expect(suggestion <= divergence / 10 * 1.06) }
    for (place, step) in range.steps.enumerated() {
      let rate = Double.exp(Double.log(1e7) * Double(place) / 199) * 1e-6
      #expect((step.learningRate / rate - 1).magnitude < 1e-9)
    }
    // The first step is that of the training itself.
    let loop = try experiment.run()
    var first: Double?
    try loop.run(listen: { event in
      if case .step(let step) = event { first = step.stepLoss }
      return .stop
    })
    #expect(range.steps[0].loss == first)
    // What it suggests learns.
    var settings = try configuration()
    settings.training.learningRate = suggestion
    settings.training.epochs = 20
    let run = try Experiment(settings).run()
    try run.run()
    let losses = run.history.compactMap(\.watchedLoss)
    #expect(losses.min()! < 0.95 * 0.693)
  }

  /// All tasks and sizes: something true is said, with a rate or without.
  @Test(arguments: ["numbers", "three", "tiny", "logarithms", "labels"])
  func eachTaskHasOne(kind: String) throws {
    var settings =
      switch kind {
      case "numbers": try configuration { "\(3 * $0 - 2 * $1)" }
      case "three": try configuration { ["x", "y", "z"][($0 + $1) % 3] }
      case "tiny": try configuration(12)
      case "logarithms": try configuration { "\(1 << min(20, $0 + $1))" }
      default: try configuration { ($0 > 5 ? "p;" : "") + ($1 > 5 ? "q" : "r") }
      }
    if kind == "labels" { settings.data.labelSeparator = ";" }
    if kind == "logarithms" { settings.data.targetScaling = .log }
    let range = try LearningRateRange(Experiment(settings), steps: 100)
    #expect(range.suggestion != nil || range.reason.contains("nothing to suggest"))
    #expect(range.steps.count <= 100 && range.steps.count >= 20)
    #expect(try JSONText.encode(range).contains("smoothed_loss"))
  }

  @Test func whereTheLossDoesNotFallNothingIsSuggested() throws {
    var settings = try configuration()
    settings.network.hidden = nil
    // No input reaches the answer: all weights are 0 and the last layer's learn nothing from zeros.
    settings.network.architecture = .layers(
      LayerList([
        FrozenLayers([Dense(4, kernelInitializer: .zeros)]), Dense(1, usesBias: false),
      ]))
    let range = try LearningRateRange(Experiment(settings), steps: 60)
    #expect(range.suggestion == nil && range.steepest == nil)
    #expect(range.reason.contains("nothing to suggest"))
  }

  @Test func divergenceIsFound() throws {
    var settings = try configuration { "\(3 * $0 - 2 * $1)" }
    settings.training.optimizer = "sgd"
    settings.network.hidden = nil
    settings.network.architecture = .layers(LayerList([Dense(1)]))
    let range = try LearningRateRange(Experiment(settings), rates: 1e-5...1000)
    let divergence = try #require(range.divergence)
    // Gradient descent on squares of standardised inputs diverges from about 1 on.
    #expect((0.05...20).contains(divergence))
    #expect(try #require(range.suggestion) <= divergence / 10 * 1.06)
    #expect(range.steps.count < 200, "it ends where the loss runs away")
  }

  @Test func smoothingKeepsLines() {
    let losses = (0..<50).map { 3 - 0.02 * Double($0) }
    for (place, point) in LearningRateRange.smoothed(losses, perTenfold: 28).enumerated() {
      #expect((point.value - losses[place]).magnitude < 1e-9)
      #expect((point.slope + 0.02 * 28).magnitude < 1e-9)
    }
  }

  @Test func whoStopsGetsTheStepsBefore() throws {
    var count = 0
    let range = try LearningRateRange(Experiment(configuration())) { _ in
      count += 1
      return count == 30 ? .stop : .continue
    }
    #expect(range.steps.count == 30)
    #expect(throws: Problem.self) { try LearningRateRange(Experiment(configuration()), steps: 5) }
  }
}
