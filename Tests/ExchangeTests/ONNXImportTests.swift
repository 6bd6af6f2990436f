import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

@Suite struct ONNXImportTests {
  private func file(
    _ nodes: [ONNXNode], _ weights: [ONNXTensor] = [], shape: [Int], opset: Int = 17
  ) -> ONNXModel {
    var file = ONNXModel()
    file.opsets = ["": opset]
    file.graph.nodes = nodes
    file.graph.initializers = weights
    var info = ONNXValueInfo()
    (info.name, info.type) = ("x", .float)
    info.extents = [.symbol("batch")] + shape.map { .known($0) }
    file.graph.inputs = [info]
    info.name = "y"
    info.extents = nil
    file.graph.outputs = [info]
    return file
  }

  private func node(
    _ operation: String, _ inputs: [String], _ output: String,
    _ attributes: [String: ONNXAttribute] = [:]
  ) -> ONNXNode {
    ONNXNode(
      name: output, operation: operation, inputs: inputs, outputs: [output],
      attributes: attributes)
  }

  private func answers(_ file: ONNXModel, _ inputs: [Float]) throws -> [Float] {
    try Predictor(ONNXImport(file, at: "file").model(loss: .meanSquaredError))(inputs)
  }

  /// All that is missing is said at once.
  @Test func unknownOperatorsAreListedTogether() throws {
    let file = file(
      [
        node("Fancy", ["x"], "a"), node("Relu", ["a"], "b"), node("Fancy", ["b"], "c"),
        node("Odd", ["c"], "y"),
      ], shape: [2])
    let problem = #expect(throws: Problem.self) { try ONNXImport(file, at: "file") }
    #expect(problem?.found == "Fancy, 2 times (`a`, `c`); Odd, 1 time (`y`)")
  }

  /// The bias of a convolution with one filter learns as those of many do.
  @Test func theBiasOfOneFilterIsAWeight() throws {
    let file = file(
      [node("Conv", ["x", "kernel", "bias"], "y")],
      [
        ONNXTensor("kernel", extents: [1, 1, 2, 2], [1, 2, 3, 4]),
        ONNXTensor("bias", extents: [1], [5]),
      ], shape: [1, 2, 2])
    let model = try ONNXImport(file, at: "file").model(loss: .meanSquaredError)
    #expect(model.tensors.map(\.tensor.shape.count).sorted() == [1, 4])
    #expect(try Predictor(model)([1, 1, 1, 1]) == [15])
  }

  /// What no result needs may be anything.
  @Test func whatIsNotNeededIsLeftOut() throws {
    let file = file([node("Relu", ["x"], "y"), node("Odd", ["x"], "z")], shape: [2])
    #expect(try answers(file, [-1, 2]) == [0, 2])
  }

  /// Extents that are computed from the batch hold for any batch.
  @Test func extentsMayDependOnTheBatch() throws {
    let file = file(
      [
        node("Shape", ["x"], "s"), node("Gather", ["s", "zero"], "n"),
        node("Concat", ["n", "rest"], "t", ["axis": .integer(0)]),
        node("Reshape", ["x", "t"], "r"), node("ReduceSum", ["r", "last"], "y"),
      ],
      [ONNXTensor("zero", [0]), ONNXTensor("rest", [2, -1]), ONNXTensor("last", [2])],
      shape: [4])
    #expect(try answers(file, [1, 2, 3, 4]) == [3, 7])
    #expect(try answers(file, Array(1...8).map(Float.init)) == [3, 7, 11, 15])
  }

  /// A number made of the batch would be kept as if it were a weight.
  @Test(arguments: [1, 2]) func numbersMadeOfTheBatchAreRefused(count: Int) throws {
    let file = file(
      [
        node("Shape", ["x"], "s"), node("Cast", ["s"], "f", ["to": .integer(1)]),
        node("Slice", ["f", "zero", "count"], "p"), node("Add", ["x", "p"], "y"),
      ], [ONNXTensor("zero", [0]), ONNXTensor("count", [count])], shape: [2])
    #expect(throws: Problem.self) { try ONNXImport(file, at: "file") }
  }

  /// A GRU that is reset before its product is written out, and computes as its formula does.
  @Test func gatedUnitWithAnEarlyReset() throws {
    let w: [Float] = [0.5, -0.3, 0.8]
    let r: [Float] = [0.2, 0.7, -0.6]
    let file = file(
      [
        node("Transpose", ["x"], "t", ["perm": .integers([1, 0, 2])]),
        ONNXNode(
          name: "g", operation: "GRU", inputs: ["t", "w", "r"], outputs: ["", "h"],
          attributes: ["hidden_size": .integer(1)]),
        node("Squeeze", ["h", "zero"], "y"),
      ],
      [
        ONNXTensor("w", extents: [1, 3, 1], w), ONNXTensor("r", extents: [1, 3, 1], r),
        ONNXTensor("zero", [0]),
      ], shape: [3, 1])
    let steps: [Float] = [1, -2, 0.5]
    var h: Float = 0
    func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
    for x in steps {
      let z = sigmoid(w[0] * x + r[0] * h)
      let reset = sigmoid(w[1] * x + r[1] * h)
      let candidate = tanh(w[2] * x + r[2] * (reset * h))
      h = (1 - z) * candidate + z * h
    }
    let found = try answers(file, steps)
    #expect(abs(found[0] - h) < 1e-6)
  }

  /// Windows that are dilated or lie over volumes; largest numbers of 1 … 64.
  @Test func largestOfVolumes() throws {
    let file = file(
      [
        node(
          "MaxPool", ["x"], "y",
          ["kernel_shape": .integers([2, 2, 2]), "dilations": .integers([3, 1, 2])])
      ], shape: [1, 4, 4, 4])
    let found = try answers(file, (1...64).map(Float.init))
    // From the last cell of each window: planes of 16, rows of 4.
    let expected: [Float] = [55, 56, 59, 60, 63, 64]
    #expect(found == expected)
  }
}
