import Engine
import Networks

extension ONNXOperators {
  /// What sorts, counts and picks along one axis, all by comparing each place with each, so that it has a gradient
  /// where numbers go through and works for any batch.
  static let sorting: [String: Operator] = [
    "CumSum": { call in [try runningSum(call)] },
    "TopK": { call in try largest(call) },
    "GatherElements": { call in [try elements(call)] },
  ]

  /// The most places along an axis that are compared with each other.
  private static let mostPlaces = 1024

  /// An axis as the last: its number, and the numbers of all others as rows.
  private struct Rows {
    let call: OperatorCall
    let axis: Int
    /// [rows, places].
    let node: Node
    var count: Int { node.shape[1] }
    private let order: [Int]
    private let shape: TensorShape

    init(_ call: OperatorCall, _ x: Node, axis given: Int) throws {
      let rank = x.shape.rank
      self.call = call
      axis = try call.axis(given, of: rank)
      let axis = axis
      order = (0..<rank).filter { $0 != axis } + [axis]
      let turned = axis == rank - 1 ? x : try x.transposed(order: order)
      shape = turned.shape
      guard (1...mostPlaces).contains(x.shape[axis]) else {
        throw call.unsupported(
          "axis", expected: "1 to \(mostPlaces) places along it", found: "\(x.shape[axis])")
      }
      let rows = try TensorShape(checking: shape.extents.dropLast()).count
      node = try turned.reshaped(to: TensorShape(checking: [rows, x.shape[axis]]))
    }

    /// The axes as they were, with other places along the one.
    func back(_ rows: Node) throws -> Node {
      let whole = try rows.reshaped(
        to: TensorShape(checking: shape.extents.dropLast() + [rows.shape[1]]))
      guard axis < order.count - 1 else { return whole }
      var inverse = order
      for (place, origin) in order.enumerated() { inverse[origin] = place }
      return try whole.transposed(order: inverse)
    }

    /// Numbers for each place along an axis of [rows, a, b].
    func numbers(_ values: [Float], _ axis: Int, _ cube: TensorShape) throws -> Node {
      try call.known(ONNXTensor("", extents: [values.count], values)).repeated(
        to: cube, axes: [axis])
    }

    /// Of rows of `count` numbers, those at places: [rows, places, count] of 1 where one is meant.
    func picked(_ rows: Node, where isMeant: Node) throws -> Node {
      let cube = isMeant.shape
      let all = try rows.repeated(to: cube, axes: [0, 2])
      let half = call.graph.constant(0.5, shape: cube)
      return try isMeant.selected(greaterThan: half, all, else: call.graph.constant(0, shape: cube))
        .sum(axes: 2..<3)
    }

    /// 1 where two numbers that are whole are equal, else 0.
    func areEqual(_ a: Node, _ b: Node) throws -> Node {
      let distance = try (a - b).absolute()
      return try call.graph.constant(0.5, shape: a.shape)
        .selected(greaterThan: distance, distance.one, else: distance.zero)
    }
  }

  private static func runningSum(_ call: OperatorCall) throws -> ImportedValue {
    guard let axis = try call.known(1)?.integers?.first else {
      throw Problem.shape("axis", expected: "a whole number", found: "none")
    }
    let rows = try Rows(call, call.input(0), axis: axis)
    let isReversed = call.integer("reverse", usual: 0) == 1
    let isExclusive = call.integer("exclusive", usual: 0) == 1
    let count = rows.count
    var shares = [Float](repeating: 0, count: count * count)
    for from in 0..<count {
      for to in 0..<count where isReversed ? from >= to : from <= to {
        if from != to || !isExclusive { shares[from * count + to] = 1 }
      }
    }
    let sums = try rows.node.matmul(call.known(ONNXTensor("", extents: [count, count], shares)))
    return call.same(try rows.back(sums))
  }

  /// Those with the most places before which they stand, the first of equal ones first.
  private static func largest(_ call: OperatorCall) throws -> [ImportedValue] {
    let rows = try Rows(call, call.input(0), axis: call.integer("axis", usual: -1))
    let count = rows.count
    guard let wanted = try call.integers("k", input: 1)?.first, (0...count).contains(wanted) else {
      throw Problem.shape("k", expected: "0 to \(count)", found: "others")
    }
    let cube = try TensorShape(checking: [rows.node.shape[0], count, count])
    let own = try rows.node.repeated(to: cube, axes: [0, 1])
    let other = try rows.node.repeated(to: cube, axes: [0, 2])
    let isLargest = call.integer("largest", usual: 1) == 1
    let (high, low) = isLargest ? (other, own) : (own, other)
    let one = call.graph.constant(1, shape: cube)
    let zero = call.graph.constant(0, shape: cube)
    let isBefore = try high.selected(greaterThan: low, one, else: zero)
    let isBehind = try low.selected(greaterThan: high, one, else: zero)
    var earlier = [Float](repeating: 0, count: count * count)
    for place in 0..<count { for before in 0..<place { earlier[place * count + before] = 1 } }
    let stands = try call.known(ONNXTensor("", extents: [count, count], earlier))
      .repeated(to: cube, axes: [1, 2])
    let rank = try (isBefore + (1 - isBefore - isBehind) * stands).sum(axes: 2..<3)
    let chosen = try TensorShape(checking: [rows.node.shape[0], wanted, count])
    let isMeant = try rows.areEqual(
      rank.repeated(to: chosen, axes: [0, 2]),
      rows.numbers((0..<wanted).map(Float.init), 1, chosen))
    let places = try (isMeant * rows.numbers((0..<count).map(Float.init), 2, chosen))
      .sum(axes: 2..<3)
    return [
      call.same(try rows.back(rows.picked(rows.node, where: isMeant))),
      .computed(try rows.back(places), .int64),
    ]
  }

  private static func elements(_ call: OperatorCall) throws -> ImportedValue {
    let axis = call.integer("axis", usual: 0)
    let rows = try Rows(call, call.input(0), axis: axis)
    let places = try Rows(call, call.input(1), axis: axis)
    guard places.node.shape[0] == rows.node.shape[0] else {
      throw call.unsupported(
        "indices", expected: "as many along all other axes as there are numbers",
        found: "\(try call.value(1).shape) of \(try call.value(0).shape)")
    }
    let count = Double(rows.count)
    // Counted from the end below 0.
    let below = try places.node.zero.selected(
      greaterThan: places.node, places.node + count, else: places.node)
    let cube = try TensorShape(checking: [rows.node.shape[0], places.count, rows.count])
    let isMeant = try rows.areEqual(
      below.repeated(to: cube, axes: [0, 1]),
      rows.numbers((0..<rows.count).map(Float.init), 2, cube))
    return call.same(try places.back(rows.picked(rows.node, where: isMeant)))
  }
}
