import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// Numbers of a checkpoint that no training wrote: each is refused with words, or training goes on.
@Suite struct HostileCheckpointTests {
  private let folder: TemporaryFolder
  private let data: Dataset
  private let network = Sequential([Dense(3, activation: .tanh), Dense(1)])

  init() throws {
    folder = try TemporaryFolder()
    data = try Dataset(
      inputs: Examples(shape: [2], floats: (0..<20).map { Float($0) / 20 }),
      targets: Examples(shape: [1], floats: (0..<10).map { Float($0) / 10 }))
  }

  private func model() throws -> Model {
    try Model(network, inputShape: [2], loss: .meanSquaredError)
  }

  /// A checkpoint in the middle of the fourth epoch.
  private func made(_ schedule: any Schedule, _ stopping: EarlyStopping) throws -> SafeTensors {
    let plan = TrainingPlan(
      loss: .meanSquaredError, schedule: schedule, epochs: 5, batch: 3, stopping: stopping)
    let loop = try TrainingLoop(model(), plan: plan, train: data)
    try loop.run { event in
      if case .step(let step) = event, step.epoch == 4, step.step == 2 { return .stop }
      return .continue
    }
    try loop.checkpoint().write(to: folder.path("good"))
    return try SafeTensors(path: folder.path("good"))
  }

  private func resume(_ file: SafeTensors) throws {
    try file.write(to: folder.path("forged"))
    let checkpoint = try Checkpoint(path: folder.path("forged"))
    let loop = try TrainingLoop(resuming: checkpoint, model(), train: data)
    let outcome = try loop.run()
    _ = (outcome.sentence, loop.examplesLearned.description, loop.seconds)
  }

  @Test(arguments: [false, true]) func everyNumberOfStateAndPlan(isPlateau: Bool) throws {
    let good = try made(
      isPlateau ? .plateau(factor: 0.5, patience: 1) : .cosine(over: 20),
      isPlateau ? .early(patience: 3) : .never)
    try resume(good)
    var refused = 0
    for key in ["training_state", "training_plan"] {
      let text = try #require(good.metadata[key])
      for (place, forged) in HostileNumbers.mutations(of: text) {
        // It would only train for very long.
        if place.hasPrefix("epochs = 1") { continue }
        var metadata = good.metadata
        metadata[key] = forged
        do {
          try resume(SafeTensors(good.entries, metadata: metadata))
        } catch let problem as Problem {
          #expect(!problem.description.isEmpty, "\(place)")
          refused += 1
        }
      }
    }
    #expect(refused > 200)
  }

  @Test func theProblemSaysWhatWasExpected() throws {
    let good = try made(.constant, .never)
    var metadata = good.metadata
    metadata["training_state"]?.replace("\"epochsDone\":3", with: "\"epochsDone\":-1")
    try SafeTensors(good.entries, metadata: metadata).write(to: folder.path("forged"))
    let problem = #expect(throws: Problem.self) { try Checkpoint(path: folder.path("forged")) }
    #expect(problem?.all.first?.location.hasSuffix("state: epochsDone") == true)
    #expect(problem?.all.first?.found == "-1")
  }

  @Test func aCheckpointWithoutAnOptimisersTensorIsRefused() throws {
    let good = try made(.constant, .never)
    let lost = try #require(good.entries.last { !$0.name.hasPrefix("best/") })
    try SafeTensors(good.entries.filter { $0.name != lost.name }, metadata: good.metadata)
      .write(to: folder.path("forged"))
    #expect(throws: Problem.self) { try resume(SafeTensors(path: folder.path("forged"))) }
  }
}
