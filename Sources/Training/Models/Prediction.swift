public import Datasets
package import Engine
import Formatting
import Networks
import Synchronization

/// A model's answer for one example.
public struct Prediction: Codable, Sendable, Hashable {
  /// The most probable class; nil for regression.
  public var label: String?
  /// The labels of which the row may have any number that are more likely than not; nil for other
  /// answers.
  public var labels: [String]?
  /// The probability of each class, or of each label by itself; nil for regression.
  public var probabilities: ClassProbabilities?
  /// The value in the target's unit; nil for classes, and for several targets.
  public var value: Double?
  /// The value of each of several targets, by its name and in its unit; nil for other answers.
  public var values: [String: Double]?
  /// The lower end of the interval that holds the true value with the probability that the model was
  /// calibrated for; nil for other answers, and for a model without.
  public var low: Double?
  /// Its upper end.
  public var high: Double?
  /// The lower end for each of several targets, each by itself.
  public var lows: [String: Double]?
  /// The upper end for each of several targets.
  public var highs: [String: Double]?
  /// Of a model of quantiles, for each target by its name: by each share the value that this share of values
  /// lies below, ascending, in the target's unit; nil for other models.
  public var quantiles: [String: [String: Double]]?
  /// The classes of which one is the true one with the probability that the model was calibrated for;
  /// nil for other answers, and for a model without.
  public var set: [String]?
  /// Of an ensemble, how far its members are apart: the standard deviation √(Σ(aₘ − ā)²/M) over the M members,
  /// for a class of the probability that they give to the answer, for a number of their values, in the
  /// target's unit; nil for other models, and for several answers.
  public var disagreement: Double?
  /// The same for each of several targets, or of each label's probability.
  public var disagreements: [String: Double]?
  /// The answer for each step of a sequence whose steps have labels of their own; nil for other answers, and
  /// then nothing else is said.
  public var steps: [Prediction]?
  /// What a reader should know, such as an input far outside the range of the training rows; nil for
  /// nothing.
  public var notes: [String]?
  /// Why there is no answer; nil where there is one. Only files have rows without an answer.
  public var problem: String?

  /// Nothing answered.
  package static let none = Prediction()
}

extension TrainedModel {
  /// The answer for one row of a table: its cells by the names of the columns.
  /// ```swift
  /// let answer = try trained.predict(["hours": 3, "subject": "maths", "sleep": nil])
  /// ```
  /// What training did not see, such as an unknown category, is answered, and said in the answer's notes.
  ///
  /// - Parameters:
  ///   - row: a cell for every column that is used; other names are ignored.
  ///   - strict: whether what training did not see is a problem instead.
  /// - Throws: `Problem` for missing columns and text among numbers.
  public func predict(_ row: [String: CellValue], strict: Bool = false) throws -> Prediction {
    try predict(rows: [row], strict: strict)[0]
  }

  /// The answer for one row that is a value of your own: a dictionary of numbers or texts, or a struct
  /// whose properties are called as the columns are. An optional that is nil is a missing cell.
  /// - Parameter strict: whether what training did not see is a problem, instead of a note.
  /// - Throws: `Problem` for missing columns and text among numbers.
  public func predict(_ row: some Encodable, strict: Bool = false) throws -> Prediction {
    try predict(rows: [row], strict: strict)[0]
  }

  /// The answers for several rows, in their order.
  ///
  /// - Parameters:
  ///   - strict: whether what training did not see is a problem, instead of a note.
  ///   - threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem`, all bad rows together, each with its number counted from 1.
  public func predict(
    rows: [[String: CellValue]], strict: Bool = false, threads: Int = 1
  ) throws -> [Prediction] {
    let (predictions, problems) = try answers(
      for: prepared(rows, strict: strict) { row, place, unseen in
        try preprocessing.encode(row: row, at: place, unseen: &unseen)
      }, threads: threads)
    try Problem.throwIfAny(problems.prefix(Problem.limit).map(\.problem))
    return predictions
  }

