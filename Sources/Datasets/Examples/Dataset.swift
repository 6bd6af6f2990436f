public import Engine

/// Inputs with their targets: what a trainer learns from.
///
/// A subset shares the storage and copies nothing but row numbers.
public struct Dataset: Sendable {
  /// What the network is given.
  public var inputs: Examples
  /// What it shall answer: a class index (scalar shape), or k numbers.
  public var targets: Examples
  /// How much each example counts, or each step of each where steps have labels; nil when all count 1.
  public var weights: [Float]?
  /// How many labels an example has, one for each step; those of weight 0 say nothing. 1 where an example
  /// has one answer.
  package internal(set) var labelledSteps = 1
  /// The rows of the file, counted from 0, that the steps of each example were; nil where an example is a
  /// row.
  var stepRows: [[Int]]?
  /// For images: the file of each example, and a small view of it.
  package var images: [NamedImage]?

  /// Classes of rows to be scored that training never saw; their indices follow those that it did.
  package var unseenClasses: [String] = []
  /// Examples with the same number belong together, so that scores of one foretell the others'; nil where
  /// each stands alone.
  package var groups: [Int32]?

  /// How many rows were left out when it was made, and why.
  package var notes: [String] = []

  /// Where examples are put in order that do not fit into memory; nil for those that do.
  var folder: StoreFolder?

  /// How inputs are varied when they are learned from; only training looks at it.
  public var augmentation: Augmentation?

  /// The number of examples.
  public var count: Int { inputs.count }

  /// - Throws: `Problem` when the counts differ; `Problem` for a weight that is negative
  ///   or not finite.
  public init(inputs: Examples, targets: Examples, weights: [Float]? = nil) throws {
    guard inputs.count == targets.count else {
      throw Problem.shape(
        "dataset", expected: "a target for each of \(inputs.count) inputs",
        found: "\(targets.count) targets")
    }
    guard weights == nil || weights?.count == inputs.count else {
      throw Problem.shape(
        "dataset", expected: "a weight for each of \(inputs.count) inputs",
        found: "\(weights?.count ?? 0) weights")
    }
    if let bad = weights?.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw Problem.data(
        "weight of example \(bad + 1)", expected: "a finite number of at least 0",
        found: "\(weights?[bad] ?? .nan)")
    }
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// The examples at these positions, in this order.
  /// - Throws: `Problem` for a position outside 0..<count.
  public func subset(_ indices: [Int]) throws(Problem) -> Dataset {
    try Self.check(rows: indices, of: count, at: "dataset")
    return selecting(indices)
  }

  /// The same for positions that are known to be in 0..<count.
  package func selecting(_ indices: [Int]) -> Dataset {
    let positions = indices.map { Int32($0) }
    var part = self
    part.inputs = inputs.selecting(positions)
    part.targets = targets.selecting(positions)
    part.weights = weights.map { _ in indices.flatMap { weights(of: $0)! } }
    part.groups = groups.map { groups in indices.map { groups[$0] } }
    part.stepRows = stepRows.map { rows in indices.map { rows[$0] } }
    part.images = images.map { images in indices.map { images[$0] } }
    return part
  }

  /// Copies examples into a batch; allocates nothing.
  /// - Parameters:
  ///   - positions: Each in 0..<count.
  ///   - inputs: Room for `positions.count · inputs.shape.count` numbers; nil leaves them out.
  ///   - targets: Room for `positions.count · targets.shape.count` numbers.
  ///   - weights: Room for `positions.count` numbers; filled with 1 when the data has no weights.
  package func fill(
    _ positions: UnsafeBufferPointer<Int32>, inputs: UnsafeMutablePointer<Float>?,
    targets: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>? = nil
  ) {
    if let inputs { self.inputs.copy(positions, into: inputs) }
    self.targets.copy(positions, into: targets)
    guard let weights else { return }
    for (place, position) in positions.enumerated() {
      copyWeights(Int(position), into: weights, at: place)
    }
  }

