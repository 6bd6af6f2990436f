public import Datasets
public import Engine
public import Networks
public import Training

/// Traces learning cycles of a model: what happens when the trainer shows it an example.
/// ```swift
/// let tracer = Tracer(model, plan: TrainingPlan(loss: model.loss, optimizer: .adam()))
/// print(try tracer.trace(inputs: [1, 0.5, 0.2], targets: [0, 1]).text)
/// ```
public struct Tracer: Sendable {
  /// Whose step is traced, at its weights.
  public var model: Model
  /// Loss, optimiser, penalty and seed of the cycle.
  public var plan: TrainingPlan
  /// The learning rate of the step, after any schedule.
  public var learningRate: Double
  /// How many steps were done before; decides random masks.
  public var step: UInt64 = 0
  /// The optimiser's state before the step; its beginning where nothing is given.
  public var state: [(name: String, tensor: Tensor)] = []
  /// Names of the inputs and classes, for the reader.
  public var inputNames: [String] = []
  /// Names of the classes; empty for numbers.
  public var labels: [String] = []
  /// Says how raw values became inputs and targets; the trace then begins and ends with these.
  package var preprocessing: Preprocessing?
  /// Makes the intervals of the answers; the answer is then followed by its ends.
  package var calibration: Calibration?

  /// The first step of a training.
  public init(_ model: Model, plan: TrainingPlan) {
    self.model = model
    self.plan = plan
    learningRate = plan.schedule.rate(
      base: plan.optimizer.learningRate, step: 0, state: ScheduleState())
  }

  /// The whole learning cycle of one example or one batch.
  ///
  /// - Parameters:
  ///   - inputs: of the model's input shape, one example after another.
  ///   - targets: a class index or the target numbers for each example.
  ///   - weights: of the examples, or of each step that has a class of its own; nil if all count 1.
  ///   - progress: told after each line how many of how many are written.
  /// - Throws: `Problem` where numbers and network do not fit, for settings out of
  ///   range, an unknown layer or an input that is not finite.
  public func trace(
    inputs: [Float], targets: [Float], weights: [Float]? = nil,
    selection: TraceSelection = TraceSelection(), kernels: Kernels? = nil,
    progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) throws -> Trace {
    let (reading, recorded) = try record(
      inputs: inputs, targets: targets, weights: weights, kernels: kernels)
    let names = try names
    let writer = TraceWriter(reading, recorded, selection, names, progress: progress)
    let loss = reading.cycle.loss.id
    let drawing = DrawingWriter(
      reading: reading, writer: writer.first, again: writer.again, names: names,
      example: writer.example
    ).drawing()
    let batch = inputs.count / max(1, model.inputShape.count)
    let images = TraceImages(
      reading: reading, writer: writer.first, example: writer.example)
    var trace = Trace(
      title: title(reading), settings: settings(batch, followed: writer.example),
      legend: reading.legend, sections: try writer.sections(), loss: writer.first.value(loss, 0),
      newLoss: writer.again.value(loss, 0), drawing: drawing, showsAll: selection.showsAll)
    trace.layers = reading.blocks.map(\.name)
    trace.images = images.all
    trace.sights = images.sights(of: trace.images)
    return trace
  }

  /// What places mean to the user.
  var names: TraceNames {
    get throws {
      TraceNames(
        inputs: inputNames, labels: labels, hasClassTargets: plan.loss.hasClassTargets,
        outputs: try model.outputCount / model.classesOfExample, width: model.inputShape.count,
        preprocessing: preprocessing, quantiles: plan.loss.quantiles, calibration: calibration)
    }
  }

  /// Runs the cycle with everything that has a symbol kept.
  func record(
    inputs: [Float], targets: [Float], weights: [Float]? = nil, kernels: Kernels? = nil
  ) throws -> (reading: AnnotatedCycle, recorded: RecordedCycle) {
    try plan.check()
    let batch = try batch(inputs, targets)
    let compiled = try CompiledCycle(
      model, loss: plan.loss, optimizer: plan.optimizer, penalty: plan.penalty,
      isWeighted: weights != nil, kernels: kernels)
    for (name, tensor) in state where compiled.store[name] != nil {
      try compiled.store.set(name, to: tensor)
    }
    let cycle = try compiled.learningCycle(batch: batch)
    let answer = try plan.loss.prediction(cycle.output)
    let reading = AnnotatedCycle(cycle, answer: answer.id, batch: batch, plan: plan)
    let recorded = try RecordedCycle(
      cycle, of: compiled, recording: reading.recorded,
      feed: RecordedCycle.Feed(
        inputs: inputs, targets: targets, weights: weights, learningRate: learningRate,
        seed: plan.seed, step: step))
    return (reading, recorded)
  }

