import Engine

/// One axis along which numbers are moved: how many there are, and how far apart they lie before and after.
struct SwiftAxis {
  var count: Int
  var from: Int
  var to: Int
}

extension SwiftWriting {
  /// Numbers in another order, or a part of them. What lies already as it should is not moved.
  mutating func moved(
    _ source: Location, _ axes: [SwiftAxis], to shape: TensorShape
  ) -> Value {
    let axes = Self.joined(axes)
    if axes.count <= 1, axes.allSatisfy({ $0.from == 1 && $0.to == 1 }) { return .numbers(source) }
    let location = reserve(shape)
    move(source, axes, to: location)
    return .numbers(location)
  }

  mutating func move(_ source: Location, _ axes: [SwiftAxis], to target: Location) {
    let list = Self.joined(axes).map { "(\($0.count), \($0.from), \($0.to))" }
    call("move", "\(source.text), into: \(target.text), [\(list.joined(separator: ", "))])")
    touch(source)
    touch(target)
  }

  /// A value that repeats along the axes that another does not have, written out.
  mutating func spread(_ source: Int, _ axes: [Int], to shape: TensorShape) throws -> Location {
    let from = try location(of: source)
    var strides = [Int](repeating: 0, count: shape.rank)
    for (axis, stride) in zip(axes, shapes[source].strides) { strides[axis] = stride }
    let target = reserve(shape)
    move(from, SwiftAxis.all(shape, from: strides, to: shape.strides), to: target)
    return target
  }

  /// Fewer axes that mean the same.
  private static func joined(_ axes: [SwiftAxis]) -> [SwiftAxis] {
    axes.filter { $0.count != 1 }.reduce(into: []) { joined, axis in
      guard let outer = joined.last, outer.from == axis.from * axis.count,
        outer.to == axis.to * axis.count
      else { return joined.append(axis) }
      joined[joined.count - 1] = SwiftAxis(
        count: outer.count * axis.count, from: axis.from, to: axis.to)
    }
  }
}

extension SwiftAxis {
  /// All axes of a shape.
  static func all(_ shape: TensorShape, from: [Int], to: [Int]) -> [SwiftAxis] {
    shape.extents.indices.map { SwiftAxis(count: shape[$0], from: from[$0], to: to[$0]) }
  }
}

extension Ops.Broadcast: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    .repeated(source: call.inputs[0], axes: axes)
  }
}

extension Ops.Reshape: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    if case .formula(let formula) = try writing.value(of: call.inputs[0]) {
      return .formula(formula)
    }
    return .numbers(try writing.location(of: call.inputs[0]))
  }
}

extension Ops.Transpose: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let strides = call.inputShapes[0].strides
    return writing.moved(
      try writing.location(of: call.inputs[0]),
      SwiftAxis.all(call.shape, from: order.map { strides[$0] }, to: call.shape.strides),
      to: call.shape)
  }
}

extension Ops.Slice: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let strides = call.inputShapes[0].strides
    let first = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return writing.moved(
      try writing.location(of: call.inputs[0]).moved(by: first),
      SwiftAxis.all(call.shape, from: strides, to: call.shape.strides), to: call.shape)
  }
}

extension Ops.Reverse: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    var strides = call.shape.strides
    let last = (call.shape[axis] - 1) * strides[axis]
    strides[axis] *= -1
    return writing.moved(
      try writing.location(of: call.inputs[0]).moved(by: last),
      SwiftAxis.all(call.shape, from: strides, to: call.shape.strides), to: call.shape)
  }
}

extension Ops.Pad: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let source = try writing.location(of: call.inputs[0])
    let target = writing.reserve(call.shape)
    let strides = call.shape.strides
    let first = zip(before, strides).reduce(0) { $0 + $1.0 * $1.1 }
    writing.call("fill", "\(target.text), \(call.shape.count)) { _ in 0 }")
    let inner = call.inputShapes[0]
    writing.move(
      source, SwiftAxis.all(inner, from: inner.strides, to: strides), to: target.moved(by: first))
    return .numbers(target)
  }
}

extension Ops.Concatenate: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    var sources: [SwiftWriting.Location] = []
    for place in call.inputs { sources.append(try writing.location(of: place)) }
    let target = writing.reserve(call.shape)
    let strides = call.shape.strides
    var first = 0
    for (source, shape) in zip(sources, call.inputShapes) {
      writing.move(
        source, SwiftAxis.all(shape, from: shape.strides, to: strides),
        to: target.moved(by: first))
      first += shape[axis] * strides[axis]
    }
    return .numbers(target)
  }
}