  /// The answers for several rows that are values of your own, in their order.
  ///
  /// - Parameters:
  ///   - strict: whether what training did not see is a problem, instead of a note.
  ///   - threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem`, all bad rows together, each with its number counted from 1.
  public func predict(
    rows: [some Encodable], strict: Bool = false, threads: Int = 1
  ) throws -> [Prediction] {
    let cells = try rows.enumerated().map { place, row in
      try RowEncoder.cells(of: row, at: Self.name(ofRow: place, of: rows.count))
    }
    return try predict(rows: cells, strict: strict, threads: threads)
  }

  /// The answers for all rows of a table that was read with the preprocessing's own options. What training
  /// did not see is told by its `notes(encoding:rows:)`.
  ///
  /// - Parameters:
  ///   - strict: whether what training did not see is a problem.
  ///   - threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem` for missing columns and cells that cannot be used.
  public func predict(
    _ table: DataTable, strict: Bool = false, threads: Int = 1
  ) throws -> [Prediction] {
    try predict(preprocessing.encode(table, strict: strict), threads: threads)
  }

  /// The answer for one image: the content of an image file, whatever ``decoders`` read.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - row: a cell for every column that the model looks at beside the image; nil takes all as missing,
  ///     which the answer's notes say.
  /// - Throws: `Problem` for bytes that cannot be decoded, missing columns, or a model of tables.
  public func predict(
    image: [UInt8], name: String = "image", beside row: [String: CellValue]? = nil
  ) throws -> Prediction {
    var notes: [String] = []
    let columns = try row.map { row in
      var unseen = UnseenValues()
      defer { notes += unseen.notes }
      return try preprocessing.columnInputs(of: row, at: name, unseen: &unseen)
    }
    if row == nil, let note = try preprocessing.noteOnImagesAlone(strict: false, at: name) {
      notes.append(note)
    }
    var answer = try predict(image: image, name: name, columns: columns)
    if !notes.isEmpty { answer.notes = notes + (answer.notes ?? []) }
    return answer
  }

  /// - Parameter columns: the inputs beside the image; nil for missing ones.
  func predict(image: [UInt8], name: String, columns: [Float]?) throws -> Prediction {
    try predict(
      inputs(of: image, name, decodedBy: decoders.imageDecoder(for: name), columns: columns))[0]
  }

  /// The inputs for one image.
  ///
  /// - Parameter columns: the inputs beside the image; nil for missing ones.
  package func inputs(
    of image: [UInt8], _ name: String, decodedBy decoder: ImageDecoder, columns: [Float]? = nil
  ) throws -> Examples {
    let encoding = try preprocessing.imageEncoding
    let pixels = try encoding.samples(bytes: [decoder.input(image, name, encoding)])
    return try columns.map { try preprocessing.joining(pixels, $0) }
      ?? preprocessing.joining(pixels)
  }

  /// The answers for several images, decoded one after the other.
  ///
  /// - Parameter threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem` for bytes that cannot be decoded, or a model of tables.
  public func predict(images: [[UInt8]], threads: Int = 1) throws -> [Prediction] {
    try Self.inParts(images.count, of: 1, threads: threads) { range in
      try range.map { try predict(image: images[$0], name: "image \($0 + 1)") }
    }
  }

  /// Answers for examples that are preprocessed already.
  ///
  /// - Parameters:
  ///   - inputs: of the model's input shape.
  ///   - threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem` if the inputs have another shape, or have no answer.
  public func predict(_ inputs: Examples, threads: Int = 1) throws -> [Prediction] {
    try checkTokens(inputs)
    let answers = try answers(for: inputs, threads: threads)
    try Problem.throwIfAny(answers.problems.prefix(Problem.limit).map(\.problem))
    return answers.predictions
  }

  /// Answers, and the rows that have none, counted from 0, with the reason.
  package func answers(
    for inputs: PreparedInputs, threads: Int = 1
  ) throws -> (predictions: [Prediction], problems: [(row: Int, problem: Problem)]) {
    let examples = try Examples(shape: model.inputShape, floats: inputs.floats)
    try checkTokens(examples)
    var answers = try answers(for: examples, threads: threads)
    for (place, notes) in inputs.notes {
      answers.predictions[place].notes = notes + (answers.predictions[place].notes ?? [])
    }
    return answers
  }

