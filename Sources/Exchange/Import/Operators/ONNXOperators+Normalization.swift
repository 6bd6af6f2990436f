import Engine
import Networks

extension ONNXOperators {
  static let normalization: [String: Operator] = [
    "BatchNormalization": { call in
      guard call.integer("training_mode", usual: 0) == 0 else {
        throw call.unsupported("training_mode", expected: "0", found: "1")
      }
      let rank = try call.value(0).shape.rank
      let value = try call.operand(0)
      let x = rank >= 3 ? try call.channelsLast(0) : try call.context.inOrder(value)
      let epsilon = call.number("epsilon", usual: 1e-5)
      guard rank >= 1 else { throw Problem.shape("input", expected: "channels", found: "none") }
      let axis = rank >= 3 ? rank - 1 : min(1, rank - 1)
      func along(_ node: Node) throws -> Node { try node.repeated(to: x.shape, axes: [axis]) }
      let (scale, shift) = (try call.weight(1), try call.weight(2))
      let mean = try call.input(3, isTrainable: false)
      let variance = try call.input(4, isTrainable: false)
      let factor = try scale / (variance + epsilon).squareRoot()
      let y = try (x - along(mean)) * along(factor) + along(shift)
      return [.computed(.init(node: y, isChannelsLast: rank >= 3))]
    },
    "LayerNormalization": { call in
      let x = try call.input(0)
      let axis = try call.axis(call.integer("axis", usual: -1), of: x.shape.rank)
      let normal = try normalized(x, axis..<x.shape.rank, call.number("epsilon", usual: 1e-5))
      var y = try normal.value * call.input(1).spread(to: x.shape)
      if call.has(2) { y = try y + call.input(2).spread(to: x.shape) }
      let ones = try TensorShape(
        checking: x.shape.extents[..<axis] + x.shape.extents[axis...].map { _ in 1 })
      // Mean and 1 / deviation are given beside it.
      return [
        call.same(y), call.same(try normal.mean.reshaped(to: ones)),
        call.same(try (1 / normal.deviation).reshaped(to: ones)),
      ]
    },
    "InstanceNormalization": { call in
      let x = try call.channelsLast(0)
      let last = x.shape.rank - 1
      guard last >= 2 else {
        throw Problem.shape("input", expected: "images or series", found: "\(x.shape)")
      }
      let normal = try normalized(x, 1..<last, call.number("epsilon", usual: 1e-5))
      let y =
        try normal.value * call.input(1).repeated(to: x.shape, axes: [last])
        + call.input(2).repeated(to: x.shape, axes: [last])
      return [.computed(.init(node: y, isChannelsLast: true))]
    },
    "LRN": { call in [try localResponse(call)] },
  ]

  /// With mean 0 and variance 1 over neighbouring axes; mean and deviation have the other axes.
  private static func normalized(
    _ x: Node, _ axes: Range<Int>, _ epsilon: Double
  ) throws -> (value: Node, mean: Node, deviation: Node) {
    let kept = (0..<x.shape.rank).filter { !axes.contains($0) }
    let mean = try x.mean(axes: axes)
    let centred = try x - mean.repeated(to: x.shape, axes: kept)
    let variance = try (centred * centred).mean(axes: axes)
    let deviation = try (variance + epsilon).squareRoot()
    return (try centred / deviation.repeated(to: x.shape, axes: kept), mean, deviation)
  }

  /// x / (bias + alpha / size · Σ x²)^beta over neighbouring channels (Krizhevsky et al. 2012).
  private static func localResponse(_ call: OperatorCall) throws -> ImportedValue {
    let x = try call.channelsLast(0)
    let size = call.integer("size", usual: 1)
    guard x.shape.rank == 4, (1...1 << 16).contains(size) else {
      throw call.unsupported("size", expected: "1 to 65536 channels of images", found: "\(size)")
    }
    let (alpha, beta) = (call.number("alpha", usual: 1e-4), call.number("beta", usual: 0.75))
    let bias = call.number("bias", usual: 1)
    // Channels as columns, so that a window of a pool runs over them; its mean times its size is the sum.
    let (b, h, w) = (x.shape[0], x.shape[1], x.shape[2])
    let before = (size - 1) / 2
    let wide = try (x * x).padded(
      before: [0, 0, 0, before], after: [0, 0, 0, size - 1 - before])
    let rows = try TensorShape(checking: [b, h, w]).count
    let squares = try wide.reshaped(to: TensorShape(checking: [rows, 1, wide.shape[3], 1]))
    let window = Window(rows: WindowAxis(size: 1), columns: WindowAxis(size: size))
    let means = try Ops.AveragePool(window)(squares).reshaped(to: x.shape)
    let base = try means * alpha + bias
    return .computed(
      .init(node: try x / (base.log() * beta).exp(), isChannelsLast: true))
  }
}
