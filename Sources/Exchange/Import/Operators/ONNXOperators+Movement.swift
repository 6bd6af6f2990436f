import Engine
import Networks

extension ONNXOperators {
  static let movement: [String: Operator] = [
    "Reshape": { call in
      let x = try call.input(0)
      let wanted = try call.integers("shape", input: 1) ?? []
      let keepsZero = call.integer("allowzero", usual: 0) == 1
      return [call.same(try x.reshaped(to: resolved(wanted, of: x.shape, keepsZero)))]
    },
    "Flatten": { call in
      let x = try call.input(0)
      let axis = call.integer("axis", usual: 1)
      let place = axis == x.shape.rank ? axis : try call.axis(axis, of: x.shape.rank)
      let rows = x.shape.extents[..<place].reduce(1, *)
      let columns = x.shape.extents[place...].reduce(1, *)
      return [call.same(try x.reshaped(to: TensorShape(checking: [rows, columns])))]
    },
    "Squeeze": { call in
      let x = try call.input(0)
      let rank = x.shape.rank
      let axes =
        try call.integers("axes", input: 1)?.map { try call.axis($0, of: rank) }
        ?? (0..<rank).filter { x.shape[$0] == 1 }
      guard axes.allSatisfy({ x.shape[$0] == 1 }) else {
        throw Problem.shape("axes", expected: "axes of extent 1", found: "\(axes) of \(x.shape)")
      }
      let kept = (0..<rank).filter { !axes.contains($0) }
      return [call.same(try x.reshaped(to: TensorShape(checking: kept.map { x.shape[$0] })))]
    },
    "Unsqueeze": { call in
      let x = try call.input(0)
      let new = try call.integers("axes", input: 1) ?? []
      let rank = x.shape.rank + new.count
      let axes = try new.map { try call.axis($0, of: rank) }
      guard Set(axes).count == axes.count else {
        throw Problem.shape("axes", expected: "axes that differ", found: "\(new)")
      }
      var rest = x.shape.extents[...]
      let extents = (0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() }
      return [call.same(try x.reshaped(to: TensorShape(checking: extents)))]
    },
    "Transpose": { call in
      let value = try call.operand(0)
      let rank = value.node.shape.rank
      let order = try call.integers("perm") ?? (0..<rank).reversed()
      // To channels last, where they lie already.
      if value.isChannelsLast, order == [0] + Array(2..<rank) + [1] {
        return [.computed(value.node, value.type)]
      }
      if !value.isChannelsLast, rank >= 3, order == [0, rank - 1] + Array(1..<(rank - 1)) {
        return [
          .computed(.init(node: value.node, type: value.type, isChannelsLast: true))
        ]
      }
      let x = try call.context.inOrder(value)
      return [call.same(try x.transposed(order: order))]
    },
    "Concat": { call in
      let places = call.inputs.indices.filter(call.has)
      let shapes = try places.map { try call.value($0).shape }
      let rank = shapes.first?.rank ?? 0
      guard shapes.allSatisfy({ $0.rank == rank }) else {
        throw Problem.shape("inputs", expected: "as many axes of each", found: "\(shapes)")
      }
      let axis = try call.axis(call.integer("axis", usual: 1), of: rank)
      let last = call.isChannelsLast(rank)
      var parts: [Node] = []
      for place in places where try call.value(place).shape[axis] > 0 {
        parts.append(last ? try call.channelsLast(place) : try call.input(place))
      }
      guard !parts.isEmpty else { return [try call.value(0)] }
      let own = last ? axis == 0 ? 0 : axis == 1 ? rank - 1 : axis - 1 : axis
      let joined = try Ops.Concatenate(axis: own).apply(to: parts)
      return [
        .computed(.init(node: joined, type: try call.value(0).type, isChannelsLast: last))
      ]
    },
    "Expand": { call in
      let x = try call.input(0)
      let wanted = try TensorShape(checking: call.known(1)?.integers ?? [])
      let rank = max(wanted.rank, x.shape.rank)
      let extents = (0..<rank).map { axis in
        let (a, b) = (axis - rank + x.shape.rank, axis - rank + wanted.rank)
        return max(a < 0 ? 1 : x.shape[a], b < 0 ? 1 : wanted[b])
      }
      return [call.same(try x.spread(to: TensorShape(checking: extents)))]
    },
    "Tile": { call in
      var x = try call.input(0)
      let times = try call.known(1)?.integers ?? []
      guard times.count == x.shape.rank else {
        throw Problem.shape("repeats", expected: "\(x.shape.rank) numbers", found: "\(times)")
      }
      for (axis, count) in times.enumerated() where count != 1 {
        guard (0...1 << 20).contains(count) else {
          throw Problem.shape("repeats", expected: "0 to 2²⁰", found: "\(count)")
        }
        var extents = x.shape.extents
        extents.insert(count, at: axis)
        let kept = extents.indices.filter { $0 != axis }
        let spread = try x.repeated(to: TensorShape(checking: extents), axes: kept)
        x = try spread.reshaped(to: TensorShape(checking: x.shape.extents.with(axis, times: count)))
      }
      return [call.same(x)]
    },
    "DepthToSpace": { call in
      let x = try call.channelsLast(0)
      let (b, s) = (try blockSize(call), x.shape)
      guard s.rank == 4, s[3] % (b * b) == 0 else {
        throw Problem.shape("blocksize", expected: "one whose square divides \(s)", found: "\(b)")
      }
      let depth = s[3] / (b * b)
      let isColumnRow = call.text("mode", usual: "DCR") == "CRD"
      let apart = try x.reshaped(
        to: TensorShape(
          checking: isColumnRow
            ? [s[0], s[1], s[2], depth, b, b] : [s[0], s[1], s[2], b, b, depth]))
      let turned = try apart.transposed(
        order: isColumnRow ? [0, 1, 4, 2, 5, 3] : [0, 1, 3, 2, 4, 5])
      let extents = try Array(s.extents[..<3]).with(1, times: b).with(2, times: b) + [depth]
      let whole = try turned.reshaped(to: TensorShape(checking: extents))
      return [.computed(.init(node: whole, isChannelsLast: true))]
    },
    "SpaceToDepth": { call in
      let x = try call.channelsLast(0)
      let (b, s) = (try blockSize(call), x.shape)
      guard s.rank == 4, s[1] % b == 0, s[2] % b == 0 else {
        throw Problem.shape("blocksize", expected: "one that divides \(s)", found: "\(b)")
      }
      let apart = try x.reshaped(
        to: TensorShape(checking: [s[0], s[1] / b, b, s[2] / b, b, s[3]]))
      let extents = try [s[0], s[1] / b, s[2] / b] + [s[3]].with(0, times: b * b)
      let whole = try apart.transposed(order: [0, 1, 3, 2, 4, 5]).reshaped(
        to: TensorShape(checking: extents))
      return [.computed(.init(node: whole, isChannelsLast: true))]
    },
  ]

