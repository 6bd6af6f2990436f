import Engine

// How the numbers of a tensor lie in another order.

/// Numbers that lie in steps along each axis.
struct StridedLayout {
  let extents: [Int]
  /// For each axis how far the next number lies.
  let strides: [Int]
  /// Where the first number lies.
  var offset = 0

  /// Where each number lies, the last axis fastest.
  func forEachPlace(_ body: (Int) -> Void) {
    var position = [Int](repeating: 0, count: extents.count)
    var place = offset
    for _ in 0..<extents.reduce(1, *) {
      body(place)
      for axis in stride(from: extents.count - 1, through: 0, by: -1) {
        position[axis] += 1
        place += strides[axis]
        if position[axis] < extents[axis] { break }
        place -= extents[axis] * strides[axis]
        position[axis] = 0
      }
    }
  }

  /// Where the last number lies; nil for steps backwards, or beyond what can be counted.
  var last: Int? {
    var last = offset
    for (extent, stride) in zip(extents, strides) {
      // The step behind the last is taken too before it is taken back.
      let (span, overflow) = extent.multipliedReportingOverflow(by: stride)
      let (sum, overflowOfSum) = last.addingReportingOverflow(span)
      guard stride >= 0, !overflow, !overflowOfSum else { return nil }
      last = sum - (extent > 0 ? stride : 0)
    }
    return last
  }
}

extension Tensor {
  /// With its axes in another order.
  func transposed(_ order: [Int]) throws(Problem) -> Tensor {
    let layout = StridedLayout(
      extents: order.map { shape[$0] }, strides: order.map { shape.strides[$0] })
    var values: [Float] = []
    values.reserveCapacity(shape.count)
    layout.forEachPlace { values.append(self.values[$0]) }
    return try Tensor(TensorShape(checking: layout.extents), values)
  }

  /// The same numbers in another shape of as many.
  func reshaped(_ extents: [Int]) throws(Problem) -> Tensor {
    try Tensor(TensorShape(checking: extents), values)
  }

  /// Itself if it has a shape.
  func ifShaped(_ shape: TensorShape) -> Tensor? { self.shape == shape ? self : nil }

  /// The first two of the equal parts of its first axis in each other's place.
  /// - Parameter count: of each part along that axis.
  func swappingParts(of count: Int) -> Tensor {
    var tensor = self
    let length = count * (shape.count / max(1, shape[0]))
    guard 2 * length <= values.count else { return self }
    tensor.values.replaceSubrange(
      0..<2 * length, with: values[length..<2 * length] + values[..<length])
    return tensor
  }

  /// Rows that read an image made flat with its channels first, for one with its channels last.
  /// - Parameter image: rows, columns, channels.
  func readingChannelsLast(_ image: TensorShape) throws(Problem) -> Tensor {
    try reshaped([shape[0], image[2], image[0], image[1]]).transposed([0, 2, 3, 1])
      .reshaped([shape[0], image.count])
  }
}