  /// Answers, and the rows that have none, counted from 0, with the reason.
  /// - Parameter first: how many rows stand before, for messages.
  func answers(
    for inputs: Examples, threads: Int, from first: Int = 0
  ) throws -> (predictions: [Prediction], problems: [(row: Int, problem: Problem)]) {
    guard inputs.shape == model.inputShape else {
      throw Problem.shape(
        "input", expected: "examples of shape \(model.inputShape)", found: "\(inputs.shape)")
    }
    let predictor = try predictor
    let answers = try Self.inParts(inputs.count, of: Self.part, threads: threads) { range in
      guard model.isEnsemble else {
        return interpret(try predictor.outputs(inputs, range), of: inputs, from: range.lowerBound)
      }
      let (outputs, members) = try predictor.outputsWithMembers(inputs, range)
      return interpret(outputs, members, of: inputs, from: range.lowerBound)
    }
    try inputs.check()
    let problems = answers.indices.filter { answers[$0].problem != nil }.map { row in
      (
        row,
        Problem.data(
          "data, row \(first + row + 1)", expected: "inputs that give a finite answer",
          found: answers[row].problem ?? "",
          fix:
            "look for values far beyond those of the training, or train with a lower learning rate")
      )
    }
    return (answers, problems)
  }

  /// The network's answers for examples, row-major.
  package func outputs(_ inputs: Examples, threads: Int) throws -> [Float] {
    let predictor = try predictor
    let outputs = try Self.inParts(inputs.count, of: Self.part, threads: threads) { range in
      try predictor.outputs(inputs, range)
    }
    try inputs.check()
    return outputs
  }

  /// What outputs of the network for one example mean: probabilities for classes, values else.
  /// - Throws: `Problem` for another count of numbers than the network has.
  package func prediction(of outputs: [Float], for input: [Float]) throws -> Prediction {
    guard outputs.count == model.outputCount else {
      throw Problem.shape(
        "outputs", expected: "\(model.outputCount) numbers", found: "\(outputs.count)")
    }
    return interpret(outputs, of: try Examples(shape: model.inputShape, floats: input), from: 0)[0]
  }

  private func interpret(
    _ outputs: [Float], _ members: [Float] = [], of inputs: Examples, from first: Int
  ) -> [Prediction] {
    let width = model.outputCount
    let membersWidth = members.count * width / max(1, outputs.count)
    let ranges = inputRanges
    return stride(from: 0, to: outputs.count, by: width).map { start in
      if let bad = outputs[start..<start + width].first(where: { !$0.isFinite }) {
        return Prediction(problem: "\(bad)")
      }
      let row = Array(outputs[start..<start + width])
      var prediction =
        preprocessing.stepLabels == nil
        ? answer(row) : answers(row, steps: preprocessing.steps(of: inputs[first + start / width]))
      if !members.isEmpty {
        let place = start / width
        addDisagreement(
          of: members[place * membersWidth..<(place + 1) * membersWidth], to: &prediction)
      }
      if let notes = ranges?.notes(on: inputs[first + start / width]), !notes.isEmpty {
        prediction.notes = notes
      }
      return prediction
    }
  }

  /// What one row of outputs means.
  func answer(_ outputs: [Float]) -> Prediction {
    switch preprocessing.target {
    case .numbers: return numberAnswer(outputs)
    case .labels(let labels, _):
      return Prediction(
        labels: zip(labels, outputs).filter { LabelPredictions.isYes($1) }.map(\.0),
        probabilities: ClassProbabilities(labels: labels, values: outputs))
    case .classes, .ordered: return classAnswer(outputs)
    }
  }