  private func batch(_ inputs: [Float], _ targets: [Float]) throws -> Int {
    let width = model.inputShape.count
    guard width > 0, !inputs.isEmpty, inputs.count.isMultiple(of: width) else {
      throw Problem.shape(
        "input", expected: "\(width) numbers for each example", found: "\(inputs.count)")
    }
    let batch = inputs.count / width
    let answers = try model.classesOfExample
    let expected =
      batch
      * (plan.loss.hasClassTargets
        ? answers : plan.loss.targetCount(outputs: model.outputCount))
    guard targets.count == expected else {
      throw Problem.shape(
        "target", expected: "\(expected) numbers (loss \(plan.loss.name))",
        found: "\(targets.count)")
    }
    for (name, numbers) in [("input", inputs), ("target", targets)] {
      if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
        throw Problem.data(
          "\(name) \(bad + 1)", expected: "a finite number", found: "\(numbers[bad])")
      }
    }
    if plan.loss.hasClassTargets,
      let bad = targets.first(where: { $0 < 0 || Int($0) >= model.outputCount / answers })
    {
      throw Problem.data(
        "target", expected: "a class index from 0 to \(model.outputCount / answers - 1)",
        found: "\(bad)")
    }
    return batch
  }

  private func title(_ reading: AnnotatedCycle) -> String {
    let layers = reading.layers.map { name in
      let node = reading.blocks.first { $0.name == name }?.nodes.last
      let width = node.map { reading.graph.records[$0].shape.extents.last ?? 1 }
      return name + (width.map { " \($0)" } ?? "")
    }
    return ([Self.counted(model.inputShape.count, "input")] + layers).joined(separator: " → ")
  }

  private static func counted(_ count: Int, _ what: String) -> String {
    "\(count) \(what)" + (count == 1 ? "" : "s")
  }

  private func settings(_ batch: Int, followed example: Int) -> [Trace.Setting] {
    let optimizer = plan.optimizer
    var settings = [
      Trace.Setting(name: "loss L", value: plan.loss.name),
      Trace.Setting(name: "optimizer", value: optimizer.rule.name),
      Trace.Setting(name: "learning rate η", value: SymbolicExpression.number(learningRate)),
    ]
    if optimizer.weightDecay != 0 {
      settings.append(
        .init(name: "weight decay", value: SymbolicExpression.number(optimizer.weightDecay)))
    }
    switch optimizer.clipping {
    case nil: break
    case .value(let limit): settings.append(.init(name: "clip values at", value: "\(limit)"))
    case .norm(let limit): settings.append(.init(name: "clip norms at", value: "\(limit)"))
    case .globalNorm(let limit):
      settings.append(.init(name: "clip the common norm at", value: "\(limit)"))
    }
    if batch > 1 {
      settings.append(.init(name: "examples", value: "\(batch)"))
      settings.append(
        .init(name: "drawn and followed", value: "example \(example + 1), which teaches most"))
    }
    settings.append(.init(name: "step", value: "\(step + 1)"))
    return settings
  }
}

extension Trainer {
  /// The whole learning cycle of one example, from the weights as they are: the best of the last
  /// `fit`, else the first ones. The optimiser's state is at its beginning.
  ///
  /// - Parameter example: input and target with the input's shape, as `train[0]` gives them.
  /// - Throws: `Problem` where example and network do not fit; `Problem` for an unknown layer.
  public func trace(
    _ example: Example, selection: TraceSelection = TraceSelection()
  ) throws -> Trace {
    try Tracer(start(example.inputShape), plan: plan).trace(
      inputs: example.input, targets: example.target, selection: selection)
  }
}
