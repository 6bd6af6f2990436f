import Engine
import Testing

@testable import Datasets

@Suite struct DatasetTests {
  private let bytes: Examples

  init() throws {
    bytes = try Examples(shape: [2, 1], bytes: [0, 1, 2, 3, 4, 255], scale: 0.5, offset: -1)
  }

  @Test func bytesAndFloatsCopyOut() throws {
    #expect(bytes.count == 3)
    #expect(bytes[0] == [-1, -0.5])
    #expect(bytes[2] == [1, 126.5])
    let floats = try Examples(shape: .scalar, floats: [5, 6, 7])
    #expect(floats.count == 3)
    #expect(floats[1] == [6])
    var out = [Float](repeating: 0, count: 4)
    let order: [Int32] = [2, 0]
    order.withUnsafeBufferPointer { order in
      out.withUnsafeMutableBufferPointer { bytes.copy(order, into: $0.baseAddress!) }
    }
    #expect(out == [1, 126.5, -1, -0.5])
  }

  @Test func subsetsOfSubsets() throws {
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: (0..<20).map(Float.init)),
      targets: Examples(shape: .scalar, floats: (0..<10).map { Float($0) * 10 }),
      weights: (0..<10).map { Float($0) / 10 })
    let part = try data.subset([9, 3, 5, 0]).subset([2, 0])
    #expect(part.count == 2)
    #expect(part[0].input == [10, 11])
    #expect(part[0].target == [50])
    #expect(part[1].input == [18, 19])
    #expect(part.weights == [0.5, 0.9])
    for bad in [[-1], [0, 10], [.max], [.min]] {
      #expect(throws: Problem.self) { try data.subset(bad) }
    }
    #expect(throws: Problem.self) { try part.subset([2]) }

    var inputs = [Float](repeating: 0, count: 4)
    var targets = [Float](repeating: 0, count: 2)
    var weights = targets
    part.fill(0..<2, inputs: &inputs, targets: &targets, weights: &weights)
    #expect(inputs == [10, 11, 18, 19])
    #expect(targets == [50, 90])
    #expect(weights == [0.5, 0.9])
    let order: [Int32] = [1, 0]
    order.withUnsafeBufferPointer {
      part.fill($0, inputs: &inputs, targets: &targets, weights: &weights)
    }
    #expect(inputs == [18, 19, 10, 11])
    #expect(targets == [90, 50])
    var plain = part
    plain.weights = nil
    plain.fill(0..<1, inputs: &inputs, targets: &targets, weights: &weights)
    #expect(weights[0] == 1)
  }

  @Test func whatDoesNotFitIsThrown() throws {
    #expect(
      message { _ = try Examples(shape: [3], floats: [1, 2]) }
        == "samples: expected whole examples of shape [3], found 2 values.")
    #expect(
      message { _ = try Examples(shape: [0], floats: []) }
        == "samples: expected whole examples of shape [0], found 0 values.")
    let one = try Examples(shape: .scalar, floats: [1])
    #expect(
      message { _ = try Dataset(inputs: bytes, targets: one) }
        == "dataset: expected a target for each of 3 inputs, found 1 targets.")
    #expect(
      message { _ = try Dataset(inputs: one, targets: one, weights: [1, 2]) }
        == "dataset: expected a weight for each of 1 inputs, found 2 weights.")
    #expect(
      message { _ = try Dataset(inputs: one, targets: one, weights: [-1]) }
        == "weight of example 1: expected a finite number of at least 0, found -1.0.")
  }
}
