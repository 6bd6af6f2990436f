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
}
