/// How windows lie along one axis of an image.
package struct WindowAxis: Sendable, Hashable {
  /// How many cells a window has.
  package let size: Int
  /// From one window to the next.
  package let stride: Int
  /// From one cell of a window to the next.
  package let dilation: Int
  /// Empty cells before the first and after the last of the image.
  package let before, after: Int

  /// Settings are checked where the window meets an image.
  package init(size: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0) {
    (self.size, self.stride, self.dilation) = (size, stride, dilation)
    (self.before, self.after) = (before, after)
  }

  /// As many windows as strides fit into the input, ⌈input / stride⌉, with the smallest padding that
  /// allows it; the odd cell comes after. This is Keras's and TensorFlow's `same`.
  package init(size: Int, stride: Int = 1, dilation: Int = 1, coveringAll input: Int) {
    let plain = WindowAxis(size: size, stride: stride, dilation: dilation)
    guard plain.isInRange, (1...Self.limit).contains(input) else {
      self = plain
      return
    }
    let missing = max(0, (input - 1) / stride * stride + plain.span - input)
    self.init(
      size: size, stride: stride, dilation: dilation, before: missing / 2,
      after: missing - missing / 2)
  }

  /// From the first cell of a window to the last, both counted.
  var span: Int { (size - 1) * dilation + 1 }

  /// Below it no sum or product of settings overflows.
  static let limit = 1 << 30

  private var isInRange: Bool {
    [size, stride, dilation].allSatisfy((1...Self.limit).contains)
      && (0...Self.limit * Self.limit).contains(before)
      && (0...Self.limit * Self.limit).contains(after)
  }

  /// How many windows there are over an input of this extent.
  /// - Throws: ``Problem`` for settings out of range or a window larger than the padded input.
  package func count(checking input: Int, _ axis: String) throws -> Int {
    guard isInRange, (1...Self.limit).contains(input) else {
      throw Problem.shape(
        "window", expected: "a \(axis), window, stride and dilation of at least 1, none above 2³⁰",
        found: "\(axis) \(input), window \(size), stride \(stride), dilation \(dilation), "
          + "padding \(before) and \(after)")
    }
    guard span <= before + input + after else {
      throw Problem.shape(
        "window", expected: "a window that fits into the \(axis) of \(before + input + after)",
        found: "one of \(span)",
        fix: "pad with `same`, use a smaller window or give it a larger image")
    }
    return count(over: input)
  }

  /// The same for what has been checked.
  func count(over input: Int) -> Int { (before + input + after - span) / stride + 1 }

  /// Where cell `tap` of a window lies in the input, possibly outside.
  func place(_ window: Int, _ tap: Int) -> Int { window * stride + tap * dilation - before }

  /// The cells of a window that lie inside the input, and where.
  func cells(_ window: Int, over input: Int) -> [(tap: Int, place: Int)] {
    (0..<size).map { ($0, place(window, $0)) }.filter { (0..<input).contains($0.place) }
  }

  /// The windows that have a place of the input among their cells, and as which.
  func windows(on place: Int, of count: Int) -> [(tap: Int, window: Int)] {
    (0..<size).compactMap { tap in
      let distance = place + before - tap * dilation
      guard distance >= 0, distance % stride == 0, distance / stride < count else { return nil }
      return (tap, distance / stride)
    }
  }

}
