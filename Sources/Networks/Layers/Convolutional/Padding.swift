import Engine

/// What windows do at the edge.
public enum Padding: String, Sendable, CaseIterable {
  /// Windows stay inside.
  case valid
  /// As many windows as strides fit, ⌈extent / stride⌉; the cells added to both sides are zeros, and
  /// do not count for pools. The odd one is added at the end, as in Keras; PyTorch pads evenly.
  case same
  /// Sequences only: zeros before the first step, so that no window sees a later step than its own.
  case causal

  /// Windows along an axis of this extent.
  func axis(size: Int, stride: Int, dilation: Int = 1, over extent: Int) -> WindowAxis {
    switch self {
    case .valid: return WindowAxis(size: size, stride: stride, dilation: dilation)
    case .same:
      return WindowAxis(size: size, stride: stride, dilation: dilation, coveringAll: extent)
    case .causal:
      let (before, overflow) = max(0, size - 1).multipliedReportingOverflow(by: dilation)
      return WindowAxis(
        size: size, stride: stride, dilation: dilation, before: overflow ? .max : before)
    }
  }

  /// Windows over images of shape [batch, height, width, channels].
  /// - Parameter place: of the layer, for errors.
  /// - Throws: `Problem` for other inputs and for `causal`.
  func window(
    size: Extents, strides: Extents, dilation: Extents = 1, over input: Node, at place: String
  ) throws -> Window {
    guard input.shape.rank == 4, self != .causal else {
      throw Problem.shape(
        place,
        expected: "images of shape [batch, height, width, channels], padding valid or same",
        found: "shape \(input.shape), padding \(rawValue)",
        fix: "give grey images a channel axis of extent 1")
    }
    return Window(
      rows: axis(
        size: size.height, stride: strides.height, dilation: dilation.height,
        over: input.shape[1]),
      columns: axis(
        size: size.width, stride: strides.width, dilation: dilation.width, over: input.shape[2]))
  }

  /// Windows over the steps of sequences of shape [batch, steps, channels], seen as images 1 high.
  /// - Parameter place: of the layer, for errors.
  /// - Throws: `Problem` for other inputs.
  func window(
    size: Int, stride: Int, dilation: Int = 1, overSteps input: Node, at place: String
  ) throws -> Window {
    guard input.shape.rank == 3 else {
      throw Problem.shape(
        place, expected: "sequences of shape [batch, steps, channels]",
        found: "shape \(input.shape)",
        fix: input.shape.rank == 4 ? "use the layer for images, whose name ends in 2d" : "")
    }
    return Window(
      rows: WindowAxis(size: 1),
      columns: axis(size: size, stride: stride, dilation: dilation, over: input.shape[1]))
  }
}

extension Padding: Codable {
  /// - Throws: `Problem` listing the names.
  public init(from decoder: any Decoder) throws {
    let choice = try NamedSetting(
      from: decoder, kind: "padding", choices: Self.allCases.map { ($0.rawValue, []) })
    self = Padding(rawValue: choice.name)!
  }

  /// The name.
  public func encode(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }
}

extension Node {
  /// Sequences [batch, steps, channels] as images 1 high.
  func asImages() throws -> Node {
    try reshaped(to: TensorShape(checking: [shape[0], 1, shape[1], shape[2]]))
  }

  /// Images 1 high as sequences.
  func asSequences() throws -> Node {
    try reshaped(to: TensorShape(checking: [shape[0], shape[2], shape[3]]))
  }
}
