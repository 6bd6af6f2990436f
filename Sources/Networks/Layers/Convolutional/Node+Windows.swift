public import Engine

// What the convolution and pooling layers do, with a kernel that is given. Images have the shape
// [batch, height, width, channels]; settings that do not fit are thrown as a `Problem` with the path of
// the layer being built.

extension Node {
  /// Weighted sums over windows of these images, [batch, rows, columns, filters].
  ///
  /// - Parameters:
  ///   - kernel: [window's height, window's width, channels ÷ groups, filters].
  ///   - strides: pixels from one window to the next.
  ///   - dilation: pixels from one cell of a window to the next.
  ///   - groups: a filter sees one of so many equal parts of the channels.
  public func convolved(
    with kernel: Node, strides: Extents = 1, padding: Padding = .valid, dilation: Extents = 1,
    groups: Int = 1
  ) throws -> Node {
    let size = kernel.shape.extents
    guard size.count == 4 else {
      throw Problem.shape(
        graph.place(of: "convolution"),
        expected: "a kernel [height, width, channels / groups, filters]", found: "\(kernel.shape)")
    }
    let window = try Extents.window(
      padding, size: Extents(height: size[0], width: size[1]), strides: strides,
      dilation: dilation, over: self, at: graph.place(of: "convolution"))
    return try Ops.Convolution(window, groups: groups)(self, kernel)
  }

  /// The largest number of each window, channel by channel.
  ///
  /// - Parameters:
  ///   - size: height and width of a window, in pixels.
  ///   - strides: pixels from one window to the next; if not given, windows lie side by side.
  public func maxPooled(
    size: Extents = 2, strides: Extents? = nil, padding: Padding = .valid
  ) throws -> Node {
    try Ops.MaxPool(poolWindow(size, strides, padding))(self)
  }

  /// The mean of each window, channel by channel; cells of the padding do not count. Parameters are
  /// those of ``maxPooled(size:strides:padding:)``.
  public func averagePooled(
    size: Extents = 2, strides: Extents? = nil, padding: Padding = .valid
  ) throws -> Node {
    try Ops.AveragePool(poolWindow(size, strides, padding))(self)
  }

  private func poolWindow(
    _ size: Extents, _ strides: Extents?, _ padding: Padding
  ) throws -> Window {
    try Extents.window(
      padding, size: size, strides: strides ?? size, dilation: 1, over: self,
      at: graph.place(of: "pool"))
  }
}