  private func numberAnswer(_ outputs: [Float]) -> Prediction {
    let values = model.loss.points(outputs, width: outputs.count)
    let ends = calibration?.intervals(outputs[...])
    var prediction =
      values.count == 1
      ? Prediction(
        value: preprocessing.decodeValue(values[0]),
        low: ends.map { preprocessing.decodeValue($0[0].low) },
        high: ends.map { preprocessing.decodeValue($0[0].high) })
      : Prediction(
        values: named(values), lows: ends.map { named($0.map(\.low)) },
        highs: ends.map { named($0.map(\.high)) })
    prediction.quantiles = model.loss.quantiles.map { shares in
      let answers = QuantileAnswers.of(outputs[...], values.count)
      return Dictionary(
        zip(preprocessing.targetNames, answers).enumerated().map { place, answer in
          let values = answer.1.map { preprocessing.decodeValue($0, at: place) }
          return (answer.0, Dictionary(uniqueKeysWithValues: zip(shares.map(\.brief), values)))
        }
      ) { first, _ in first }
    }
    return prediction
  }

  /// The answers for the first steps; the others are padding.
  func answers(_ outputs: [Float], steps: Int) -> Prediction {
    let width = outputsOfAnswer
    return Prediction(
      steps: (0..<steps).map { classAnswer(Array(outputs[$0 * width..<($0 + 1) * width])) })
  }

  private func classAnswer(_ outputs: [Float]) -> Prediction {
    let probabilities = ClassProbabilities(labels: labels, values: Self.ofClasses(outputs[...]))
    return Prediction(
      label: labels[probabilities.best], probabilities: probabilities,
      set: calibration?.set(probabilities.values)?.map { labels[$0] })
  }

  /// The probability of each class, as the outputs for one example say it: one alone is that of the second
  /// of two classes.
  package static func ofClasses(_ outputs: ArraySlice<Float>) -> [Float] {
    guard outputs.count == 1, let second = outputs.first else { return Array(outputs) }
    return [1 - second, second]
  }

  /// Numbers of several targets in their units, by their names.
  private func named(_ numbers: [Float]) -> [String: Double] {
    Dictionary(
      zip(
        preprocessing.targetNames,
        numbers.enumerated().map { preprocessing.decodeValue($1, at: $0) })
    ) { first, _ in first }
  }

  // MARK: Many rows

  /// Inputs of rows, however each is given.
  ///
  /// - Parameters:
  ///   - strict: whether what training did not see is a problem, instead of a note.
  ///   - encode: makes the inputs of one row; given what messages call it.
  /// - Throws: `Problem`, all bad rows together.
  package func prepared<Row>(
    _ rows: [Row], strict: Bool,
    _ encode: (Row, _ location: String, inout UnseenValues) throws -> [Float]
  ) throws -> PreparedInputs {
    var inputs = PreparedInputs()
    inputs.floats.reserveCapacity(rows.count * model.inputShape.count)
    var problems: [Problem] = []
    for (place, row) in rows.enumerated() where problems.count < Problem.limit {
      do {
        var unseen = UnseenValues()
        let own = try encode(row, Self.name(ofRow: place, of: rows.count), &unseen)
        if strict { try unseen.refuse() }
        inputs.add(own, notes: unseen.notes)
      } catch let problem as Problem {
        problems += problem.all
      }
    }
    try Problem.throwIfAny(problems)
    return inputs
  }

  private static func name(ofRow place: Int, of count: Int) -> String {
    count == 1 ? "row" : "row \(place + 1)"
  }

  /// Examples that a thread takes at once: so many that asking for more costs nothing.
  private static let part = 1024

  /// Answers for ranges of examples, made by several threads and put together in order.
  static func inParts<Answer: Sendable>(
    _ count: Int, of size: Int, threads: Int,
    _ body: @escaping @Sendable (Range<Int>) throws -> [Answer]
  ) throws -> [Answer] {
    guard (1...1024).contains(threads) else {
      throw Problem.data("threads", expected: "1 to 1024", found: "\(threads)")
    }
    let parts = (count + size - 1) / size
    guard threads > 1, parts > 1 else {
      return try (0..<parts).flatMap { try body($0 * size..<min(count, ($0 + 1) * size)) }
    }
    let results = Mutex([Result<[Answer], any Error>?](repeating: nil, count: parts))
    Threads.forEach(parts, threads: threads) { part in
      let result = Result { try body(part * size..<min(count, (part + 1) * size)) }
      results.withLock { $0[part] = result }
    }
    return try results.withLock { try $0.flatMap { try $0!.get() } }
  }
}
