import Engine
import Networks

extension ONNXOperators {
  static let reductions: [String: Operator] = [
    "ReduceSum": reduction(of: 0) { try $0.sum(axes: $1) },
    "ReduceMean": reduction(of: .nan) { try $0.mean(axes: $1) },
    "ReduceMax": reduction(of: -.infinity) { try $0.max(axes: $1) },
    "ReduceMin": reduction(of: .infinity) { try -(-$0).max(axes: $1) },
    "ReduceLogSumExp": reduction(of: -.infinity) { try $0.logSumExp(axes: $1) },
    "ReduceL1": reduction(of: 0, before: { try $0.absolute() }) { try $0.sum(axes: $1) },
    "ReduceSumSquare": reduction(of: 0, before: { try $0 * $0 }) { try $0.sum(axes: $1) },
    "ReduceL2": reduction(of: 0, before: { try $0 * $0 }, after: { try $0.squareRoot() }) {
      try $0.sum(axes: $1)
    },
    "ReduceLogSum": reduction(of: 0, after: { try $0.log() }) { try $0.sum(axes: $1) },
    "ReduceProd": reduction(of: 1) { try $0.product(axes: $1) },
    "ArgMax": place { $0 },
    "ArgMin": place { try -$0 },
    "Softmax": { call in [try rows(call) { try $0.softmax() }] },
    "LogSoftmax": { call in [try rows(call) { try $0.logSoftmax() }] },
    "GlobalAveragePool": globalPool { try $0.mean(axes: $1) },
    "GlobalMaxPool": globalPool { try $0.max(axes: $1) },
  ]

  private typealias Body = @Sendable (Node) throws -> Node

  /// One number of some axes, neighbours together, the last first.
  ///
  /// - Parameter empty: what is made of no numbers at all.
  private static func reduction(
    of empty: Double, before: @escaping Body = { $0 }, after: @escaping Body = { $0 },
    _ body: @escaping @Sendable (Node, Range<Int>) throws -> Node
  ) -> Operator {
    { call in
      let value = try call.operand(0)
      let whole = try call.value(0).shape
      let given = try call.integers("axes", input: 1) ?? []
      if given.isEmpty, call.integer("noop_with_empty_axes", usual: 0) == 1 {
        return [call.result(try after(before(value.node)), like: value)]
      }
      let axes =
        given.isEmpty
        ? Array(0..<whole.rank)
        : Set(try given.map { try call.axis($0, of: whole.rank) }).sorted()
      let keeps = call.integer("keepdims", usual: 1) == 1
      // Over height and width of images nothing need be turned.
      if value.isChannelsLast, axes == Array(2..<whole.rank), whole.count > 0 {
        let last = value.node.shape.rank - 1
        let pooled = try after(body(before(value.node), 1..<last))
        guard keeps else { return [.computed(pooled, value.type)] }
        let ones = [pooled.shape[0]] + axes.map { _ in 1 } + [pooled.shape[1]]
        return [
          call.result(try pooled.reshaped(to: TensorShape(checking: ones)), like: value)
        ]
      }
      var x = try before(call.context.inOrder(value))
      var rest = axes
      while let last = rest.popLast() {
        var first = last
        while rest.last == first - 1 { first = rest.removeLast() }
        x = try reduced(x, first..<last + 1, empty, body)
      }
      x = try after(x)
      if keeps {
        let extents = (0..<whole.rank).map { axes.contains($0) ? 1 : whole[$0] }
        x = try x.reshaped(to: TensorShape(checking: extents))
      }
      return [.computed(x, value.type)]
    }
  }

  private static func reduced(
    _ x: Node, _ axes: Range<Int>, _ empty: Double, _ body: (Node, Range<Int>) throws -> Node
  ) throws -> Node {
    guard axes.contains(where: { x.shape[$0] == 0 }) else { return try body(x, axes) }
    var extents = x.shape.extents
    extents.removeSubrange(axes)
    return x.graph.constant(empty, shape: try TensorShape(checking: extents))
  }

  private static func place(_ body: @escaping Body) -> Operator {
    { call in
      let x = try body(call.input(0))
      let axis = try call.axis(call.integer("axis", usual: 0), of: x.shape.rank)
      guard call.integer("select_last_index", usual: 0) == 0 else {
        throw call.unsupported("select_last_index", expected: "0", found: "1")
      }
      var y = try x.argMax(axis: axis)
      if call.integer("keepdims", usual: 1) == 1 {
        var extents = x.shape.extents
        extents[axis] = 1
        y = try y.reshaped(to: TensorShape(checking: extents))
      }
      return [.computed(y, .int64)]
    }
  }

  /// Along one axis; before version 13 along all from an axis on.
  private static func rows(_ call: OperatorCall, _ body: Body) throws -> ImportedValue {
    let x = try call.input(0)
    let rank = x.shape.rank
    guard call.opset >= 13 else {
      let axis = try call.axis(call.integer("axis", usual: 1), of: max(rank, 2))
      let outer = try TensorShape(checking: Array(x.shape.extents[..<min(axis, rank)])).count
      let flat = try x.reshaped(
        to: TensorShape(checking: [outer, outer == 0 ? 0 : x.shape.count / outer]))
      return .computed(try body(flat).reshaped(to: x.shape))
    }
    let axis = try call.axis(call.integer("axis", usual: -1), of: rank)
    guard axis != rank - 1 else { return .computed(try body(x)) }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return .computed(try body(x.transposed(order: order)).transposed(order: order))
  }

  private static func globalPool(
    _ body: @escaping @Sendable (Node, Range<Int>) throws -> Node
  ) -> Operator {
    { call in
      let x = try call.channelsLast(0)
      let last = x.shape.rank - 1
      guard last >= 2 else {
        throw Problem.shape("input", expected: "images or series", found: "\(x.shape)")
      }
      let pooled = try body(x, 1..<last)
      let extents = [pooled.shape[0]] + (1..<last).map { _ in 1 } + [pooled.shape[1]]
      return [
        .computed(
          .init(node: try pooled.reshaped(to: TensorShape(checking: extents)), isChannelsLast: true)
        )
      ]
    }
  }
}

extension Node {
  /// The product along neighbouring axes, place by place.
  fileprivate func product(axes: Range<Int>) throws -> Node {
    var extents = shape.extents
    let count = try TensorShape(checking: Array(extents[axes])).count
    guard count <= 1024 else {
      throw Problem.shape("ReduceProd", expected: "at most 1024 factors", found: "\(count)")
    }
    extents.replaceSubrange(axes, with: [count])
    let flat = try reshaped(to: TensorShape(checking: extents))
    extents.remove(at: axes.lowerBound)
    let parts = try (0..<count).map {
      try flat.part(axes.lowerBound, $0, 1).reshaped(to: TensorShape(checking: extents))
    }
    return try parts.dropFirst().reduce(parts[0]) { try $0 * $1 }
  }
}
