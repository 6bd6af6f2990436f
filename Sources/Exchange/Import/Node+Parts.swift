import Engine
import Networks

extension Node {
  /// A run of places along an axis.
  func part(_ axis: Int, _ start: Int, _ count: Int) throws -> Node {
    guard shape.extents.indices.contains(axis) else {
      throw Problem.shape("parts", expected: "more than \(axis) axes", found: "\(shape)")
    }
    if start == 0, count == shape[axis] { return self }
    var (starts, extents) = ([Int](repeating: 0, count: shape.rank), shape.extents)
    (starts[axis], extents[axis]) = (count == 0 ? 0 : start, count)
    return try sliced(from: starts, shape: TensorShape(checking: extents))
  }

  /// Places along an axis that are computed, which come in its stead.
  ///
  /// - Parameter places: of any shape.
  func gathered(_ axis: Int, at places: Node) throws -> Node {
    let rank = shape.rank
    let front = [axis] + (0..<rank).filter { $0 != axis }
    let turned = axis == 0 ? self : try transposed(order: front)
    let others = turned.shape.extents.dropFirst()
    let width = try TensorShape(checking: Array(others)).count
    let table = try turned.reshaped(to: TensorShape(checking: [shape[axis], width]))
    let list = try places.reshaped(to: TensorShape(checking: [places.shape.count]))
    let rows = try table.gathered(at: list)
      .reshaped(to: TensorShape(checking: [places.shape.count] + others))
    guard axis > 0 else { return rows }
    return try rows.transposed(order: Array(1...axis) + [0] + Array((axis + 1)..<rank))
  }

  /// With something around it.
  /// - Parameter filler: one number; nil for 0.
  func padded(before: [Int], after: [Int], with filler: Node?) throws -> Node {
    guard (before + after).contains(where: { $0 != 0 }) else { return self }
    let plain = try padded(before: before, after: after)
    guard let filler else { return plain }
    let isInside = try graph.constant(1, shape: shape).padded(before: before, after: after)
    let half = graph.constant(0.5, shape: plain.shape)
    return try isInside.selected(
      greaterThan: half, plain, else: filler.repeated(to: plain.shape, axes: []))
  }

  /// Some values one behind the other along an axis.
  static func joined(_ parts: [Node], axis: Int) throws -> Node {
    parts.count == 1 ? parts[0] : try Ops.Concatenate(axis: axis).apply(to: parts)
  }
}

extension OperatorCall {
  /// The most single places along an axis.
  private static let mostPlaces = 1 << 20

  /// Places along an axis that are known, one after the other: runs as parts, others as rows of a table.
  func taken(_ x: Node, _ axis: Int, count: Int, _ place: (Int) -> Int) throws -> Node {
    guard count <= Self.mostPlaces else {
      throw Problem.shape(
        "places", expected: "at most \(Self.mostPlaces) along an axis", found: "\(count)")
    }
    let places = (0..<count).map(place)
    guard !places.isEmpty else { return try x.part(axis, 0, 0) }
    let runs = Self.runs(places)
    if let times = Self.repetition(runs, of: x.shape[axis]) {
      var extents = x.shape.extents
      extents.insert(times, at: axis + 1)
      let kept = extents.indices.filter { $0 != axis + 1 }
      return try x.repeated(to: TensorShape(checking: extents), axes: kept)
        .reshaped(to: TensorShape(checking: x.shape.extents.with(axis, times: times)))
    }
    guard runs.count <= 16 else {
      return try x.gathered(
        axis, at: known(ONNXTensor(extents: [count], type: .int64, .integers(places))))
    }
    return try Node.joined(
      runs.map { run in
        switch run.step {
        case 1: return try x.part(axis, run.start, run.count)
        case -1:
          return try x.part(axis, run.start - run.count + 1, run.count).reversed(axis: axis)
        default:
          let one = try x.part(axis, run.start, 1)
          var extents = one.shape.extents
          extents.remove(at: axis)
          let inner = try one.reshaped(to: TensorShape(checking: extents))
          extents.insert(run.count, at: axis)
          return try inner.repeated(
            to: TensorShape(checking: extents), axes: extents.indices.filter { $0 != axis })
        }
      }, axis: axis)
  }

  private struct Run {
    var start, step, count: Int
  }

  /// Places that follow each other upwards, downwards or not at all.
  private static func runs(_ places: [Int]) -> [Run] {
    var runs: [Run] = []
    for place in places {
      if var last = runs.last {
        let step = place - (last.start + (last.count - 1) * last.step)
        if (-1...1).contains(step), last.count == 1 || last.step == step {
          (last.step, last.count) = (step, last.count + 1)
          runs[runs.count - 1] = last
          continue
        }
      }
      runs.append(Run(start: place, step: 1, count: 1))
    }
    return runs
  }

  /// How often each place of an axis stands after the other, if all do equally often and more than once.
  private static func repetition(_ runs: [Run], of extent: Int) -> Int? {
    guard runs.count == extent, let times = runs.first?.count, times > 1,
      runs.enumerated().allSatisfy({ $1.start == $0 && $1.step == 0 && $1.count == times })
    else { return nil }
    return times
  }
}
