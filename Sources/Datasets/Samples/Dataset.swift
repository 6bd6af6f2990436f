import Engine

/// Inputs with their targets: what a network learns from. A subset shares the storage of the whole.
public struct Dataset: Sendable {
  /// The inputs of all examples of the whole.
  public let inputs: Samples
  /// Their targets: a class index, or numbers.
  public let targets: Samples
  /// How much each example of the whole counts; nil if all count 1.
  public let weights: [Float]?
  /// Which examples of the whole belong to this part, in order.
  public let indices: [Int32]

  /// All examples.
  /// - Throws: `ShapeProblem` if the counts differ.
  public init(inputs: Samples, targets: Samples, weights: [Float]? = nil) throws {
    guard inputs.count == targets.count, weights.map({ $0.count == inputs.count }) ?? true else {
      throw ShapeProblem(
        "dataset", expected: "as many targets and weights as inputs (\(inputs.count))",
        found: "\(targets.count) targets, \(weights?.count ?? inputs.count) weights")
    }
    self.init(
      inputs: inputs, targets: targets, weights: weights, indices: (0..<Int32(inputs.count)).map(\.self))
  }

  private init(inputs: Samples, targets: Samples, weights: [Float]?, indices: [Int32]) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
    self.indices = indices
  }

  /// How many examples this part has.
  public var count: Int { indices.count }

  /// A part of this part.
  public func subset(_ positions: [Int]) -> Dataset {
    Dataset(
      inputs: inputs, targets: targets, weights: weights, indices: positions.map { indices[$0] })
  }

  /// The same examples with other weights, one for each example of the whole.
  public func weighted(_ weights: [Float]?) -> Dataset {
    Dataset(inputs: inputs, targets: targets, weights: weights, indices: indices)
  }

  /// Copies some examples of this part, one after another.
  ///
  /// - Parameter weights: filled with ones where the data has no weights.
  public func fill(
    _ positions: UnsafeBufferPointer<Int32>, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>?
  ) {
    // In pieces that fit on the stack.
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: min(positions.count, 128)) { whole in
      for first in stride(from: 0, to: positions.count, by: 128) {
        let count = min(128, positions.count - first)
        for place in 0..<count { whole[place] = indices[Int(positions[first + place])] }
        let chosen = UnsafeBufferPointer(rebasing: whole[..<count])
        self.inputs.copy(chosen, into: inputs + first * self.inputs.shape.count)
        self.targets.copy(chosen, into: targets + first * self.targets.shape.count)
        guard let weights else { continue }
        for (place, index) in chosen.enumerated() {
          weights[first + place] = self.weights?[Int(index)] ?? 1
        }
      }
    }
  }

  /// One example.
  public subscript(position: Int) -> (input: [Float], target: [Float]) {
    (inputs[Int(indices[position])], targets[Int(indices[position])])
  }
}
