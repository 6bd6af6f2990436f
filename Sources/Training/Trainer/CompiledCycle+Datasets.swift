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

  /// What the network answers for each example, row by row.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  func predictions(_ data: Dataset) throws -> [Float] {
    var predictions: [Float] = []
    try forEachBatch(data, rows: data.count, .prediction) { predictions += $0.predictionMemory }
    return predictions
  }

  /// Predictions and mean loss on a data set, as the network is used: without dropout and penalty. In the
  /// mean each example counts its weight. Where steps have labels each of them is an example, and steps
  /// without one are left out.
  ///
  /// - Returns: the mean loss and the predictions, row by row.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  public func evaluate(_ data: Dataset) throws -> (loss: Double, predictions: [Float]) {
    if data.weights != nil || data.hasStepLabels {
      let (losses, predictions) = try examine(data)
      return ((data.answers.weights?.map(Double.init)).mean(of: losses), predictions)
    }
    var lossSum = 0.0
    var predictions: [Float] = []
    try forEachBatch(data, rows: data.count, .evaluation) { program in
      predictions += program.predictionMemory
      lossSum += program.loss! * Double(program.batch)
    }
    return (lossSum / Double(data.count), predictions)
  }

  /// The loss of each example and the predictions, row by row, as the network is used; where steps have
  /// labels, of each of these.
  ///
  /// - Parameter rows: how many, from the first on; at most as many as there are.
  /// - Throws: `Problem` where data and network do not fit, or rows cannot be read.
  public func examine(
    _ data: Dataset, rows: Int = .max
  ) throws -> (losses: [Double], predictions: [Float]) {
    var losses: [Double] = []
    var predictions: [Float] = []
    try forEachBatch(data, rows: min(rows, data.count), .examples) { program in
      losses += program.exampleLosses.map(Double.init)
      predictions += program.predictionMemory
    }
    guard data.hasStepLabels else { return (losses, predictions) }
    let width = predictions.count / losses.count
    let places = data.answers.places?.filter { $0 < losses.count } ?? []
    return (
      places.map { losses[$0] }, places.flatMap { predictions[$0 * width..<($0 + 1) * width] }
    )
  }

  private func forEachBatch(
    _ data: Dataset, rows: Int, _ mode: Mode, _ body: (CycleProgram) -> Void
  ) throws {
    let batch = try examplesAtOnce(atMost: Self.largestBatch)
    for first in stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - first)
      let program = try program(mode, batch: count)
      try program.feed(data, rows: first..<first + count)
      program.run()
      body(program)
    }
    try data.inputs.check()
  }
}
