import Engine
import Networks

extension ONNXOperators {
  static let windows: [String: Operator] = [
    "Conv": { call in [try convolution(&call)] },
    "ConvTranspose": { call in [try transposedConvolution(&call)] },
    "MaxPool": { call in
      guard call.node.outputs.count < 2 || call.node.outputs[1].isEmpty else {
        throw call.unsupported("MaxPool", expected: "one result", found: "the places too")
      }
      let images = try WindowedImages(&call)
      let window = try images.window(call, kernel: nil)
      guard window.rows.dilation == 1, window.columns.dilation == 1 else {
        throw call.unsupported("dilations", expected: "1", found: "others")
      }
      return [try images.result(try Ops.MaxPool(window)(images.node))]
    },
    "AveragePool": { call in [try averagePool(&call)] },
    "Resize": { call in [try resize(&call)] },
    "Upsample": { call in [try resize(&call)] },
  ]

  private static func convolution(_ call: inout OperatorCall) throws -> ImportedValue {
    let images = try WindowedImages(&call)
    let kernelShape = try call.value(1).shape
    guard kernelShape.rank == images.rank else {
      throw Problem.shape(
        "weights", expected: "\(images.rank) axes", found: "\(kernelShape)")
    }
    let kernel = try call.weight(1, as: "kernel") { tensor in
      let wide =
        images.rank == 3
        ? try tensor.reshaped([tensor.shape[0], tensor.shape[1], 1, tensor.shape[2]]) : tensor
      return try wide.transposed([2, 3, 1, 0])
    }
    let window = try images.window(call, kernel: Array(kernelShape.extents[2...]))
    let groups = call.integer("group", usual: 1)
    var y = try Ops.Convolution(window, groups: groups)(images.node, kernel)
    if call.has(2) { y = try y + call.input(2).repeated(to: y.shape, axes: [3]) }
    return try images.result(y)
  }

  private static func transposedConvolution(_ call: inout OperatorCall) throws -> ImportedValue {
    let images = try WindowedImages(&call)
    let kernelShape = try call.value(1).shape
    let groups = call.integer("group", usual: 1)
    guard kernelShape.rank == images.rank, groups == 1 else {
      throw call.unsupported(
        "group", expected: "1, and weights of \(images.rank) axes",
        found: "\(groups), \(kernelShape)")
    }
    let sizes = Array(kernelShape.extents[2...])
    // From [given, made, height, width] to [height, width, made, given].
    let kernel = try call.weight(1, as: "transposed kernel") { tensor in
      let wide =
        images.rank == 3
        ? try tensor.reshaped([tensor.shape[0], tensor.shape[1], 1, tensor.shape[2]]) : tensor
      return try wide.transposed([2, 3, 1, 0])
    }
    let given = [images.node.shape[1], images.node.shape[2]].suffix(sizes.count)
    let count = sizes.count
    let strides = try call.integers("strides") ?? [Int](repeating: 1, count: count)
    let dilations = try call.integers("dilations") ?? [Int](repeating: 1, count: count)
    let more = try call.integers("output_padding") ?? [Int](repeating: 0, count: count)
    var pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
    let wanted = try call.integers("output_shape")?.suffix(count)
    guard [strides, dilations, more].allSatisfy({ $0.count == count }), pads.count == 2 * count
    else { throw Problem.shape("strides", expected: "\(count) numbers", found: "others") }
    let automatic = call.text("auto_pad", usual: "NOTSET")
    var axes: [WindowAxis] = []
    var made: [Int] = []
    for (axis, extent) in given.enumerated() {
      let reached = (extent - 1) * strides[axis] + (sizes[axis] - 1) * dilations[axis] + 1
      var size = reached + more[axis] - pads[axis] - pads[axis + count]
      if let wanted { size = wanted[wanted.startIndex + axis] }
      if automatic.hasPrefix("SAME"), wanted == nil { size = extent * strides[axis] }
      if wanted != nil || automatic.hasPrefix("SAME") {
        let total = max(0, reached + more[axis] - size)
        let smaller = total / 2
        pads[axis] = automatic == "SAME_UPPER" ? smaller : total - smaller
        pads[axis + count] = total - pads[axis]
      }
      guard pads[axis] >= 0, size > 0, size <= 1 << 20 else {
        throw Problem.shape("output", expected: "an extent of at least 1", found: "\(size)")
      }
      axes.append(
        WindowAxis(
          size: sizes[axis], stride: strides[axis], dilation: dilations[axis], before: pads[axis],
          after: pads[axis + count]))
      made.append(size)
    }
    let window = Window(
      rows: count == 2 ? axes[0] : WindowAxis(size: 1), columns: axes[count - 1])
    let op = Ops.ConvolutionInputGradient(
      window, height: count == 2 ? made[0] : 1, width: made[count - 1])
    var y = try op(images.node, kernel)
    if call.has(2) { y = try y + call.input(2).repeated(to: y.shape, axes: [3]) }
    return try images.result(y)
  }

  private static func averagePool(_ call: inout OperatorCall) throws -> ImportedValue {
    let images = try WindowedImages(&call)
    let window = try images.window(call, kernel: nil)
    guard window.rows.dilation == 1, window.columns.dilation == 1 else {
      throw call.unsupported("dilations", expected: "1", found: "others")
    }
    guard call.integer("count_include_pad", usual: 0) == 1 else {
      return try images.result(try Ops.AveragePool(window)(images.node))
    }
    // With the zeros outside counted, as far as they were asked for: what only the last window needs is not.
    let pads = try images.pads(call, window)
    let wide = try images.node.padded(
      before: [0, window.rows.before, window.columns.before, 0],
      after: [0, pads.rows, pads.columns, 0])
    func open(_ axis: WindowAxis, _ counted: Int) -> WindowAxis {
      WindowAxis(size: axis.size, stride: axis.stride, after: axis.after - counted)
    }
    let rest = Window(
      rows: open(window.rows, pads.rows), columns: open(window.columns, pads.columns))
    return try images.result(try Ops.AveragePool(rest)(wide))
  }

