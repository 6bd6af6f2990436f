import Engine
import Testing

/// Whatever numbers and shapes a user gives, a graph is built or a problem thrown; nothing traps.
@Suite struct NodeArgumentTests {
  private static let numbers = [Int.min, -7, -1, 0, 1, 2, 3, 9, 1 << 40, .max - 1, .max]

  @Test func numbersThatCannotBeAreThrown() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3, 4])
    let rows = try graph.input("rows", shape: [2, 3])
    let indices = try graph.input("indices", shape: [2])
    let feeds = ["x": 24, "rows": 6, "indices": 2].mapValues { count in
      (0..<count).map { Double($0 % 2) }
    }
    var attempts: [() throws -> Node] = []
    for a in Self.numbers {
      attempts += [
        { try x.sum(axis: a) }, { try x.mean(axis: a) }, { try x.max(axis: a) },
        { try x.argMax(axis: a) }, { try x.logSumExp(axis: a) }, { try x.reversed(axis: a) },
        { try x.concatenated(with: x, axis: a) }, { try rows.scattered(to: a, at: indices) },
        { try indices.oneHot(classes: a) }, { try x.reshaped(to: [a, 3]) },
        { try x.repeated(to: [a, 2, 3, 4]) }, { try x.transposed(order: [a, 0, 1]) },
        { try x.transposed(order: [a]) }, { try x.sliced(from: [a], shape: [1]) },
        { graph.constant(1, shape: [a, 2]) },
      ]
      for b in Self.numbers {
        attempts += [
          { try x.sliced(from: [0, a, 0], shape: [1, b, 1]) },
          { try x.padded(before: [a, 0, 0], after: [b, 0, 0]) },
          { try x.repeated(to: [2, 3, 4, b], axes: [0, a, 2]) },
          { try x.reshaped(to: [a, b]) },
        ]
        if a <= b { attempts.append { try x.sum(axes: a..<b) } }
      }
    }
    for attempt in attempts {
      do {
        let node = try attempt()
        if node.shape.count < 100 { _ = try graph.evaluate([node], feeding: feeds) }
        _ = try? node.tanh()
      } catch is Problem {}
    }
  }

  /// A literal cannot throw; what it is given to does.
  @Test func literalsThatAreNoShapesAreRefusedWhereTheyAreUsed() throws {
    let literals: [TensorShape] = [
      [-1, 2], [.min], [1, 1, 1, 1, 1, 1, 1, 1, 1], [.max, 4], [0, .max, .max],
    ]
    for shape in literals {
      let graph = Graph()
      let one = graph.constant(1)
      let variable = Variable("w", shape: shape, isTrainable: true) { _ in Tensor(0) }
      let uses: [() throws -> Void] = [
        { _ = try graph.input("x", shape: shape) }, { _ = try graph.variable(variable) },
        { _ = try one.reshaped(to: shape) }, { _ = try one.repeated(to: shape) },
        { _ = try graph.constant(1, shape: shape).tanh() }, { _ = try Tensor(shape, []) },
        {
          var generator = RandomGenerator(seed: 0)
          _ = try VariableStore([variable], generator: &generator)
        },
      ]
      for use in uses { #expect(throws: Problem.self) { try use() } }
      #expect(shape.count == 0 && shape.strides.count == shape.rank)
      _ = shape.flatIndex(ofPosition: shape.position(ofFlatIndex: 0))
    }
  }
}
