public import Datasets
import Engine
import Networks
public import Training

extension TrainedModel {
  /// What each column of a row contributes to the answer.
  ///
  /// - Parameters:
  ///   - row: a cell for every column that is used; other names are ignored.
  ///   - answer: the class, label or target that is explained; nil explains what is answered.
  ///   - step: where each step has an answer of its own, which one, counted from 1.
  /// - Throws: `Problem` for missing columns and text among numbers, or an answer that the model does not
  ///   give.
  public func explain(
    _ row: [String: CellValue], answer: String? = nil, step: Int? = nil
  ) throws -> Explanation {
    let inputs = try prepared([row], strict: false) { row, place, unseen in
      try preprocessing.encode(row: row, at: place, unseen: &unseen)
    }
    return try explain(inputs, ExplanationOptions(answer: answer, step: step))
  }

  /// What each region of an image, and each column beside it, contributes to the answer.
  ///
  /// - Parameters:
  ///   - image: the content of an image file, whatever ``decoders`` read.
  ///   - name: what messages call it.
  ///   - answer: the class, label or target that is explained; nil explains what is answered.
  /// - Throws: `Problem` for bytes that cannot be decoded, an answer that the model does not give, or a model
  ///   of tables.
  public func explain(
    image: [UInt8], name: String = "image", answer: String? = nil
  ) throws -> Explanation {
    var inputs = PreparedInputs()
    let note = try preprocessing.noteOnImagesAlone(strict: false, at: name)
    inputs.add(
      try self.inputs(of: image, name, decodedBy: decoders.imageDecoder(for: name))[0],
      notes: note.map { [$0] } ?? [])
    return try explain(inputs, ExplanationOptions(answer: answer))
  }

  /// - Parameters:
  ///   - inputs: of one example.
  ///   - progress: told how many parts of the work of how many are done; throws to end.
  package func explain(
    _ inputs: PreparedInputs, _ options: ExplanationOptions = ExplanationOptions(),
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws -> Explanation {
    let (predictions, problems) = try answers(for: inputs)
    try Problem.throwIfAny(problems.map(\.problem))
    let input = inputs.floats
    let explained = try ExplainedAnswer(options, of: self, for: input, predictor(input))
    let baseline = preprocessing.baseline(of: input, dataSummary)
    let parts = preprocessing.parts(of: input, baseline: baseline)
    let values = try ShapleyValues(
      players: parts.count, evaluations: options.evaluations, seed: options.seed,
      progress: progress
    ) { coalitions in
      try answers(to: coalitions, of: parts, input, baseline, explained)
    }
    return Explanation(
      values, parts, explained, predictions[0], grid: preprocessing.regionGrid,
      notes: dataSummary == nil
        ? [
          "the model does not say what its training rows were, so parts are replaced by missing ones"
        ]
        : nil)
  }

  /// The explained number for an example of which only some parts are there.
  private func answers(
    to coalitions: [[Bool]], of parts: [Preprocessing.Part], _ input: [Float],
    _ baseline: [Float], _ explained: ExplainedAnswer
  ) throws -> [Double] {
    var examples: [Float] = []
    examples.reserveCapacity(coalitions.count * input.count)
    for coalition in coalitions {
      let start = examples.count
      examples += baseline
      for (part, isThere) in zip(parts, coalition) where isThere {
        for place in part.places { examples[start + place] = input[place] }
      }
    }
    let outputs = try predictor(examples)
    let width = model.outputCount
    return try stride(from: 0, to: outputs.count, by: width).map { start in
      let number = explained.number(outputs[start..<start + width])
      guard number.isFinite else {
        throw Problem.data(
          "input", expected: "an example that has an answer without some of its parts too",
          found: "\(number)")
      }
      return number
    }
  }

  /// The learning cycle of an example whose own answer is taken to be the right one.
  ///
  /// - Throws: `Problem` for a network that is too large to be shown number by number.
  package func traceOfOwnAnswer(_ input: [Float]) throws -> Trace {
    guard model.parameterCount <= Self.mostTraced else {
      throw Problem.data(
        "trace", expected: "a network of at most \(Self.mostTraced) parameters",
        found: "\(model.parameterCount)", fix: "leave `trace` out")
    }
    let outputs = try predictor(input)
    let width = outputsOfAnswer
    let answers = stride(from: 0, to: outputs.count, by: width).map {
      Self.ofClasses(outputs[$0..<$0 + width])
    }
    let targets: [Float] =
      switch preprocessing.target {
      case .numbers: model.loss.points(outputs, width: outputs.count)
      case .labels: outputs.map { $0 > 0.5 ? 1 : 0 }
      case .classes, .ordered:
        answers.map { answer in Float(answer.indices.max { answer[$0] < answer[$1] } ?? 0) }
      }
    let weights = preprocessing.stepLabels.map { labels in
      let steps = preprocessing.steps(of: input)
      return (0..<labels.count).map { Float($0 < steps ? 1 : 0) }
    }
    return try tracer.trace(inputs: input, targets: targets, weights: weights)
  }

  private static let mostTraced = 1_000_000
}

/// How an example is explained.
package struct ExplanationOptions: Sendable {
  /// The class, label or target that is explained; nil for what is answered.
  package var answer: String?
  /// Where each step has an answer of its own, which one, counted from 1.
  package var step: Int?
  /// About how many times the network may be asked.
  package var evaluations = 2048
  /// Of the orders that are drawn.
  package var seed: UInt64 = 1

  package init(answer: String? = nil, step: Int? = nil) {
    (self.answer, self.step) = (answer, step)
  }
}

/// The one number of a model's answer that is explained.
struct ExplainedAnswer {
  /// Such as `passed = yes`.
  let name: String
  /// In the unit of the answer, of the outputs for one example.
  let number: (ArraySlice<Float>) -> Double

