import Engine
import Networks

extension ONNXOperators {
  /// Along one axis after the other: the nearest places, or sums of places with weights that are known.
  static func resize(_ call: OperatorCall) throws -> ImportedValue {
    let plan = try ResizePlan(call)
    let value = try call.operand(0)
    // Images keep their channels where they lie.
    let isLast = value.isChannelsLast
    var x = value.node
    let rank = x.shape.rank
    for (axis, scaling) in plan.axes.enumerated() where scaling.changes {
      let place = isLast ? (axis == 0 ? 0 : axis == 1 ? rank - 1 : axis - 1) : axis
      x = try plan.resized(call, x, place, scaling)
    }
    return call.result(x, like: value)
  }
}

/// How values are brought to another size, as ONNX's Resize says it.
private struct ResizePlan {
  /// Of one axis.
  struct Scaling {
    /// The extent there is, and the one to be.
    var from, to: Int
    /// The second by the first as it was asked for, before it was rounded.
    var scale: Double
    /// The part of the axis that is taken, of 0 to 1.
    var region = 0.0...1.0
    var changes: Bool { from != to || region != 0...1 || scale != 1 }
  }
  private(set) var axes: [Scaling] = []
  private let mode, rule, nearest: String
  private let cubicFactor, filler: Double
  private let isSmooth, leavesOutside: Bool

  init(_ call: OperatorCall) throws {
    let isOld = call.opset < 11 || call.node.operation == "Upsample"
    mode = call.text("mode", usual: "nearest")
    rule = call.text(
      "coordinate_transformation_mode", usual: isOld ? "asymmetric" : "half_pixel")
    nearest = isOld ? "floor" : call.text("nearest_mode", usual: "round_prefer_floor")
    cubicFactor = call.number("cubic_coeff_a", usual: -0.75)
    filler = call.number("extrapolation_value", usual: 0)
    isSmooth = call.integer("antialias", usual: 0) == 1
    leavesOutside = call.integer("exclude_outside", usual: 0) == 1
    guard ["nearest", "linear", "bilinear", "cubic"].contains(mode) else {
      throw call.unsupported("mode", expected: "nearest, linear or cubic", found: mode)
    }
    let extents = try call.value(0).shape.extents
    let chosen =
      try call.integers("axes")?.map { try call.axis($0, of: extents.count) }
      ?? Array(extents.indices)
    axes = extents.map { Scaling(from: $0, to: $0, scale: 1) }
    try readScales(call, chosen, isOld)
    guard rule == "tf_crop_and_resize", let region = try call.known(1)?.doubles else { return }
    guard region.count == 2 * chosen.count else {
      throw Problem.shape("roi", expected: "\(2 * chosen.count) numbers", found: "\(region.count)")
    }
    for (place, axis) in chosen.enumerated() {
      let (start, end) = (region[place], region[place + chosen.count])
      guard start <= end, start.magnitude < 1e6, end.magnitude < 1e6 else {
        throw call.unsupported("roi", expected: "starts before ends", found: "\(start), \(end)")
      }
      axes[axis].region = start...end
    }
  }

  private mutating func readScales(
    _ call: OperatorCall, _ chosen: [Int], _ isOld: Bool
  ) throws {
    var scales = try call.known(isOld ? 1 : 2)?.doubles ?? []
    if case .floats(let list) = call.node.attributes["scales"] { scales = list.map(Double.init) }
    let sizes = try isOld ? nil : call.known(3)?.integers
    if scales.isEmpty, let sizes, sizes.count == chosen.count {
      scales = zip(sizes, chosen).map { Double($0) / Double(max(axes[$1].from, 1)) }
      let policy = call.text("keep_aspect_ratio_policy", usual: "stretch")
      let common =
        policy == "not_larger" ? scales.min() : policy == "not_smaller" ? scales.max() : nil
      for (place, axis) in chosen.enumerated() {
        let scale = common ?? scales[place]
        let size = common.map { Double(axes[axis].from) * $0 + 0.5 } ?? Double(sizes[place])
        try set(axis, scale, size)
      }
      return
    }
    guard scales.count == chosen.count else {
      throw Problem.shape("scales", expected: "\(chosen.count) numbers", found: "\(scales.count)")
    }
    for (scale, axis) in zip(scales, chosen) {
      try set(axis, scale, Double(axes[axis].from) * scale)
    }
  }

  private mutating func set(_ axis: Int, _ scale: Double, _ size: Double) throws {
    guard scale > 0, scale <= 65536, (1...65536).contains(size),
      axes[axis].from <= 1 << 16
        || scale == 1
    else {
      throw Problem.shape(
        "sizes", expected: "extents of 1 to 65536", found: "\(axes[axis].from) times \(scale)")
    }
    axes[axis].scale = scale
    axes[axis].to = scale == 1 ? axes[axis].from : Int(size)
  }

