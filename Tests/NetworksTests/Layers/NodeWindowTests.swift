import Engine
import Networks
import Testing

@Suite struct NodeWindowTests {
  private static let images = try! Tensor([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])

  private func values(_ body: @escaping @Sendable (Node) throws -> Node) throws -> Tensor {
    try TensorFunction(body)(Self.images)
  }

  /// By hand: windows of 2 × 2 over the numbers 1 to 9 in three rows.
  @Test func windowsOverNineNumbers() throws {
    let ones = try TensorFunction.ofSeveral { x in [try x[0].convolved(with: x[1])] }
      .results([Self.images, Tensor(repeating: 1, shape: [2, 2, 1, 1])])[0]
    #expect(ones == (try Tensor([1, 2, 2, 1], [12, 16, 24, 28])))
    #expect(try values { try $0.maxPooled() } == Tensor([1, 1, 1, 1], [5]))
    #expect(try values { try $0.maxPooled(strides: 1) }.values == [5, 6, 8, 9])
    #expect(try values { try $0.maxPooled(padding: .same) }.values == [5, 6, 8, 9])
    #expect(try values { try $0.averagePooled(strides: 1) }.values == [3, 4, 6, 7])
    #expect(try values { try $0.averagePooled(padding: .same) }.values == [3, 4.5, 7.5, 9])
    let wide = Extents(height: 1, width: 3)
    #expect(try values { try $0.maxPooled(size: wide) }.values == [3, 6, 9])
  }

  /// The method and the layer give the same numbers for the same kernel, with all settings changed.
  @Test func itIsWhatTheLayerDoes() throws {
    let layer = Conv2D(
      4, kernelSize: Extents(height: 2, width: 3), strides: Extents(height: 2, width: 1),
      padding: .same, dilation: Extents(height: 1, width: 2), groups: 2, usesBias: false)
    let graph = Graph()
    let input = try graph.input("x", shape: [2, 5, 6, 2])
    let output = try layer(input)
    let kernel = try #require(graph.variables.first)
    let again = try input.convolved(
      with: graph.variable(kernel), strides: Extents(height: 2, width: 1), padding: .same,
      dilation: Extents(height: 1, width: 2), groups: 2)
    var generator = RandomGenerator(seed: 3)
    let found = try graph.evaluate(
      [output, again],
      feeding: [
        "x": (0..<120).map { _ in generator.normal() },
        kernel.name: (0..<kernel.shape.count).map { _ in generator.normal() },
      ])
    #expect(found[0] == found[1] && found[0].count == 2 * 3 * 6 * 4)
  }

  @Test func whatDoesNotFitIsThrownWithItsPlace() throws {
    let graph = Graph()
    let (image, flat) = (
      try graph.input("x", shape: [1, 4, 4, 2]), try graph.input("y", shape: [4])
    )
    let kernel = try graph.input("k", shape: [2, 2, 2, 3])
    let attempts: [() throws -> Node] = [
      { try flat.convolved(with: kernel) }, { try image.convolved(with: flat) },
      { try image.convolved(with: kernel, groups: 2) },
      { try image.convolved(with: kernel, groups: 0) },
      { try image.convolved(with: kernel, strides: 0) },
      { try image.convolved(with: kernel, dilation: 9) },
      { try image.convolved(with: kernel, padding: .causal) },
      { try flat.maxPooled() }, { try image.maxPooled(size: 5) },
      { try image.averagePooled(size: 0) }, { try image.averagePooled(strides: -1) },
    ]
    for attempt in attempts {
      let problem = #expect(throws: Problem.self) {
        try graph.scope("block") { _ = try attempt() }
      }
      #expect(problem?.location.hasPrefix("block") == true)
    }
  }
}
