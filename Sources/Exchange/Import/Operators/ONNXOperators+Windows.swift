import Engine
import Networks

extension ONNXOperators {
  static let windows: [String: Operator] = [
    "Conv": { call in [try convolution(call)] },
    "ConvTranspose": { call in [try transposedConvolution(call)] },
    "MaxPool": { call in
      guard call.node.outputs.count < 2 || call.node.outputs[1].isEmpty else {
        throw call.unsupported("MaxPool", expected: "one result", found: "the places too")
      }
      return [try pool(call, .largest)]
    },
    "AveragePool": { call in
      [try pool(call, .mean(isPaddingCounted: call.integer("count_include_pad", usual: 0) == 1))]
    },
    "Resize": { call in [try resize(call)] },
    "Upsample": { call in [try resize(call)] },
  ]

  private static func pool(_ call: OperatorCall, _ kind: WindowedImages.Pool) throws
    -> ImportedValue
  {
    let images = try WindowedImages(call)
    return images.result(try images.pooled(call, images.axes(call, kernel: nil), kind))
  }

  private static func convolution(_ call: OperatorCall) throws -> ImportedValue {
    let images = try WindowedImages(call)
    let kernel = try call.value(1).shape
    guard kernel.rank == images.rank else {
      throw Problem.shape("weights", expected: "\(images.rank) axes", found: "\(kernel)")
    }
    let axes = try images.axes(call, kernel: Array(kernel.extents[2...]))
    let groups = call.integer("group", usual: 1)
    let y =
      axes.count == 3
      ? try deepConvolution(call, images.node, axes, groups)
      : try images.own(
        Ops.Convolution(WindowedImages.window(axes), groups: groups)(
          images.flat, flatKernel(call)))
    return images.result(try biased(call, y))
  }

  private static func biased(_ call: OperatorCall, _ y: Node) throws -> Node {
    call.has(2)
      ? try y + call.weight(2).repeated(to: y.shape, axes: [y.shape.rank - 1]) : y
  }

  /// From [made, given, height, width] to [height, width, given, made]; a transposed convolution's from
  /// [given, made, height, width] to [height, width, made, given].
  private static func flatKernel(_ call: OperatorCall) throws -> Node {
    try call.input(1, as: "kernel") { kernel in
      let wide =
        kernel.shape.rank == 3
        ? try kernel.reshaped(
          to: TensorShape(checking: [kernel.shape[0], kernel.shape[1], 1, kernel.shape[2]]))
        : kernel
      return try wide.transposed(order: [2, 3, 1, 0])
    }
  }

  /// Over volumes: the sum of flat convolutions, one for each place of the kernel's depth.
  private static func deepConvolution(
    _ call: OperatorCall, _ x: Node, _ axes: [WindowAxis], _ groups: Int
  ) throws -> Node {
    let depth = axes[0]
    let count = try depth.count(checking: x.shape[1], "depth")
    guard depth.size <= 64 else {
      throw call.unsupported("kernel_shape", expected: "a depth up to 64", found: "\(depth.size)")
    }
    let wide = try x.padded(
      before: [0, depth.before, 0, 0, 0], after: [0, depth.after, 0, 0, 0])
    let flat = try TensorShape(
      checking: [
        TensorShape(checking: [x.shape[0], count]).count, x.shape[2], x.shape[3], x.shape[4],
      ])
    let op = Ops.Convolution(WindowedImages.window(Array(axes.dropFirst())), groups: groups)
    var sum: Node?
    for tap in 0..<depth.size {
      let kernel = try call.input(1, as: "kernel of depth \(tap)") { kernel in
        let extents = kernel.shape.extents
        return try kernel.part(2, tap, 1)
          .reshaped(to: TensorShape(checking: [extents[0], extents[1], extents[3], extents[4]]))
          .transposed(order: [2, 3, 1, 0])
      }
      let images = try call.taken(wide, 1, count: count) {
        $0 * depth.stride + tap * depth.dilation
      }
      let part = try op(images.reshaped(to: flat), kernel)
      sum = try sum.map { try $0 + part } ?? part
    }
    guard let sum else { throw Problem.shape("kernel", expected: "a depth", found: "none") }
    return try sum.reshaped(
      to: TensorShape(checking: [x.shape[0], count] + sum.shape.extents.dropFirst()))
  }

  private static func transposedConvolution(_ call: OperatorCall) throws -> ImportedValue {
    let images = try WindowedImages(call)
    let kernelShape = try call.value(1).shape
    guard kernelShape.rank == images.rank, images.rank <= 4 else {
      throw call.unsupported(
        "weights", expected: "\(images.rank) axes, over images or series", found: "\(kernelShape)")
    }
    let places = try TransposedWindows(call, images.extents, Array(kernelShape.extents[2...]))
    let op = Ops.ConvolutionInputGradient(
      WindowedImages.window(places.axes), groups: call.integer("group", usual: 1),
      height: places.made.count == 2 ? places.made[0] : 1, width: places.made.last ?? 1)
    let y = try images.own(op(images.flat, flatKernel(call)))
    return images.result(try biased(call, y))
  }
}