  // MARK: One axis

  func resized(_ call: OperatorCall, _ x: Node, _ place: Int, _ scaling: Scaling) throws -> Node {
    let sources = (0..<scaling.to).map { place in
      let source = source(of: place, scaling)
      return source.isFinite ? min(max(source, -1e9), 1e9) : 0
    }
    let last = Double(scaling.from - 1)
    let isOutside = sources.map { rule == "tf_crop_and_resize" && !(0...last).contains($0) }
    guard mode == "nearest" || isOutside.contains(true) else {
      return try weighted(call, x, place, scaling, sources)
    }
    let y =
      mode == "nearest"
      ? try call.taken(x, place, count: scaling.to) {
        Int(min(max(rounded(sources[$0]), 0), last))
      } : try weighted(call, x, place, scaling, sources)
    guard isOutside.contains(true) else { return y }
    let marks = try call.known(
      ONNXTensor("", extents: [scaling.to], isOutside.map { $0 ? 1 : 0 }))
    return try marks.repeated(to: y.shape, axes: [place]).selected(
      greaterThan: y.graph.constant(0.5, shape: y.shape),
      y.graph.constant(filler.inRange, shape: y.shape), else: y)
  }

  /// Where a place of the result lies in what is given.
  private func source(of place: Int, _ scaling: Scaling) -> Double {
    let (x, size) = (Double(place), Double(scaling.from))
    let wanted = scaling.scale * size
    switch rule {
    case "align_corners": return wanted == 1 ? 0 : x * (size - 1) / (wanted - 1)
    case "asymmetric": return x / scaling.scale
    case "tf_crop_and_resize":
      let (start, end) = (scaling.region.lowerBound, scaling.region.upperBound)
      guard wanted != 1 else { return (start + end) * (size - 1) / 2 }
      return start * (size - 1) + x * (end - start) * (size - 1) / (wanted - 1)
    case "pytorch_half_pixel": return wanted == 1 ? -0.5 : (x + 0.5) / scaling.scale - 0.5
    case "tf_half_pixel_for_nn": return (x + 0.5) / scaling.scale
    case "half_pixel_symmetric":
      return size / 2 * (1 - Double(scaling.to) / wanted) + (x + 0.5) / scaling.scale - 0.5
    default: return (x + 0.5) / scaling.scale - 0.5
    }
  }

  private func rounded(_ source: Double) -> Double {
    switch nearest {
    case "floor": source.rounded(.down)
    case "ceil": source.rounded(.up)
    case "round_prefer_ceil": (source + 0.5).rounded(.down)
    default: (source - 0.5).rounded(.up)
    }
  }

  /// The sum of neighbours: a product with a matrix [to, from] of weights.
  private func weighted(
    _ call: OperatorCall, _ x: Node, _ place: Int, _ scaling: Scaling, _ sources: [Double]
  ) throws -> Node {
    let (from, to) = (scaling.from, scaling.to)
    guard from * to <= 1 << 22 else {
      throw Problem.shape("sizes", expected: "at most 2²² weights", found: "\(from) · \(to)")
    }
    var matrix = [Float](repeating: 0, count: from * to)
    // Where it gets smaller, a smooth kernel is as much wider.
    let narrow = isSmooth ? min(scaling.scale, 1) : 1
    let radius = (mode == "cubic" ? 2 : 1) / narrow
    for (row, source) in sources.enumerated() {
      let places = Int((source - radius).rounded(.up))...Int((source + radius).rounded(.down))
      var weights = places.map { kernel((Double($0) - source) * narrow) }
      if leavesOutside {
        for (index, place) in places.enumerated() where !(0..<from).contains(place) {
          weights[index] = 0
        }
      }
      let sum = isSmooth || leavesOutside ? weights.reduce(0, +) : 1
      for (place, weight) in zip(places, weights) {
        matrix[row * from + min(max(place, 0), from - 1)] += Float(weight / (sum == 0 ? 1 : sum))
      }
    }
    let weights = try call.known(ONNXTensor("", extents: [to, from], matrix))
    let rank = x.shape.rank
    var order = Array(0..<rank)
    order.swapAt(place, rank - 1)
    let turned = try x.transposed(order: order)
    let extents = Array(turned.shape.extents.dropLast())
    let rows = try turned.reshaped(
      to: TensorShape(checking: [TensorShape(checking: extents).count, from]))
    return try rows.matmul(
      weights.reshaped(to: TensorShape(checking: [to, from])), otherTransposed: true
    )
    .reshaped(to: TensorShape(checking: extents + [to])).transposed(order: order)
  }

  /// The weight of a neighbour by its distance: a tent, or Keys's cubic convolution (1981).
  private func kernel(_ distance: Double) -> Double {
    let (x, a) = (distance.magnitude, cubicFactor)
    guard mode == "cubic" else { return max(0, 1 - x) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
