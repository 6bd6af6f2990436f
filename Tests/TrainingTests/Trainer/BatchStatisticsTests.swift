import Datasets
import Engine
import Foundation
import Networks
import Testing

@testable import Training

/// No layer learns statistics of a batch from one example: its variance is 0 and says nothing.
@Suite struct BatchStatisticsTests {
  /// A user's layer that tells nobody which layers it is made of.
  private struct Hidden: Layer {
    let inner = BatchNorm(momentum: 0)
    func callAsFunction(_ input: Node) throws -> Node { try inner(input) }
  }

  private let watched = Sequential {
    Dense(4)
    Hidden()
    Dense(3)
  }

  private func model(_ network: Sequential) throws -> Model {
    try Model(network, inputShape: [8], loss: .crossEntropy, seed: 1)
  }

  private func plan(batch: Int, accumulate: Int = 1) -> TrainingPlan {
    var plan = toyPlan(epochs: 2, batch: batch)
    plan.accumulate = accumulate
    return plan
  }

  /// All sizes of data around two batches, all ways to make a step.
  @Test func aLastRowJoinsTheBatchBefore() throws {
    for batch in 2...5 {
      for rows in 2...3 * batch + 1 {
        for (accumulate, looks) in [(1, false), (1, true), (2, false), (3, true)] {
          let plan = plan(batch: batch, accumulate: accumulate)
          let loop = try TrainingLoop(model(watched), plan: plan, train: clouds(rows))
          if looks { loop.transform = { _ in } }
          try loop.run { _, loop in
            // With a momentum of 0 it is that of the batch, and 0 if that has one row.
            let variance = try #require(
              loop.model().tensors.first { $0.name == "batch_norm/moving_variance" })
            #expect(variance.tensor.values.allSatisfy { $0 > 0 }, "\(rows) rows by \(batch)")
            return .continue
          }
          let batches = rows / batch + (rows % batch > 1 || rows < batch ? 1 : 0)
          let steps = (batches + accumulate - 1) / accumulate
          #expect(loop.checkpoint().steps == 2 * UInt64(steps), "\(rows) rows by \(batch)")
          #expect(loop.examplesLearned == 2 * rows)
          #expect(
            (loop.plan.noteOfJoinedRow(rows: rows) != nil) == (rows % batch == 1 && rows > 1))
        }
      }
    }
  }

  /// Other networks are trained as before: a last batch of one row stays.
  @Test func othersKeepABatchOfOneRow() throws {
    for network in [
      Sequential {
        Dense(4)
        LayerNorm()
        Dense(3)
      },
      Sequential {
        Dense(4)
        BatchNorm(isTrainable: false)
        Dense(3)
      },
      Sequential {
        FrozenLayers {
          Dense(4)
          BatchNorm()
        }
        Dense(3)
      },
    ] {
      let loop = try TrainingLoop(model(network), plan: plan(batch: 4), train: clouds(9))
      try loop.run()
      #expect(loop.checkpoint().steps == 2 * 3)
      for (batch, rows) in [(1, 5), (4, 1)] {
        try TrainingLoop(model(network), plan: plan(batch: batch), train: clouds(rows)).run()
      }
    }
  }

  @Test func batchesOfOneRowAreRefused() throws {
    for (batch, rows, setting) in [(1, 9, "batch"), (4, 1, "training data")] {
      for network in [watched, toyNetwork] {
        let problem = #expect(throws: Problem.self) {
          try TrainingLoop(model(network), plan: plan(batch: batch), train: clouds(rows))
        }
        #expect(problem?.location == setting)
        #expect(problem?.expected.contains("batch_norm learns") == true)
        #expect(problem?.fix.contains("layer_norm") == true)
      }
    }
  }

  /// Inputs made ahead, at any number of threads, and resumed after any step.
  @Test func bitsAreTheSameHoweverItRuns() throws {
    let network = Sequential {
      Conv2D(3, kernelSize: 3)
      Hidden()
      Flatten()
      Dense(3)
    }
    var generator = RandomGenerator(seed: 5)
    let images = (0..<13 * 64).map { _ in Float(generator.normal()) }
    var data = try Dataset(
      inputs: Examples(shape: [8, 8, 1], floats: images),
      targets: Examples(shape: .scalar, floats: (0..<13).map { Float($0 % 3) }))
    data.augmentation = .usual
    let model = try Model(network, inputShape: [8, 8, 1], loss: .crossEntropy, seed: 1)
    for accumulate in [1, 2] {
      let plan = plan(batch: 3, accumulate: accumulate)
      let unbroken = try TrainingLoop(model, plan: plan, train: data)
      #expect(unbroken.loader != nil)
      try unbroken.run()
      for threads in [1, 2, 3, 8] {
        for cut in 1..<Int(unbroken.checkpoint().steps) {
          let first = try TrainingLoop(model, plan: plan, train: data, threads: threads)
          var steps = 0
          try first.run(listen: { event in
            if case .step = event { steps += 1 }
            return steps >= cut ? .stop : .continue
          })
          let second = try TrainingLoop(
            resuming: first.checkpoint(), model, train: data, threads: threads)
          try second.run()
          #expect(
            try second.model().weightsSHA256 == unbroken.model().weightsSHA256,
            "\(threads) threads, step \(cut)")
        }
      }
    }
  }

  /// A plan remembers how it was trained; one of an older file did not join rows.
  @Test func plansAreReadAsTheyWere() throws {
    let plan = try plan(batch: 4).fitted(to: model(toyNetwork), rows: 9)
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(TrainingPlan.self, from: data).stepsPerEpoch(rows: 9) == 2)
    var fields = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(fields.removeValue(forKey: "joinsLastRow") as? Bool == true)
    let older = try JSONDecoder().decode(
      TrainingPlan.self, from: JSONSerialization.data(withJSONObject: fields))
    #expect(older.stepsPerEpoch(rows: 9) == 3)
  }

  /// An experiment tells of the row before it trains and in its report, and its schedule ends with it.
  @Test func experimentsSayIt() throws {
    var configuration = RunConfiguration()
    configuration.data.target = "answer"
    configuration.data.validation = .fraction(0)
    configuration.data.test = .fraction(0)
    (configuration.training.batch, configuration.training.epochs) = (4, 3)
    configuration.network.architecture = .layers(LayerList([Dense(4), BatchNorm(), Dense(1)]))
    let rows = (0..<9).map { "\($0),\($0 % 4),\($0 % 2 == 0 ? "yes" : "no")" }
    let table = try DataTable(
      csv: Array((["a,b,answer"] + rows).joined(separator: "\n").utf8), name: "rows")
    let experiment = try Experiment(
      configuration, data: PreparedData(table: table, configuration))
    #expect(experiment.notes.contains { $0.contains("joins the batch before, which has 5") })
    let loop = try experiment.run()
    let ending = try loop.run()
    #expect(loop.checkpoint().steps == 6)
    let report = try experiment.report(on: experiment.model(of: loop), of: loop, ending)
    #expect(report.notes.contains { $0.contains("joins the batch before, which has 5") })
    let rate = experiment.plan.schedule.rate(base: 1, step: 6, state: ScheduleState())
    #expect(rate == 0)
  }
}
