import Engine

extension SwiftWriting {
  /// The right side of a product as the loops read it, [inner, columns]: a weight is stored so, what is computed
  /// is turned.
  fileprivate mutating func rightSide(
    _ call: SwiftCall, isTransposed: Bool
  ) throws -> Location {
    let place = call.inputs[1]
    let shape = call.inputShapes[1]
    guard isTransposed else { return try location(of: place) }
    let rank = shape.rank
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    if let tensor = try tensor(of: place) {
      return stored(try tensor.transposed(order), of: place, as: "transposed")
    }
    let turned = try TensorShape(checking: order.map { shape[$0] })
    let source = try location(of: place)
    let target = reserve(turned, "turned")
    move(
      source, SwiftAxis.all(turned, from: order.map { shape.strides[$0] }, to: turned.strides),
      to: target)
    return target
  }
}

extension Ops.MatrixProduct: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let left = try writing.location(of: call.inputs[0])
    let right = try writing.rightSide(call, isTransposed: transposesB)
    let product = writing.reserve(call.shape)
    let (rows, columns) = (call.shape[0], call.shape[1])
    let inner = call.inputShapes[0][transposesA ? 0 : 1]
    writing.call(
      "multiply",
      "\(left.text), \(right.text), into: \(product.text), rows: \(rows), inner: \(inner), "
        + "columns: \(columns)" + (transposesA && rows > 1 ? ", leftIsTurned: true" : "") + ")")
    for location in [left, right, product] { writing.touch(location) }
    return .numbers(product)
  }
}

extension Ops.BatchedMatrixProduct: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let left = try writing.location(of: call.inputs[0])
    let right = try writing.rightSide(call, isTransposed: transposesB)
    let product = writing.reserve(call.shape)
    let (count, rows, columns) = (call.shape[0], call.shape[1], call.shape[2])
    let inner = call.inputShapes[0][transposesA ? 1 : 2]
    writing.uses(["multiply"])
    writing.emit("for n in 0..<\(count) {")
    writing.emit(
      "  multiply(\(left.text) + n * \(rows * inner), \(right.text) + n * \(inner * columns), "
        + "into: \(product.text) + n * \(rows * columns), rows: \(rows), inner: \(inner), "
        + "columns: \(columns)" + (transposesA && rows > 1 ? ", leftIsTurned: true" : "") + ")")
    writing.emit("}")
    for location in [left, right, product] { writing.touch(location) }
    return .numbers(product)
  }
}
