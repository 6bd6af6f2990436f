import Datasets
import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Explaining

/// A step of a run is traced as it was: the same bits as the run itself leaves behind.
@Suite struct RecordedStepTests {
  /// The checkpoint of a run that is stopped after some steps.
  private func checkpoint(_ experiment: Experiment, after steps: Int) throws -> Checkpoint {
    let run = try experiment.run()
    var done = 0
    try run.run(listen: { event in
      if case .step = event { done += 1 }
      return done == steps ? .stop : .continue
    })
    return run.checkpoint()
  }

  /// The new weights as the trace prints them, by layer and place.
  private func newWeights(_ trace: Trace) -> [Symbol: Float] {
    var found: [Symbol: Float] = [:]
    for line in trace.sections.filter({ $0.kind == .update }).flatMap(\.lines) {
      let symbol = Symbol(parsing: line.symbol)
      if symbol.base == "w′" || symbol.base == "b′" { found[symbol] = line.value }
    }
    return found
  }

  @Test func tracedStepsAreTheTrainersBits() throws {
    let made = try TemporaryRun(.classes)
    let experiment = made.experiment
    let rows = experiment.data.train.count
    let perEpoch = (rows + experiment.plan.batch - 1) / experiment.plan.batch
    let early = try checkpoint(experiment, after: 2)
    // The first step, one in the middle, the last of an epoch, the first of the next, the very last.
    for step in [1, 3, perEpoch, perEpoch + 1, 6 * perEpoch] {
      let after = try checkpoint(experiment, after: step)
      #expect(after.steps == step)
      for start in [nil, early] {
        let trace = try experiment.trace(
          step: step, from: start, selection: TraceSelection(showsAll: true))
        let weights = newWeights(trace)
        #expect(weights.count == experiment.start.parameterCount)
        for (layer, name) in [(1, "dense"), (2, "dense_1")] {
          for (letter, tensor) in [("w′", "\(name)/kernel"), ("b′", "\(name)/bias")] {
            let known = try #require(after.variables.first { $0.name == tensor }?.tensor)
            for (cell, value) in known.values.enumerated() {
              let places = known.shape.position(ofFlatIndex: cell).map { $0 + 1 }
              let traced = weights[Symbol(letter, layer: layer, places: places)]
              #expect(traced?.bitPattern == value.bitPattern, "step \(step), \(tensor) \(places)")
            }
          }
        }
        #expect(trace.settings.contains { $0.name == "step" && $0.value == "\(step)" })
      }
    }
    // A step of several batches says which training to look at instead.
    var plan = experiment.plan
    plan.accumulate = 3
    let several = try TrainingLoop(experiment.start, plan: plan, train: experiment.data.train)
    let problem = #expect(throws: Problem.self) { _ = try several.nextStep() }
    #expect(problem?.fix.contains("batch \(plan.batch * 3)") == true)
    for step in [0, -1, 6 * perEpoch + 1] {
      #expect(throws: Problem.self) { try experiment.trace(step: step) }
    }
  }
}
