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
    "Slice": { call in [try slice(&call)] },
    "Split": { call in try split(&call) },
    "Pad": { call in [try pad(&call)] },
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
        guard (1...1 << 20).contains(count) else {
          throw Problem.shape("repeats", expected: "1 to 2²⁰", found: "\(count)")
        }
        var extents = x.shape.extents
        extents.insert(count, at: axis)
        let kept = extents.indices.filter { $0 != axis }
        let spread = try x.repeated(to: TensorShape(checking: extents), axes: kept)
        var joined = x.shape.extents
        joined[axis] = try TensorShape(checking: [joined[axis], count]).count
        x = try spread.reshaped(to: TensorShape(checking: joined))
      }
      return [call.same(x)]
    },
    "Gather": { call in [try gather(&call)] },
    "DepthToSpace": { call in
      let x = try call.channelsLast(0)
      let (b, s) = (call.integer("blocksize", usual: 1), x.shape)
      guard b > 0, s.rank == 4, s[3] % (b * b) == 0 else {
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
      let whole = try turned.reshaped(
        to: TensorShape(checking: [s[0], s[1] * b, s[2] * b, depth]))
      return [.computed(.init(node: whole, isChannelsLast: true))]
    },
    "SpaceToDepth": { call in
      let x = try call.channelsLast(0)
      let (b, s) = (call.integer("blocksize", usual: 1), x.shape)
      guard b > 0, s.rank == 4, s[1] % b == 0, s[2] % b == 0 else {
        throw Problem.shape("blocksize", expected: "one that divides \(s)", found: "\(b)")
      }
      let apart = try x.reshaped(
        to: TensorShape(checking: [s[0], s[1] / b, b, s[2] / b, b, s[3]]))
      let whole = try apart.transposed(order: [0, 1, 3, 2, 4, 5]).reshaped(
        to: TensorShape(checking: [s[0], s[1] / b, s[2] / b, b * b * s[3]]))
      return [.computed(.init(node: whole, isChannelsLast: true))]
    },
  ]

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

  // MARK: Parts

  private static func slice(_ call: inout OperatorCall) throws -> ImportedValue {
    var x = try call.input(0)
    let starts = try call.integers("starts", input: 1) ?? []
    let ends = try call.integers("ends", input: 2) ?? []
    let axes = try call.integers("axes", input: 3) ?? Array(starts.indices)
    let steps = try call.integers("steps", input: 4) ?? starts.map { _ in 1 }
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count,
      !steps.contains(0)
    else {
      throw Problem.shape(
        "Slice", expected: "as many starts as ends, axes and steps, no step 0",
        found: "\(starts), \(ends), \(axes), \(steps)")
    }
    for (place, given) in axes.enumerated() {
      let axis = try call.axis(given, of: x.shape.rank)
      let (extent, step) = (x.shape[axis], steps[place])
      func bound(_ value: Int) -> Int {
        let fromStart = value < 0 ? value.addingReportingOverflow(extent).partialValue : value
        return step > 0 ? min(max(fromStart, 0), extent) : min(max(fromStart, -1), extent - 1)
      }
      let start = bound(starts[place])
      let end = step < 0 && ends[place] < -extent ? -1 : bound(ends[place])
      let span = step > 0 ? end - start : start - end
      let size = step.magnitude > UInt(Int.max) ? Int.max : Int(step.magnitude)
      let count = span <= 0 ? 0 : (span - 1) / size + 1
      x = try taken(x, axis: axis, places: (0..<count).map { start + $0 * step })
    }
    return call.same(x)
  }

  /// Some places along an axis, one after the other, in as few parts as may be.
  private static func taken(_ x: Node, axis: Int, places: [Int]) throws -> Node {
    guard let first = places.first else {
      throw Problem.shape("Slice", expected: "at least one place of each axis", found: "none")
    }
    let isRun = zip(places, places.dropFirst()).allSatisfy { $1 == $0 + 1 }
    func part(_ start: Int, _ count: Int) throws -> Node {
      if start == 0, count == x.shape[axis] { return x }
      var (starts, extents) = ([Int](repeating: 0, count: x.shape.rank), x.shape.extents)
      (starts[axis], extents[axis]) = (start, count)
      return try x.sliced(from: starts, shape: TensorShape(checking: extents))
    }
    if isRun { return try part(first, places.count) }
    if zip(places, places.dropFirst()).allSatisfy({ $1 == $0 - 1 }) {
      return try part(places.last!, places.count).reversed(axis: axis)
    }
    guard places.count <= 4096 else {
      throw Problem.shape("places", expected: "at most 4096 single ones", found: "\(places.count)")
    }
    return try Ops.Concatenate(axis: axis).apply(to: places.map { try part($0, 1) })
  }

  private static func split(_ call: inout OperatorCall) throws -> [ImportedValue] {
    let x = try call.input(0)
    let axis = try call.axis(call.integer("axis", usual: 0), of: x.shape.rank)
    let extent = x.shape[axis]
    let count = call.integer("num_outputs", usual: call.node.outputs.count)
    let each = count > 0 ? (extent + count - 1) / count : 0
    let sizes =
      try call.integers("split", input: 1)
      ?? (0..<count).map { max(0, min(each, extent - $0 * each)) }
    guard sizes.reduce(0, +) == extent, sizes.allSatisfy({ $0 >= 0 }) else {
      throw Problem.shape("split", expected: "parts of \(extent)", found: "\(sizes)")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return call.same(try taken(x, axis: axis, places: Array(start..<start + size)))
    }
  }

  private static func pad(_ call: inout OperatorCall) throws -> ImportedValue {
    let mode = call.text("mode", usual: "constant")
    guard mode == "constant" else {
      throw call.unsupported("mode", expected: "constant", found: mode)
    }
    let x = try call.input(0)
    let rank = x.shape.rank
    let pads = try call.integers("pads", input: 1) ?? call.integers("paddings") ?? []
    let axes =
      try call.integers("axes", input: 3)?.map { try call.axis($0, of: rank) }
      ?? Array(0..<rank)
    guard pads.count == 2 * axes.count else {
      throw Problem.shape("pads", expected: "\(2 * axes.count) numbers", found: "\(pads)")
    }
    let filler = try call.known(2)?.doubles?.first ?? call.number("value", usual: 0)
    var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    for (place, axis) in axes.enumerated() {
      (before[axis], after[axis]) = (pads[place], pads[place + axes.count])
    }
    // Below 0 it takes away.
    let starts = before.map { max(0, -$0) }
    let rest = (0..<rank).map { x.shape[$0] - starts[$0] - max(0, -after[$0]) }
    let kept = try x.sliced(from: starts, shape: TensorShape(checking: rest))
    let (more, behind) = (before.map { max(0, $0) }, after.map { max(0, $0) })
    guard filler != 0 else { return call.same(try kept.padded(before: more, after: behind)) }
    let moved = try (kept - filler).padded(before: more, after: behind)
    return call.same(try moved + filler)
  }

  private static func gather(_ call: inout OperatorCall) throws -> ImportedValue {
    let x = try call.input(0)
    let axis = try call.axis(call.integer("axis", usual: 0), of: x.shape.rank)
    let (extent, places) = (x.shape[axis], try call.value(1))
    if case .known(let tensor) = places, let list = tensor.integers {
      let wanted = try list.map { place in
        let counted = place < 0 ? place + extent : place
        guard (0..<extent).contains(counted) else {
          throw Problem.shape("places", expected: "0 to \(extent - 1)", found: "\(place)")
        }
        return counted
      }
      let part = try taken(x, axis: axis, places: wanted)
      var extents = x.shape.extents
      extents.replaceSubrange(axis...axis, with: tensor.extents)
      return call.same(try part.reshaped(to: TensorShape(checking: extents)))
    }
    guard axis == 0, x.shape.rank >= 1 else {
      throw call.unsupported("axis", expected: "0 for places that are computed", found: "\(axis)")
    }
    let width = x.shape.extents.dropFirst().reduce(1, *)
    let table = try x.reshaped(to: TensorShape(checking: [extent, width]))
    let rows = try table.gathered(at: try call.input(1))
    return call.same(
      try rows.reshaped(
        to: TensorShape(checking: places.shape.extents + x.shape.extents.dropFirst())))
  }
}

extension OperatorCall {
  /// A result with its axes as they are there, of the type of the first input.
  func same(_ node: Node) -> ImportedValue {
    .computed(node, (try? value(0).type) ?? .float)
  }
}
