import Engine
import Networks

/// What windows are laid over: series, images or volumes, [batch, extents…, channels].
struct WindowedImages {
  let node: Node
  /// Between batch and channels: one to three.
  let extents: [Int]
  var rank: Int { extents.count + 2 }

  init(_ call: OperatorCall) throws {
    let shape = try call.value(0).shape
    guard (3...5).contains(shape.rank) else {
      throw call.unsupported("input", expected: "series, images or volumes", found: "\(shape)")
    }
    extents = Array(shape.extents[2...])
    guard extents.allSatisfy({ (1...1 << 30).contains($0) }) else {
      throw Problem.shape("input", expected: "extents of 1 to 2³⁰", found: "\(shape)")
    }
    node = try call.channelsLast(0)
  }

  /// Series as images of one row.
  var flat: Node {
    get throws {
      guard extents.count == 1 else { return node }
      return try node.reshaped(
        to: TensorShape(checking: [node.shape[0], 1, node.shape[1], node.shape[2]]))
    }
  }

  /// What came of ``flat`` with as many axes as were given.
  func own(_ y: Node) throws -> Node {
    guard extents.count == 1 else { return y }
    return try y.reshaped(to: TensorShape(checking: [y.shape[0], y.shape[2], y.shape[3]]))
  }

  func result(_ y: Node) -> ImportedValue { .computed(.init(node: y, isChannelsLast: true)) }

  static func window(_ axes: [WindowAxis]) -> Window {
    Window(
      rows: axes.count == 2 ? axes[0] : WindowAxis(size: 1), columns: axes[axes.count - 1])
  }

  // MARK: Windows

  /// The windows along each axis, with what is empty around the images.
  func axes(_ call: OperatorCall, kernel: [Int]?) throws -> [WindowAxis] {
    let count = extents.count
    let ones = [Int](repeating: 1, count: count)
    let sizes = try kernel ?? call.integers("kernel_shape") ?? []
    let strides = try call.integers("strides") ?? ones
    let dilations = try call.integers("dilations") ?? ones
    let pads = try call.integers("pads") ?? ones.map { _ in 0 } + ones.map { _ in 0 }
    guard [sizes, strides, dilations].allSatisfy({ $0.count == count }), pads.count == 2 * count,
      (sizes + strides + dilations).allSatisfy({ (1...1 << 20).contains($0) }),
      pads.allSatisfy({ (0...1 << 20).contains($0) })
    else {
      throw Problem.shape(
        "window",
        expected: "\(count) sizes, strides and dilations, \(2 * count) pads of at least 0",
        found: "\(sizes), \(strides), \(dilations), \(pads)")
    }
    let rule = call.text("auto_pad", usual: "NOTSET")
    let isOpen = call.integer("ceil_mode", usual: 0) == 1
    return (0..<count).map { axis in
      let plain = WindowAxis(
        size: sizes[axis], stride: strides[axis], dilation: dilations[axis],
        before: rule == "VALID" ? 0 : pads[axis], after: rule == "VALID" ? 0 : pads[axis + count])
      if rule.hasPrefix("SAME") {
        return Self.same(plain, over: extents[axis], isEndFirst: rule == "SAME_UPPER")
      }
      return isOpen ? Self.open(plain, over: extents[axis]) : plain
    }
  }

  private static func same(
    _ plain: WindowAxis, over extent: Int, isEndFirst: Bool
  ) -> WindowAxis {
    let same = WindowAxis(
      size: plain.size, stride: plain.stride, dilation: plain.dilation, coveringAll: extent)
    guard !isEndFirst else { return same }
    return WindowAxis(
      size: plain.size, stride: plain.stride, dilation: plain.dilation, before: same.after,
      after: same.before)
  }

  /// With so much behind that a last window that is not filled counts too.
  private static func open(_ plain: WindowAxis, over extent: Int) -> WindowAxis {
    let span = (plain.size - 1) * plain.dilation + 1
    let rest = extent + plain.before + plain.after - span
    let windows = max(0, (rest + plain.stride - 1) / plain.stride)
    // No window begins behind the image and its pads before.
    let last = windows * plain.stride >= extent + plain.before ? windows - 1 : windows
    return WindowAxis(
      size: plain.size, stride: plain.stride, dilation: plain.dilation, before: plain.before,
      after: max(plain.after, last * plain.stride + span - extent - plain.before))
  }

  /// What was asked for behind the images, without what only the last window needs.
  private func asked(_ call: OperatorCall, _ axes: [WindowAxis]) throws -> [Int] {
    guard call.integer("ceil_mode", usual: 0) == 1,
      call.text("auto_pad", usual: "NOTSET") == "NOTSET"
    else { return axes.map(\.after) }
    return try call.integers("pads").map { Array($0.suffix(axes.count)) } ?? axes.map { _ in 0 }
  }

  // MARK: Pools

  enum Pool {
    case largest
    case mean(isPaddingCounted: Bool)
  }