  /// To whole multiples by repetition.
  private static func resize(_ call: inout OperatorCall) throws -> ImportedValue {
    let x = try call.channelsLast(0)
    let rank = x.shape.rank
    let logical = try call.value(0).shape.extents
    let mode = call.text("mode", usual: "nearest")
    let place = call.node.operation == "Upsample" || call.opset < 11 ? 1 : 2
    var scales = try call.known(place)?.doubles ?? []
    if scales.isEmpty, case .floats(let list) = call.node.attributes["scales"] {
      scales = list.map(Double.init)
    }
    if scales.isEmpty, let sizes = try call.known(3)?.integers, sizes.count == logical.count {
      scales = zip(sizes, logical).map { Double($0) / Double(max($1, 1)) }
    }
    let rule = call.text("coordinate_transformation_mode", usual: "half_pixel")
    let factors = scales.map { Int(exactly: $0) ?? 0 }
    guard mode == "nearest", factors.count == rank, rank == 4, factors[0] == 1, factors[1] == 1,
      factors.allSatisfy({ (1...1024).contains($0) }),
      rule == "asymmetric" || rule.hasPrefix("half_pixel") || call.opset < 11
        || call.node.operation == "Upsample"
    else {
      throw call.unsupported(
        "mode", expected: "nearest, height and width a whole number of times as large",
        found: "\(mode), \(rule), \(scales.map { $0.description }.joined(separator: ", "))")
    }
    let (h, w, c) = (x.shape[1], x.shape[2], x.shape[3])
    let spread = try x.repeated(
      to: TensorShape(checking: [x.shape[0], h, factors[2], w, factors[3], c]), axes: [0, 1, 3, 5])
    let whole = try spread.reshaped(
      to: TensorShape(checking: [x.shape[0], h * factors[2], w * factors[3], c]))
    return .computed(.init(node: whole, isChannelsLast: true))
  }
}

/// Images, or series as images of one row, that windows are laid over.
private struct WindowedImages {
  /// [batch, height, width, channels].
  let node: Node
  /// Of the axes there: 3 or 4.
  let rank: Int

  init(_ call: inout OperatorCall) throws {
    let shape = try call.value(0).shape
    rank = shape.rank
    guard rank == 3 || rank == 4 else {
      throw call.unsupported("input", expected: "images or series", found: "\(shape)")
    }
    let x = try call.channelsLast(0)
    node =
      rank == 4
      ? x : try x.reshaped(to: TensorShape(checking: [x.shape[0], 1, x.shape[1], x.shape[2]]))
  }

  func result(_ y: Node) throws -> ImportedValue {
    let whole =
      rank == 4
      ? y : try y.reshaped(to: TensorShape(checking: [y.shape[0], y.shape[2], y.shape[3]]))
    return .computed(.init(node: whole, isChannelsLast: true))
  }

  private var extents: [Int] { rank == 4 ? [node.shape[1], node.shape[2]] : [node.shape[2]] }

  /// The windows, with what is empty around the images.
  func window(_ call: OperatorCall, kernel: [Int]?) throws -> Window {
    let count = extents.count
    let sizes = try kernel ?? call.integers("kernel_shape") ?? []
    let strides = try call.integers("strides") ?? [Int](repeating: 1, count: count)
    let dilations = try call.integers("dilations") ?? [Int](repeating: 1, count: count)
    let pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
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
    let axes = (0..<count).map { axis in
      let (size, stride, dilation) = (sizes[axis], strides[axis], dilations[axis])
      if rule.hasPrefix("SAME") {
        let same = WindowAxis(
          size: size, stride: stride, dilation: dilation, coveringAll: extents[axis])
        return rule == "SAME_UPPER"
          ? same
          : WindowAxis(
            size: size, stride: stride, dilation: dilation, before: same.after, after: same.before)
      }
      let before = rule == "VALID" ? 0 : pads[axis]
      var after = rule == "VALID" ? 0 : pads[axis + count]
      if isOpen {
        let span = (size - 1) * dilation + 1
        let rest = extents[axis] + before + after - span
        let windows = max(0, (rest + stride - 1) / stride)
        // No window begins behind the image and its pads before.
        let last = windows * stride >= extents[axis] + before ? windows - 1 : windows
        after = max(after, last * stride + span - extents[axis] - before)
      }
      return WindowAxis(
        size: size, stride: stride, dilation: dilation, before: before, after: after)
    }
    return Window(
      rows: count == 2 ? axes[0] : WindowAxis(size: 1), columns: axes[count - 1])
  }

  /// What was asked for behind the images, without what only the last window needs.
  func pads(_ call: OperatorCall, _ window: Window) throws -> (rows: Int, columns: Int) {
    guard call.integer("ceil_mode", usual: 0) == 1,
      call.text("auto_pad", usual: "NOTSET") == "NOTSET"
    else { return (window.rows.after, window.columns.after) }
    let count = extents.count
    let pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
    return (count == 2 ? pads[2] : 0, pads[2 * count - 1])
  }
}
