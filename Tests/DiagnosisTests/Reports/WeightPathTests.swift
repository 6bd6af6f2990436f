import Datasets
import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Diagnosis

@Suite struct WeightPathTests {
  @Test func thePathLeadsFromTheFirstWeightsToTheLast() throws {
    let made = try TemporaryRun(.classes)
    let path = try #require(made.report.weightPath)
    #expect(path.places.map(\.epoch) == Array(0...6))
    let (first, last) = (path.places[0], path.places[6])
    #expect(first.x == 0 && first.y == 0)
    #expect(abs(last.x - 1) < 1e-9 && abs(last.y) < 1e-9)
    #expect(path.losses.count == path.side * path.side && path.losses.allSatisfy(\.isFinite))
    // The epoch the plane was laid through lies in it as far away as it is from the line.
    #expect(path.places.contains { $0.y > 0.01 })
    let read = try RunReport(of: made.folder)
    #expect(read.weightPath == path)
    let page = try ReportPage(read, of: made.folder).html
    #expect(page.contains("Loss landscape and the path walked"))
  }

  /// Between four places of the grid lies the loss that the network has at the start.
  @Test func theGridHoldsTheLossOfTheWeights() throws {
    let made = try TemporaryRun(.numbers)
    let path = try #require(made.report.weightPath)
    let data = made.experiment.data.train
    #expect(path.rows == min(256, data.count))
    let start = made.experiment.start
    let forward = try ForwardPass(
      start.network, inputShape: start.inputShape, batch: path.rows, loss: start.loss,
      isTraining: false)
    var feeds = Dictionary(
      uniqueKeysWithValues: start.tensors.map { ($0.name, $0.tensor.values.map(Double.init)) })
    feeds[LearningCycle.inputName] = (0..<path.rows).flatMap { data.inputs[$0].map(Double.init) }
    feeds[LearningCycle.targetName] = (0..<path.rows).flatMap { data.targets[$0].map(Double.init) }
    let loss = try forward.graph.evaluate([forward.loss], feeding: feeds)[0][0]
    func place(_ low: Double, _ high: Double) -> Int {
      Int((0 - low) / (high - low) * Double(path.side - 1))
    }
    let (column, row) = (
      place(path.ranges[0], path.ranges[1]), place(path.ranges[2], path.ranges[3])
    )
    let around = [(0, 0), (1, 0), (0, 1), (1, 1)].map {
      path.losses[(row + $0.1) * path.side + column + $0.0]
    }
    #expect(around.min()! - 1e-3 <= loss && loss <= around.max()! + 1e-3)
    #expect(around.max()! - around.min()! < loss)
  }

  /// Beyond the path the statistics that batch normalisation keeps would be variances below 0.
  @Test func batchNormalisationHasALossEverywhereAndAResumedRunAPath() throws {
    let made = try TemporaryRun(.classes)
    var configuration = made.experiment.configuration
    configuration.network.hidden = nil
    configuration.network.architecture = .layers(
      LayerList([Dense(6), BatchNorm(), Dense(1)]))
    let temporary = try TemporaryFolder()
    let folder = temporary.path("normalised")
    var first: TrainingSession? = try TrainingSession(Experiment(configuration), in: folder)
    var tracker = try WeightTracker(#require(first))
    _ = try first?.learn { event, training in
      guard case .epoch(let record) = event else { return .continue }
      tracker.add(training)
      return record.epoch == 3 ? .stop : .continue
    }
    let path = try #require(try tracker.path())
    #expect(path.losses.allSatisfy { $0.isFinite })
    first = nil  // and with it the run's lock
    let second = try TrainingSession(resuming: StoredRun(folder))
    tracker = try WeightTracker(second)
    _ = try second.learn { event, training in
      if case .epoch = event { tracker.add(training) }
      return .continue
    }
    let resumed = try #require(try tracker.path())
    #expect(resumed.losses.allSatisfy { $0.isFinite })
    #expect(resumed.places.map(\.epoch) == [0, 3, 4, 5, 6])
  }

  @Test func manyEpochsAreThinnedAndNoneIsNoPath() throws {
    let made = try TemporaryRun(.classes)
    var tracker = try WeightTracker(made.experiment)
    #expect(try tracker.path() == nil)
    var configuration = made.experiment.configuration
    configuration.training.epochs = 80
    configuration.training.patience = 0
    let long = try Experiment(configuration)
    tracker = try WeightTracker(long)
    try long.run().run { event, training in
      if case .epoch = event { tracker.add(training) }
      return .continue
    }
    let epochs = try #require(try tracker.path()).places.map(\.epoch)
    #expect(epochs.count <= 33 && epochs.count > 16)
    #expect(epochs.first == 0 && epochs.last == 80 && epochs == epochs.sorted())
  }
}