  private static func blockSize(_ call: OperatorCall) throws -> Int {
    let size = call.integer("blocksize", usual: 1)
    guard (1...1 << 16).contains(size) else {
      throw Problem.shape("blocksize", expected: "1 to 65536", found: "\(size)")
    }
    return size
  }

  /// A shape in which 0 stands for what is there and -1 for what is left.
  private static func resolved(
    _ wanted: [Int], of shape: TensorShape, _ keepsZero: Bool
  ) throws -> TensorShape {
    var extents = wanted
    for axis in extents.indices where extents[axis] == 0 && !keepsZero {
      guard axis < shape.rank else {
        throw Problem.shape(
          "shape", expected: "a 0 only for an axis of \(shape)", found: "\(wanted)")
      }
      extents[axis] = shape[axis]
    }
    if let open = extents.firstIndex(of: -1) {
      let others = try TensorShape(
        checking: extents.enumerated().map { $0 == open ? 1 : $1 }
      ).count
      guard others > 0, shape.count % others == 0 else {
        throw Problem.shape("shape", expected: "one that holds \(shape)", found: "\(wanted)")
      }
      extents[open] = shape.count / others
    }
    return try TensorShape(checking: extents)
  }
}

extension OperatorCall {
  /// A result with its axes as they are there, of the type of the first input.
  func same(_ node: Node) -> ImportedValue {
    .computed(node, (try? value(0).type) ?? .float)
  }
}

extension [Int] {
  /// With one of them multiplied.
  /// - Throws: `Problem` where the product does not fit.
  func with(_ place: Int, times factor: Int) throws -> [Int] {
    var changed = self
    changed[place] = try TensorShape(checking: [self[place], factor]).count
    return changed
  }
}
