package import Datasets
import Engine
import Networks
public import Training

extension TrainedModel {
  /// A tracer with the settings the model was trained with and the names of its inputs and classes.
  public var tracer: Tracer {
    var tracer = Tracer(model, plan: record.plan)
    tracer.inputNames = preprocessing.inputNames
    tracer.labels = labels
    tracer.preprocessing = preprocessing
    tracer.calibration = calibration
    return tracer
  }

  /// What the loss compares an answer with.
  ///
  /// - Parameter text: a class, or one for each step with commas between; a number in the target's unit, several numbers with commas between, or
  ///   the labels that the example has, with commas between.
  /// - Throws: `Problem` for an unknown class or label, or no number.
  public func target(_ text: String, at location: String = "target") throws -> [Float] {
    try preprocessing.learnedTarget(text, at: location)
  }

  /// How much each step of a sequence counts beside such a target: 1 for those that are there; nil for
  /// models that answer once for an example.
  /// - Throws: `Problem` for another number of classes than steps.
  package func stepWeights(
    of input: [Float], beside text: String, at location: String = "target"
  ) throws -> [Float]? {
    guard preprocessing.stepLabels != nil else { return nil }
    let (steps, given) = (preprocessing.steps(of: input), text.split(separator: ",").count)
    guard steps == given else {
      throw Problem.data(
        location, expected: "a class for each of \(steps) steps, with commas between",
        found: "\(given)")
    }
    return (0..<preprocessing.answerCount).map { $0 < steps ? 1 : 0 }
  }
}

extension Preprocessing {
  /// See ``TrainedModel/target(_:at:)``.
  package func learnedTarget(_ text: String, at location: String = "target") throws -> [Float] {
    switch target {
    case .numbers(let scales):
      let parts = scales.count == 1 ? [text] : text.split(separator: ",").map(String.init)
      let numbers = zip(scales, parts).compactMap { scale, part in
        Double(part.trimmed).map(scale.learned)
      }.filter(\.isFinite)
      guard numbers.count == scales.count, parts.count == scales.count else {
        throw Problem.data(
          location,
          expected: scales.count == 1
            ? "a number" : "\(scales.count) numbers with commas between",
          found: "'\(text)'")
      }
      return numbers
    case .labels:
      var answers = [Float](repeating: 0, count: classes.count)
      for label in text.split(separator: ",").map({ String($0).trimmed }) {
        guard let place = classes.firstIndex(of: label) else {
          throw Problem.unknown(location, label, among: classes)
        }
        answers[place] = 1
      }
      return answers
    case .classes, .ordered:
      let parts =
        stepLabels == nil
        ? [text] : text.split(separator: ",").map { String($0).trimmed }
      let indices = try parts.prefix(answerCount).map { part in
        guard let index = classes.firstIndex(of: part) else {
          throw Problem.unknown(location, part, among: classes)
        }
        return Float(index)
      }
      return indices + [Float](repeating: 0, count: answerCount - indices.count)
    }
  }
}

extension Experiment {
  /// Traces a step of the training as it was or will be: the run is repeated from its seed, or from a
  /// checkpoint before the step, up to this step.
  ///
  /// - Parameters:
  ///   - step: counted from 1 over all epochs.
  ///   - checkpoint: of this experiment; used if it lies before the step.
  ///   - progress: told after each line how many of how many are written.
  /// - Throws: `Problem` if the training ends before the step.
  public func trace(
    step: Int, from checkpoint: Checkpoint? = nil, selection: TraceSelection = TraceSelection(),
    progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) throws -> Trace {
    let done = step - 1
    let run = try self.run(resuming: checkpoint.flatMap { $0.steps <= done ? $0 : nil })
    let perEpoch = plan.stepsPerEpoch(rows: data.train.count)
    if step >= 1, run.checkpoint().steps < done, !run.isDone {
      try run.run(listen: { event in
        switch event {
        // The last step of an epoch goes on to the epoch's end, where the next epoch is prepared.
        case .step(let record):
          (record.epoch - 1) * perEpoch + record.step == done && record.step < perEpoch
            ? .stop : .continue
        case .epoch(let record): record.epoch * perEpoch >= done ? .stop : .continue
        case .end: .continue
        }
      })
    }
    let reached = run.checkpoint()
    guard step >= 1, reached.steps == done, !run.isDone else {
      throw Problem.data(
        "step", expected: "1 to \(max(reached.steps, 1)), the steps of this training",
        found: "\(step)")
    }
    let next = try run.nextStep()
    return try tracer(of: run).trace(
      inputs: next.inputs, targets: next.targets, weights: next.weights, selection: selection,
      kernels: kernels, progress: progress)
  }

  /// A tracer of the step that comes next in a training of this experiment, with the weights and the
  /// optimiser's state as they are.
  package func tracer(of run: TrainingLoop) throws -> Tracer {
    let parameters = Set(start.tensors.map(\.name))
    let variables = run.cycle.store.snapshot()
    var tracer = Tracer(
      try start.with(variables.filter { parameters.contains($0.name) }), plan: run.plan)
    tracer.state = variables.filter { !parameters.contains($0.name) }
    tracer.learningRate = run.nextRate
    tracer.step = UInt64(run.steps)
    tracer.inputNames = data.preprocessing.inputNames
    tracer.labels = data.preprocessing.classes
    tracer.preprocessing = data.preprocessing
    return tracer
  }
}
