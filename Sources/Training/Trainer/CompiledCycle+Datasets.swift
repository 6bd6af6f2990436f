public import Datasets
import Engine
public import Networks

extension CycleProgram {
  /// Gives neighbouring examples of a data set as they are.
  ///
  /// - Parameter rows: as many as the batch has, within `0..<data.count`.
  public func feed(_ data: Dataset, rows: Range<Int>) throws {
    try check(data, rows.count)
    if let inputs { data.inputs.copy(rows, into: inputs.baseAddress!) }
    if let targets { data.targets.copy(rows, into: targets.baseAddress!) }
    guard let weights = weights?.baseAddress else { return }
    for (place, row) in rows.enumerated() { data.copyWeights(Int(row), into: weights, at: place) }
  }

  /// Gives examples of a data set as they are learned from in some epoch: varied, where it has an
  /// augmentation. Allocates nothing.
  ///
  /// - Parameters:
  ///   - rows: as many as the batch has.
  ///   - seed: with the epoch, counted from 0, it decides how inputs are varied.
  ///   - loader: makes inputs ready ahead; nil to make them now.
  ///   - step: whose batch the loader is asked for.
  package func feed(
    _ data: Dataset, rows: ArraySlice<Int32>, seed: UInt64, epoch: Int,
    loader: BatchLoader? = nil, step: Int = 0
  ) throws {
    try check(data, rows.count)
    if let inputs = inputs?.baseAddress {
      if let loader {
        try loader.take(step, into: inputs)
      } else if data.augmentation != nil {
        let width = inputShape.count
        for (place, row) in rows.enumerated() {
          data.copyVaried(Int(row), seed: seed, epoch: epoch, into: inputs + place * width)
        }
      } else {
        rows.withUnsafeBufferPointer { data.inputs.copy($0, into: inputs) }
      }
    }
    if let targets = targets?.baseAddress {
      rows.withUnsafeBufferPointer { data.targets.copy($0, into: targets) }
    }
    copyWeights(of: data, rows)
  }

  /// Gives examples that were brought into the order of an epoch.
  ///
  /// - Parameters:
  ///   - places: in that order.
  ///   - rows: which ones of the data set they are.
  func feed(
    _ shuffled: ShuffledRows, places: Range<Int>, of data: Dataset, rows: ArraySlice<Int32>
  ) throws {
    try check(data, rows.count)
    try shuffled.copy(places, inputs: inputs?.baseAddress, targets: targets?.baseAddress)
    copyWeights(of: data, rows)
  }

  private func copyWeights(of data: Dataset, _ rows: some Sequence<Int32>) {
    guard let weights = weights?.baseAddress else { return }
    for (place, row) in rows.enumerated() { data.copyWeights(Int(row), into: weights, at: place) }
  }

  private func check(_ data: Dataset, _ rows: Int) throws {
    guard rows == batch, data.inputs.shape.count == inputShape.count,
      targets == nil || targets?.count == rows * data.targets.shape.count
    else {
      throw Problem.shape(
        "batch", expected: "\(batch) examples of shape \(inputShape)",
        found: "\(rows) of shape \(data.inputs.shape), targets of shape \(data.targets.shape)",
        fix: "give data that fit the network and its loss")
    }
  }
}

extension CompiledCycle {
  private static let largestBatch = 256

  /// What programs answer for the rows of a data set.
  private struct Answers {
    /// One for each batch, or for each example or step where these are asked for.
    var losses: [Float] = []
    /// Row by row.
    var predictions: [Float] = []
  }