  /// - Parameters:
  ///   - input: the example.
  ///   - outputs: for it.
  /// - Throws: `Problem` for an answer that the model does not give, or a step that the example does not have.
  init(
    _ options: ExplanationOptions, of model: TrainedModel, for input: [Float], _ outputs: [Float]
  ) throws {
    let preprocessing = model.preprocessing
    let step = try Self.step(options.step, of: input, preprocessing)
    let width = model.outputsOfAnswer
    func own(_ outputs: ArraySlice<Float>) -> ArraySlice<Float> {
      guard let step else { return outputs }
      return outputs[outputs.startIndex + step * width..<outputs.startIndex + (step + 1) * width]
    }
    func place(_ names: [String], usual: () -> Int) throws -> Int {
      guard let name = options.answer else { return usual() }
      guard let place = names.firstIndex(of: name) else {
        throw Problem.unknown("answer", name, among: names)
      }
      return place
    }
    let target = preprocessing.targetName + (step.map { ", step \($0 + 1)" } ?? "")
    switch preprocessing.target {
    case .numbers:
      let place = try place(preprocessing.targetNames) { 0 }
      let loss = model.model.loss
      name = preprocessing.targetNames[place]
      number = { outputs in
        preprocessing.decodeValue(
          loss.points(Array(outputs), width: outputs.count)[place], at: place)
      }
    case .labels(let labels, _):
      let place = try place(labels) { outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0 }
      name = labels[place]
      number = { outputs in Double(outputs[outputs.startIndex + place]) }
    case .classes, .ordered:
      let shares = TrainedModel.ofClasses(own(outputs[...]))
      let place = try place(model.labels) { shares.indices.max { shares[$0] < shares[$1] } ?? 0 }
      name = "\(target) = \(model.labels[place])"
      number = { outputs in Double(TrainedModel.ofClasses(own(outputs))[place]) }
    }
  }

  /// Counted from 0; nil where an example has one answer.
  private static func step(
    _ step: Int?, of input: [Float], _ preprocessing: Preprocessing
  ) throws -> Int? {
    guard preprocessing.stepLabels != nil else {
      guard step == nil else {
        throw Problem.data(
          "step", expected: "none, since the model answers once for an example",
          found: "\(step ?? 0)", fix: "leave it out")
      }
      return nil
    }
    let number = step ?? 1
    let steps = preprocessing.steps(of: input)
    guard number >= 1, number <= steps else {
      throw Problem.data(
        "step", expected: "1 to \(steps), the steps that are there", found: "\(number)")
    }
    return number - 1
  }
}

extension Explanation {
  fileprivate init(
    _ values: ShapleyValues, _ parts: [Preprocessing.Part], _ explained: ExplainedAnswer,
    _ prediction: Prediction, grid: (rows: Int, columns: Int)?, notes: [String]?
  ) {
    method = values.isExact ? Self.exact : Self.sampled
    self.explained = explained.name
    (answer, baselineAnswer) = (values.whole, values.least)
    (evaluations, self.prediction, self.notes) = (values.evaluations, prediction, notes)
    sumError = abs(values.values.reduce(0, +) - (values.whole - values.least))
    contributions = []
    if let grid {
      regions = Array(
        repeating: Array(repeating: 0, count: grid.columns), count: grid.rows)
      regionError = 0
    }
    for (part, (value, error)) in zip(parts, zip(values.values, values.errors)) {
      switch part.content {
      case .region(let row, let column):
        regions?[row][column] = value
        regionError = max(regionError ?? 0, error)
      case .texts(let own, let instead):
        contributions.append(
          Contribution(
            name: part.name, value: own, baseline: instead, contribution: value, error: error))
      }
    }
  }
}
