import Engine

/// A way to lay the numbers of a tensor anew that can be taken back, so that one list of them says both ways.
enum Turn {
  /// The axes in another order.
  case axes([Int])
  /// Another shape of as many numbers.
  case shape(from: TensorShape, to: TensorShape)
  /// Along the first axis, for each place the one its numbers come from.
  case rows([Int])

  /// What takes it back.
  var inverse: Turn {
    switch self {
    case .axes(let order): .axes(Self.inverse(order))
    case .shape(let from, let to): .shape(from: to, to: from)
    case .rows(let order): .rows(Self.inverse(order))
    }
  }

  private static func inverse(_ order: [Int]) -> [Int] {
    var result = order
    for (place, from) in order.enumerated() { result[from] = place }
    return result
  }
}

extension [Turn] {
  /// What takes all of them back.
  var inverse: [Turn] { reversed().map(\.inverse) }
}

extension TensorShape {
  /// As it is after turns of a tensor of this shape.
  func turned(by turns: [Turn]) throws(Problem) -> TensorShape {
    var shape = self
    for turn in turns {
      switch turn {
      case .axes(let order):
        let extents = shape.extents
        shape = try TensorShape(checking: order.map { extents[$0] })
      case .shape(_, let to): shape = to
      case .rows: break
      }
    }
    return shape
  }
}

extension Tensor {
  /// Laid anew, one turn after the other, each of which fits its shape.
  func turned(by turns: [Turn]) throws(Problem) -> Tensor {
    var tensor = self
    for turn in turns {
      switch turn {
      case .axes(let order): tensor = try tensor.transposed(order)
      case .shape(_, let to): tensor = try tensor.reshaped(to.extents)
      case .rows(let order): tensor = tensor.withRows(order)
      }
    }
    return tensor
  }

  private func withRows(_ order: [Int]) -> Tensor {
    let width = shape.count / max(1, order.count)
    var tensor = self
    tensor.values.removeAll(keepingCapacity: true)
    for row in order { tensor.values += values[row * width..<(row + 1) * width] }
    return tensor
  }
}
