import Engine

extension WindowAxis {
  /// As the functions take it.
  fileprivate var swift: String {
    "Axis(size: \(size), stride: \(stride), dilation: \(dilation), before: \(before))"
  }
}

extension Window {
  fileprivate var swift: String { "\(rows.swift), \(columns.swift)" }

  /// Whether each window is one cell, and there is one for each cell.
  fileprivate var isCell: Bool {
    [rows, columns].allSatisfy {
      $0.size == 1 && $0.stride == 1 && $0.before == 0 && $0.after == 0
    }
  }
}

extension TensorShape {
  /// The extents of an image without the batch: height, width and channels.
  fileprivate var swiftImage: String { "(\(self[1]), \(self[2]), \(self[3]))" }
}

extension Ops.Convolution: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let image = try writing.location(of: call.inputs[0])
    let kernel = try writing.location(of: call.inputs[1])
    let (from, weights) = (call.inputShapes[0], call.inputShapes[1])
    if window.isCell, groups == 1 {
      let result = writing.reserve(call.shape)
      writing.call(
        "multiply",
        "\(image.text), \(kernel.text), into: \(result.text), rows: \(from[1] * from[2]), "
          + "inner: \(from[3]), columns: \(call.shape[3]))")
      for location in [image, kernel, result] { writing.touch(location) }
      return .numbers(result)
    }
    let result = writing.reserve(call.shape)
    if weights[2] == 1 {
      writing.call(
        "convolveEach",
        "\(image.text), \(from.swiftImage), \(kernel.text), into: \(result.text), "
          + "\(call.shape.swiftImage), \(window.swift))")
    } else {
      // The cells of a row of windows, one window below the other.
      let cells = weights[0] * weights[1] * weights[2]
      let patches = writing.reserve([call.shape[2], cells], "patches")
      writing.call(
        "convolve",
        "\(image.text), \(from.swiftImage), \(kernel.text), into: \(result.text), "
          + "\(call.shape.swiftImage), \(window.swift), groups: \(groups), "
          + "patches: \(patches.text))")
      writing.touch(patches)
    }
    for location in [image, kernel, result] { writing.touch(location) }
    return .numbers(result)
  }
}

/// The transposed convolution.
extension Ops.ConvolutionInputGradient: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let image = try writing.location(of: call.inputs[0])
    let kernel = try writing.location(of: call.inputs[1])
    let result = writing.reserve(call.shape)
    writing.call(
      "spreadWindows",
      "\(image.text), \(call.inputShapes[0].swiftImage), \(kernel.text), into: \(result.text), "
        + "\(call.shape.swiftImage), \(window.swift), groups: \(groups))")
    for location in [image, kernel, result] { writing.touch(location) }
    return .numbers(result)
  }
}

/// An op that makes one number of the cells of each window.
private protocol SwiftPool: SwiftOp {
  static var function: String { get }
  var window: Window { get }
}

extension SwiftPool {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let image = try writing.location(of: call.inputs[0])
    let result = writing.reserve(call.shape)
    writing.call(
      Self.function,
      "\(image.text), \(call.inputShapes[0].swiftImage), into: \(result.text), "
        + "\(call.shape.swiftImage), \(window.swift))")
    for location in [image, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.MaxPool: SwiftPool { fileprivate static var function: String { "largestOfWindows" } }
extension Ops.AveragePool: SwiftPool { fileprivate static var function: String { "meanOfWindows" } }