  /// One number of each window, channel by channel.
  func pooled(_ call: OperatorCall, _ axes: [WindowAxis], _ kind: Pool) throws -> Node {
    let asked = try asked(call, axes)
    if axes.count <= 2, axes.allSatisfy({ $0.dilation == 1 && $0.before < $0.size }),
      let y = try pooledAtOnce(axes, asked, kind)
    {
      return try own(y)
    }
    // The largest of largest ones is the largest; and so it is with means, as all rows of a window have as many
    // cells.
    var y = node
    for (place, axis) in axes.enumerated() {
      y = try pooled(call, y, place + 1, axis, asked[place], kind)
    }
    return y
  }

  /// By the engine's op; nil where it does not know such a padding.
  private func pooledAtOnce(
    _ axes: [WindowAxis], _ asked: [Int], _ kind: Pool
  ) throws -> Node? {
    guard case .mean(isPaddingCounted: true) = kind else {
      guard axes.allSatisfy({ $0.after < $0.size }) else { return nil }
      if case .largest = kind { return try Ops.MaxPool(Self.window(axes))(flat) }
      return try Ops.AveragePool(Self.window(axes))(flat)
    }
    // With the zeros outside counted, as far as they were asked for.
    let rest = zip(axes, asked).map {
      WindowAxis(size: $0.size, stride: $0.stride, after: max(0, $0.after - $1))
    }
    guard rest.allSatisfy({ $0.after < $0.size }) else { return nil }
    let missing = [Int](repeating: 0, count: 3 - axes.count)
    return try Ops.AveragePool(Self.window(rest))(
      flat.padded(before: missing + axes.map(\.before) + [0], after: missing + asked + [0]))
  }

  /// Along one axis, cell by cell of the window.
  private func pooled(
    _ call: OperatorCall, _ x: Node, _ place: Int, _ axis: WindowAxis, _ asked: Int, _ kind: Pool
  ) throws -> Node {
    let extent = x.shape[place]
    let count = try axis.count(checking: extent, "extent")
    guard axis.size <= 1024, count <= 1 << 16 else {
      throw call.unsupported(
        "kernel_shape", expected: "up to 1024 cells, 65536 windows",
        found: "\(axis.size), \(count)")
    }
    var (before, after) = (x.shape.extents.map { _ in 0 }, x.shape.extents.map { _ in 0 })
    (before[place], after[place]) = (axis.before, axis.after)
    var filler: Node?
    if case .largest = kind { filler = call.graph.constant((-Double.infinity).inRange) }
    let wide = try x.padded(before: before, after: after, with: filler)
    let parts = try (0..<axis.size).map { tap in
      try call.taken(wide, place, count: count) { $0 * axis.stride + tap * axis.dilation }
    }
    guard case .mean(let isPaddingCounted) = kind else {
      return try parts.dropFirst().reduce(parts[0]) { try $0.maximum($1) }
    }
    let sum = try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
    let inside = isPaddingCounted ? -axis.before..<extent + asked : 0..<extent
    let shares = (0..<count).map { window in
      let cells = (0..<axis.size).count { tap in
        inside.contains(window * axis.stride + tap * axis.dilation - axis.before)
      }
      return 1 / Float(max(cells, 1))
    }
    return try sum
      * call.known(ONNXTensor("", extents: [count], shares)).repeated(to: sum.shape, axes: [place])
  }
}

/// Where the windows of a transposed convolution lie, and how large what it makes is.
struct TransposedWindows {
  private(set) var axes: [WindowAxis] = []
  private(set) var made: [Int] = []

  init(_ call: OperatorCall, _ extents: [Int], _ sizes: [Int]) throws {
    let count = extents.count
    let (ones, none) = ([Int](repeating: 1, count: count), [Int](repeating: 0, count: count))
    let strides = try call.integers("strides") ?? ones
    let dilations = try call.integers("dilations") ?? ones
    let more = try call.integers("output_padding") ?? none
    let pads = try call.integers("pads") ?? none + none
    let wanted = try call.integers("output_shape").map { Array($0.suffix(count)) }
    guard [sizes, strides, dilations, more, wanted ?? ones].allSatisfy({ $0.count == count }),
      pads.count == 2 * count,
      (sizes + strides + dilations).allSatisfy({ (1...1 << 20).contains($0) }),
      (pads + more).allSatisfy({ (0...1 << 20).contains($0) })
    else {
      throw Problem.shape(
        "window", expected: "\(count) sizes, strides and dilations, \(2 * count) pads",
        found: "\(sizes), \(strides), \(dilations), \(pads)")
    }
    let rule = call.text("auto_pad", usual: "NOTSET")
    for axis in 0..<count {
      let reached =
        (extents[axis] - 1) * strides[axis] + (sizes[axis] - 1) * dilations[axis] + 1 + more[axis]
      var (before, after) = (pads[axis], pads[axis + count])
      var size = reached - before - after
      if let wanted {
        size = wanted[axis]
      } else if rule.hasPrefix("SAME") {
        size = extents[axis] * strides[axis]
      }
      guard (1...1 << 20).contains(size) else {
        throw Problem.shape("output", expected: "an extent of 1 to 2²⁰", found: "\(size)")
      }
      if wanted != nil || rule.hasPrefix("SAME") {
        let total = max(0, reached - size)
        before = rule == "SAME_UPPER" ? total / 2 : total - total / 2
        after = total - before
      }
      axes.append(
        WindowAxis(
          size: sizes[axis], stride: strides[axis], dilation: dilations[axis], before: before,
          after: after))
      made.append(size)
    }
  }
}
