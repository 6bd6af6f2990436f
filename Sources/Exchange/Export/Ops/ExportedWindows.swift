import Engine
import Networks

extension Window {
  /// As ONNX has them: all before, then all after.
  fileprivate var attributes: [String: ONNXAttribute] {
    [
      "kernel_shape": .integers([rows.size, columns.size]),
      "strides": .integers([rows.stride, columns.stride]),
      "pads": .integers([rows.before, columns.before, rows.after, columns.after]),
    ]
  }

  fileprivate var dilations: ONNXAttribute { .integers([rows.dilation, columns.dilation]) }
}

extension Ops.Convolution: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    var attributes = window.attributes
    attributes["dilations"] = window.dilations
    attributes["group"] = .integer(groups)
    let input = try export.name(of: call.inputs[0], .channelsFirst)
    // From [height, width, channels, filters] to [filters, channels, height, width].
    let kernel = try export.permuted(call.inputs[1], [3, 2, 0, 1])
    return (export.add("Conv", [input, kernel], attributes), .channelsFirst)
  }
}

extension Ops.ConvolutionInputGradient: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    guard groups == 1 else {
      throw Problem.shape(
        Self.name, expected: "a transposed convolution without groups", found: "\(groups) groups")
    }
    let from = export.extents(of: call.inputs[0])
    var attributes = window.attributes
    attributes["dilations"] = window.dilations
    // What the strides alone would not reach.
    func rest(_ axis: WindowAxis, _ size: Int, _ windows: Int?) -> Int {
      let reached = ((windows ?? 1) - 1) * axis.stride + (axis.size - 1) * axis.dilation + 1
      return size - (reached - axis.before - axis.after)
    }
    attributes["output_padding"] = .integers([
      rest(window.rows, height, from.known[1]), rest(window.columns, width, from.known[2]),
    ])
    let input = try export.name(of: call.inputs[0], .channelsFirst)
    // From [height, width, made, given] to [given, made, height, width].
    let kernel = try export.permuted(call.inputs[1], [3, 2, 0, 1])
    return (export.add("ConvTranspose", [input, kernel], attributes), .channelsFirst)
  }
}

extension Ops.MaxPool: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let input = try export.name(of: call.inputs[0], .channelsFirst)
    return (export.add("MaxPool", [input], window.attributes), .channelsFirst)
  }
}

extension Ops.AveragePool: ExportedOp {
  /// Cells outside of the image count on neither side, which is ONNX's usual too.
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let input = try export.name(of: call.inputs[0], .channelsFirst)
    return (export.add("AveragePool", [input], window.attributes), .channelsFirst)
  }
}
