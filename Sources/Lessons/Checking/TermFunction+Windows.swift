import Engine

extension TermFunction {
  // MARK: Lists as a whole

  /// The mean square of the distances from the mean, as layers that normalise use it: divided by n.
  static func variance<N: NumericScalar>(_ input: Elements<N>) throws -> Elements<N> {
    let all = try input.reshaped([input.values.count])
    let mean = try apply(Ops.Mean(axes: 0..<1), [all])
    let spread = Elements(
      shape: all.shape, values: Array(repeating: mean.values[0], count: all.values.count))
    let distances = try apply(Ops.Subtract(), [all, spread])
    return try apply(Ops.Mean(axes: 0..<1), [apply(Ops.Multiply(), [distances, distances])])
  }

  /// The place of the largest number, counted from 1; the first of equal ones.
  static func position<N: NumericScalar>(of input: Elements<N>) throws -> Elements<N> {
    let all = try input.reshaped([input.values.count])
    let place = try apply(Ops.ArgMax(axes: 0..<1), [all])
    return Elements(shape: place.shape, values: place.values.map { $0 + 1 })
  }

  /// A list of zeros with a 1 at the place of a class, counted from 1.
  static func oneHot<N: NumericScalar>(_ inputs: [Elements<N>]) throws -> Elements<N> {
    let count = try whole(inputs.last, 1...4096, "one_hot", "how many classes there are")
    let label = try whole(inputs.first, 1...count, "one_hot", "a class")
    guard inputs.count == 2 else {
      throw Problem.shape(
        "one_hot", expected: "a class and how many there are", found: "\(inputs.count) arguments")
    }
    return Elements(
      shape: try TensorShape(checking: [count]), values: (1...count).map { $0 == label ? 1 : 0 })
  }

  /// An argument that must be a whole number within bounds.
  private static func whole<N: NumericScalar>(
    _ input: Elements<N>?, _ bounds: ClosedRange<Int>, _ function: String, _ what: String
  ) throws -> Int {
    guard let input, input.shape.rank == 0, let number = Int(exactly: input.values[0].real),
      bounds.contains(number)
    else {
      throw Problem.shape(
        function, expected: "\(what), from \(bounds.lowerBound) to \(bounds.upperBound)",
        found: input.map { "\($0.values.map(\.real))" } ?? "nothing")
    }
    return number
  }

  // MARK: Windows

  /// `conv2d(image, kernel, stride)` of two matrices, `conv1d` of two lists, without padding: the
  /// kernel is not turned round, as in all networks. The stride may be left out.
  static func convolution<N: NumericScalar>(
    _ name: String, _ inputs: [Elements<N>]
  ) throws -> Elements<N> {
    let rank = name.lowercased() == "conv1d" ? 1 : 2
    guard (2...3).contains(inputs.count), inputs[0].shape.rank == rank, inputs[1].shape.rank == rank
    else {
      throw Problem.shape(
        name,
        expected: "two \(rank == 1 ? "lists" : "matrices"), and a stride where it is not 1",
        found: inputs.map { "\($0.shape)" }.joined(separator: " and "))
    }
    let stride = inputs.count == 3 ? try whole(inputs[2], 1...4096, name, "a stride") : 1
    let size = inputs[1].shape.extents
    let kernel = try inputs[1].reshaped(([1] + size).suffix(2) + [1, 1])
    return try slide(inputs[0], size: size, stride: stride) { window, image in
      try apply(Ops.Convolution(window), [image, kernel])
    }
  }

  /// `max_pool(matrix, size, stride)`, also of a list; without a stride, windows stand side by side.
  static func pool<N: NumericScalar>(
    _ name: String, _ inputs: [Elements<N>], _ op: (Window) -> some Op
  ) throws -> Elements<N> {
    guard (2...3).contains(inputs.count), (1...2).contains(inputs[0].shape.rank) else {
      throw Problem.shape(
        name, expected: "a list or matrix, the size of a window, and a stride where it is another",
        found: inputs.map { "\($0.shape)" }.joined(separator: " and "))
    }
    let size = try whole(inputs[1], 1...4096, name, "the size of a window")
    let stride = inputs.count == 3 ? try whole(inputs[2], 1...4096, name, "a stride") : size
    let sizes = [Int](repeating: size, count: inputs[0].shape.rank)
    return try slide(inputs[0], size: sizes, stride: stride) { window, image in
      try apply(op(window), [image])
    }
  }

  /// A list is an image of one row.
  private static func slide<N: NumericScalar>(
    _ input: Elements<N>, size: [Int], stride: Int,
    _ result: (Window, Elements<N>) throws -> Elements<N>
  ) throws -> Elements<N> {
    let (rows, columns) = (size.count == 2 ? size[0] : 1, size[size.count - 1])
    let window = Window(
      rows: WindowAxis(size: rows, stride: stride),
      columns: WindowAxis(size: columns, stride: stride))
    let image = try input.reshaped([1] + ([1] + input.shape.extents).suffix(2) + [1])
    let output = try result(window, image)
    return try output.reshaped(Array(output.shape.extents[1...2].suffix(size.count)))
  }
}
