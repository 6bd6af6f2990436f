import Engine
import Networks

extension TrainingLoop {
  /// A training as it stands between two steps, to come back to in the same training or another one of
  /// the same network and data: what a checkpoint holds, in memory.
  package struct Moment: Sendable {
    let store: [Float]
    let state: TrainingState
    let best: [(name: String, tensor: Tensor)]?
    let lastLoss: Double

    /// How many steps are done.
    package var step: Int { Int(state.steps) }
    /// Is every number of it finite, the loss of its last step too?
    package var isFinite: Bool { lastLoss.isFinite && store.allSatisfy(\.isFinite) }
    /// About how many bytes it takes.
    package var bytes: Int {
      4 * (store.count + (best ?? []).reduce(0) { $0 + $1.tensor.shape.count })
    }
  }

  /// Where it stands now.
  package func moment() -> Moment {
    Moment(store: cycle.store.save(), state: state, best: bestTensors, lastLoss: lastLoss)
  }

  /// Stands where it stood: what follows has the same bits as what followed then.
  package func go(to moment: Moment) {
    epochStart = nil
    hasDiverged = false
    restore(moment)
  }

  func restore(_ moment: Moment) {
    cycle.store.restore(moment.store)
    (state, bestTensors, lastLoss) = (moment.state, moment.best, moment.lastLoss)
    startEpoch()
  }

  /// How many steps are done, over all epochs.
  package var steps: Int { Int(state.steps) }
  /// How many epochs are finished.
  package var epochsDone: Int { state.epochsDone }
  /// How many steps of the present epoch are done.
  package var stepsOfEpoch: Int { state.stepsOfEpoch }
  /// The learning rate of the next step.
  package var nextRate: Double { rate(step: steps) }
}

extension Experiment {
  /// The training that goes on where another of the same network and data stands, by the plan of this
  /// experiment.
  ///
  /// - Parameter settings: the names of those that differ.
  /// - Throws: `Problem` if the network is another.
  package func run(
    goingOn training: TrainingLoop, changing settings: Set<String>
  ) throws -> TrainingLoop {
    let state = training.state.goingOn(changing: settings)
    let next = try run(
      resuming: Checkpoint(
        plan: plan, state: state, variables: training.cycle.store.snapshot(),
        best: training.bestTensors))
    next.lastLoss = training.lastLoss
    return next
  }

  /// The network with the weights as they are now, ready to be stored.
  package func presentModel(of run: TrainingLoop) throws -> TrainedModel {
    try stored(run.model(), run, epoch: run.history.last)
  }
}