  /// Copies neighbouring examples into a batch; allocates nothing. Room as for positions.
  package func fill(
    _ range: Range<Int>, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>? = nil
  ) {
    self.inputs.copy(range, into: inputs)
    self.targets.copy(range, into: targets)
    guard let weights else { return }
    for (place, position) in range.enumerated() { copyWeights(position, into: weights, at: place) }
  }

  /// Copies one example as it is learned from in some epoch; allocates nothing that outlives it.
  ///
  /// - Parameters:
  ///   - position: In 0..<count.
  ///   - seed: Together with epoch and position it decides how the input is varied.
  package func copyVaried(
    _ position: Int, seed: UInt64, epoch: Int, into input: UnsafeMutablePointer<Float>
  ) {
    inputs.copy(position..<position + 1, into: input)
    augmentation?.vary(
      input, inputs.frontShape, inputs.scaling, seed: seed, epoch: epoch, example: position)
  }

  /// The input of an example as it is learned from in some epoch, counted from 0.
  public func variedInput(_ position: Int, seed: UInt64, epoch: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: inputs.shape.count) { buffer, made in
      copyVaried(position, seed: seed, epoch: epoch, into: buffer.baseAddress!)
      made = inputs.shape.count
    }
  }

  /// Whether inputs take long enough to be made ready ahead of the step that needs them.
  public var isSlow: Bool { inputs.isSlow || augmentation != nil }

  /// How many examples have each of several labels.
  package func labelCounts(_ labels: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: labels)
    guard labels > 0 else { return counts }
    targets.walk { _, marks, width in
      for (place, mark) in marks.enumerated() where mark > 0.5 && place % width < labels {
        counts[place % width] += 1
      }
    }
    return counts
  }

  /// The weights of an example: one, or one for each step that may have a label; nil when all count 1.
  package func weights(of row: Int) -> ArraySlice<Float>? {
    weights?[row * labelledSteps..<(row + 1) * labelledSteps]
  }

  /// Copies the weights of an example to its place in a batch, 1 when there are none; allocates nothing.
  package func copyWeights(
    _ row: Int, into destination: UnsafeMutablePointer<Float>, at place: Int
  ) {
    for step in 0..<labelledSteps {
      destination[place * labelledSteps + step] = weights?[row * labelledSteps + step] ?? 1
    }
  }

  /// How many examples, or steps with labels, each class has; targets that are none of the classes are not counted.
  package func classCounts(_ classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    func count(_ targets: [Float]) {
      for target in targets where target >= 0 && target < Float(classes) {
        counts[Int(target)] += 1
      }
    }
    if hasStepLabels {
      count(answers.targets)
    } else {
      targets.walk { _, numbers, _ in count(numbers) }
    }
    return counts
  }

  /// - Throws: `Problem` for a row outside 0..<count.
  static func check(rows: [Int], of count: Int, at location: String) throws(Problem) {
    guard let bad = rows.first(where: { $0 < 0 || $0 >= count }) else { return }
    throw Problem.data(
      location, expected: "numbers of its \(count) rows, counted from 0", found: "\(bad)")
  }

  /// One example, as it is; a position outside 0..<count traps, as in an array.
  public subscript(index: Int) -> Example {
    Example(input: inputs[index], target: targets[index], inputShape: inputs.shape)
  }
}

/// One input with its target.
public struct Example: Sendable, Hashable {
  /// Row-major.
  public var input: [Float]
  /// A class index, or the numbers that shall be answered.
  public var target: [Float]
  /// The shape of the input.
  public var inputShape: TensorShape

  /// - Parameter inputShape: one axis of all numbers if not given.
  public init(input: [Float], target: [Float], inputShape: TensorShape? = nil) {
    self.input = input
    self.target = target
    self.inputShape = inputShape ?? [input.count]
  }
}