  /// What the network answers for each example, row by row.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  func predictions(_ data: Dataset) throws -> [Float] {
    try answers(data, rows: data.count, .prediction, nil).predictions
  }

  /// Predictions and mean loss on a data set, as the network is used: without dropout and penalty. In the
  /// mean each example counts its weight. Where steps have labels each of them is an example, and steps
  /// without one are left out.
  ///
  /// - Returns: the mean loss and the predictions, row by row.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  public func evaluate(_ data: Dataset) throws -> (loss: Double, predictions: [Float]) {
    try evaluate(data, group: nil)
  }

  /// - Parameter group: processes that share the rows; each of them gets the whole answer.
  func evaluate(
    _ data: Dataset, group: (any ProcessGroup)?
  ) throws -> (loss: Double, predictions: [Float]) {
    if data.weights != nil || data.hasStepLabels {
      let (losses, predictions) = try examine(data, rows: data.count, group: group)
      return ((data.answers.weights?.map(Double.init)).mean(of: losses), predictions)
    }
    let found = try answers(data, rows: data.count, .evaluation, group)
    let batch = try rowsOfBatch
    var lossSum = 0.0
    for (number, loss) in found.losses.enumerated() {
      lossSum += Double(loss) * Double(min(batch, data.count - number * batch))
    }
    return (lossSum / Double(data.count), found.predictions)
  }

  /// The loss of each example and the predictions, row by row, as the network is used; where steps have
  /// labels, of each of these.
  ///
  /// - Parameter rows: how many, from the first on; at most as many as there are.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  public func examine(
    _ data: Dataset, rows: Int = .max
  ) throws -> (losses: [Double], predictions: [Float]) {
    try examine(data, rows: rows, group: nil)
  }

  private func examine(
    _ data: Dataset, rows: Int, group: (any ProcessGroup)?
  ) throws -> (losses: [Double], predictions: [Float]) {
    let found = try answers(data, rows: min(rows, data.count), .examples, group)
    let losses = found.losses.map(Double.init)
    guard data.hasStepLabels else { return (losses, found.predictions) }
    let width = found.predictions.count / losses.count
    let places = data.answers.places?.filter { $0 < losses.count } ?? []
    return (
      places.map { losses[$0] },
      places.flatMap { found.predictions[$0 * width..<($0 + 1) * width] }
    )
  }

  private var rowsOfBatch: Int {
    get throws { try examplesAtOnce(atMost: Self.largestBatch) }
  }

  private func answers(
    _ data: Dataset, rows: Int, _ mode: Mode, _ group: (any ProcessGroup)?
  ) throws -> Answers {
    let batch = try rowsOfBatch
    let count = (rows + batch - 1) / batch
    var answers = Answers()
    for number in group?.share(of: count) ?? 0..<count {
      let first = number * batch
      let program = try program(mode, batch: min(batch, rows - first))
      try program.feed(data, rows: first..<first + program.batch)
      program.run()
      // Once for all rows, since an array that grows is there twice.
      if answers.predictions.isEmpty {
        answers.predictions.reserveCapacity(program.predictionMemory.count / program.batch * rows)
      }
      answers.predictions += program.predictionMemory
      if mode == .examples {
        answers.losses += program.exampleLosses
      } else if let loss = program.loss {
        answers.losses.append(Float(loss))
      }
    }
    try data.inputs.check()
    return try group.map { try gathered(answers, rows, mode, $0) } ?? answers
  }

  /// The answers of all processes.
  private func gathered(
    _ mine: Answers, _ rows: Int, _ mode: Mode, _ group: some ProcessGroup
  ) throws -> Answers {
    let batch = try rowsOfBatch
    let forward = try forwardPass(batch: 1)
    let width = try loss.prediction(forward.output).shape.count
    let shares = (0..<group.count).map { group.share(of: (rows + batch - 1) / batch, rank: $0) }
    func parts(_ numbers: Int) -> [Range<Int>] {
      shares.map {
        min(rows, $0.lowerBound * batch) * numbers..<min(rows, $0.upperBound * batch) * numbers
      }
    }
    let losses =
      mode == .examples
      ? parts(try loss.ofAnswers(forward.output, forward.target).shape.count) : shares
    return Answers(
      losses: try group.gathered(mine.losses, of: losses),
      predictions: try group.gathered(mine.predictions, of: parts(width)))
  }
}
