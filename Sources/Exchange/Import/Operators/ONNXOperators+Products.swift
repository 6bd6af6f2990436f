import Engine
import Networks

extension ONNXOperators {
  static let products: [String: Operator] = [
    "MatMul": { call in [.computed(try product(call.input(0), call.input(1)))] },
    "Gemm": { call in
      let (a, b) = (try call.input(0), try call.input(1))
      var y = try a.matmul(
        b, transposed: call.integer("transA", usual: 0) == 1,
        otherTransposed: call.integer("transB", usual: 0) == 1)
      let (alpha, beta) = (call.number("alpha", usual: 1), call.number("beta", usual: 1))
      if alpha != 1 { y = try y * alpha }
      if call.has(2) {
        var c = try call.input(2)
        if beta != 1 { c = try c * beta }
        y = try y + c.spread(to: y.shape)
      }
      return [.computed(y)]
    },
  ]

  /// As numpy: the last two axes are multiplied, those before are repeated to each other.
  static func product(_ a: Node, _ b: Node) throws -> Node {
    let (left, right) = (a.shape.extents, b.shape.extents)
    guard !left.isEmpty, !right.isEmpty else {
      throw Problem.shape("MatMul", expected: "at least one axis", found: "\(a.shape), \(b.shape)")
    }
    if left.count == 1 || right.count == 1 {
      let wideA = left.count == 1 ? try a.reshaped(to: TensorShape(checking: [1] + left)) : a
      let wideB = right.count == 1 ? try b.reshaped(to: TensorShape(checking: right + [1])) : b
      var extents = try product(wideA, wideB)
      var shape = extents.shape.extents
      if right.count == 1 { shape.removeLast() }
      if left.count == 1 { shape.remove(at: shape.count - (right.count == 1 ? 1 : 2)) }
      extents = try extents.reshaped(to: TensorShape(checking: shape))
      return extents
    }
    let (rows, width, columns) = (
      left[left.count - 2], left[left.count - 1], right[right.count - 1]
    )
    if right.count == 2 {
      let outer = try TensorShape(checking: left.dropLast()).count
      let flat = try a.reshaped(to: TensorShape(checking: [outer, width]))
      return try flat.matmul(b).reshaped(to: TensorShape(checking: left.dropLast() + [columns]))
    }
    let outer = try TensorShape.common([
      TensorShape(checking: Array(left.dropLast(2))),
      TensorShape(checking: Array(right.dropLast(2))),
    ]).extents
    let count = try TensorShape(checking: outer).count
    let wholeA = try a.spread(to: TensorShape(checking: outer + [rows, width]))
      .reshaped(to: TensorShape(checking: [count, rows, width]))
    let wholeB = try b.spread(to: TensorShape(checking: outer + [right[right.count - 2], columns]))
      .reshaped(to: TensorShape(checking: [count, right[right.count - 2], columns]))
    return try wholeA.matmul(wholeB)
      .reshaped(to: TensorShape(checking: outer + [rows, columns]))
  }
}
