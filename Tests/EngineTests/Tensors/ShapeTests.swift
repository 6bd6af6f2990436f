import Testing

@testable import Engine

@Suite struct ShapeTests {
  @Test func countOverflowIsThrown() {
    #expect(throws: Problem.self) { try TensorShape(checking: [1 << 40, 1 << 40]) }
    #expect(throws: Problem.self) { try TensorShape(checking: [2, -1]) }
    #expect(throws: Problem.self) { try TensorShape(checking: [Int](repeating: 1, count: 9)) }
  }

  @Test func positionsAndFlatIndicesAgree() {
    let shape: TensorShape = [3, 4, 5]
    for index in 0..<shape.count {
      #expect(shape.flatIndex(ofPosition: shape.position(ofFlatIndex: index)) == index)
    }
  }
}
