import Engine
import Networks

extension ONNXOperators {
  /// What takes parts of a value, or puts something around it.
  static let parts: [String: Operator] = [
    "Slice": { call in [try slice(call)] },
    "Split": { call in try split(call) },
    "Pad": { call in [try pad(call)] },
    "Gather": { call in [try gather(call)] },
  ]

  private static func slice(_ call: OperatorCall) throws -> ImportedValue {
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
        let fromStart = value < 0 ? value + extent : value
        return step > 0 ? min(max(fromStart, 0), extent) : min(max(fromStart, -1), extent - 1)
      }
      let (start, end) = (bound(starts[place]), bound(ends[place]))
      let span = step > 0 ? end - start : start - end
      let size = Int(min(step.magnitude, UInt(Int.max)))
      let count = span <= 0 ? 0 : (span - 1) / size + 1
      x =
        step == 1
        ? try x.part(axis, start, count)
        : try call.taken(x, axis, count: count) { start + $0 * step }
    }
    return call.same(x)
  }

  private static func split(_ call: OperatorCall) throws -> [ImportedValue] {
    let x = try call.input(0)
    let axis = try call.axis(call.integer("axis", usual: 0), of: x.shape.rank)
    let extent = x.shape[axis]
    let count = call.integer("num_outputs", usual: call.node.outputs.count)
    guard (1...1 << 16).contains(count) else {
      throw Problem.shape("num_outputs", expected: "1 to 65536", found: "\(count)")
    }
    let each = extent / count + (extent % count == 0 ? 0 : 1)
    let sizes =
      try call.integers("split", input: 1)
      ?? (0..<count).map { max(0, min(each, extent - $0 * each)) }
    var start = 0
    let parts = try sizes.map { size in
      guard (0...extent - start).contains(size) else {
        throw Problem.shape("split", expected: "parts of \(extent)", found: "\(sizes)")
      }
      defer { start += size }
      return call.same(try x.part(axis, start, size))
    }
    guard start == extent else {
      throw Problem.shape("split", expected: "all parts of \(extent)", found: "\(sizes)")
    }
    return parts
  }

  private static func gather(_ call: OperatorCall) throws -> ImportedValue {
    let x = try call.input(0)
    let axis = try call.axis(call.integer("axis", usual: 0), of: x.shape.rank)
    let (extent, places) = (x.shape[axis], try call.value(1))
    var extents = x.shape.extents
    extents.replaceSubrange(axis...axis, with: try places.shape.extents)
    let whole = try TensorShape(checking: extents)
    guard case .known(let tensor) = places, let list = tensor.integers else {
      return call.same(try x.gathered(axis, at: call.input(1)).reshaped(to: whole))
    }
    for place in list where !(-extent..<extent).contains(place) {
      throw Problem.shape(
        "places", expected: "\(-extent) to \(extent - 1)", found: "\(place)")
    }
    let part = try call.taken(x, axis, count: list.count) {
      list[$0] < 0 ? list[$0] + extent : list[$0]
    }
    return call.same(try part.reshaped(to: whole))
  }

  // MARK: Around

  private static func pad(_ call: OperatorCall) throws -> ImportedValue {
    let value = try call.operand(0)
    var x = value.node
    let rank = x.shape.rank
    let pads = try call.integers("pads", input: 1) ?? call.integers("paddings") ?? []
    let axes =
      try call.integers("axes", input: 3)?.map { try call.axis($0, of: rank) } ?? Array(0..<rank)
    guard pads.count == 2 * axes.count, pads.allSatisfy({ $0.magnitude <= 1 << 40 }) else {
      throw Problem.shape(
        "pads", expected: "\(2 * axes.count) numbers up to 2⁴⁰", found: "\(pads)")
    }
    var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    for (place, given) in axes.enumerated() {
      // Where channels are last they stay there.
      let axis = !value.isChannelsLast || given == 0 ? given : given == 1 ? rank - 1 : given - 1
      (before[axis], after[axis]) = (pads[place], pads[place + axes.count])
    }
    // Below 0 it takes away.
    for axis in 0..<rank where before[axis] < 0 || after[axis] < 0 {
      let start = max(0, -before[axis])
      x = try x.part(axis, start, x.shape[axis] - start - max(0, -after[axis]))
    }
    (before, after) = (before.map { max(0, $0) }, after.map { max(0, $0) })
    let mode = call.text("mode", usual: "constant")
    if mode == "constant" {
      x = try x.padded(before: before, after: after, with: filler(call))
      return call.result(x, like: value)
    }
    for axis in 0..<rank where before[axis] + after[axis] > 0 {
      let (first, extent) = (before[axis], x.shape[axis])
      let place = try repetition(mode, extent, call)
      x = try call.taken(x, axis, count: first + extent + after[axis]) { place($0 - first) }
    }
    return call.result(x, like: value)
  }

  /// What stands around, as one number; nil for 0.
  private static func filler(_ call: OperatorCall) throws -> Node? {
    guard call.has(2) else {
      let number = call.number("value", usual: 0)
      return number == 0 ? nil : call.graph.constant(number.inRange)
    }
    let value = try call.value(2)
    guard try value.shape.count == 1 else {
      throw Problem.shape("constant_value", expected: "one number", found: "\(try value.shape)")
    }
    if case .known(let tensor) = value, let number = tensor.doubles?.first {
      return number == 0 ? nil : call.graph.constant(number.inRange)
    }
    return try call.input(2).reshaped(to: .scalar)
  }

  /// Where a place outside of an axis gets its number from.
  private static func repetition(
    _ mode: String, _ extent: Int, _ call: OperatorCall
  ) throws -> (Int) -> Int {
    guard (1...1 << 30).contains(extent) else {
      throw Problem.shape("input", expected: "1 to 2³⁰ places to repeat", found: "\(extent)")
    }
    switch mode {
    case "edge": return { min(max($0, 0), extent - 1) }
    case "wrap": return { (($0 % extent) + extent) % extent }
    case "reflect":
      guard extent > 1 else { return { _ in 0 } }
      let period = 2 * (extent - 1)
      return { place in
        let inside = ((place % period) + period) % period
        return inside < extent ? inside : period - inside
      }
    default:
      throw call.unsupported(
        "mode", expected: "constant, reflect, edge or wrap", found: mode)
    }
  }
}

extension Double {
  /// The nearest that is a number of files: these have no infinities.
  var inRange: Double {
    let largest = Double(Float.greatestFiniteMagnitude)
    return Swift.min(Swift.max(self, -largest), largest)
  }
}
