import Engine

extension Ops.Gather: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let table = try writing.location(of: call.inputs[0])
    let places = try writing.location(of: call.inputs[1])
    let result = writing.reserve(call.shape)
    let (rows, width) = (call.inputShapes[0][0], call.inputShapes[0][1])
    writing.call(
      "gather",
      "\(table.text), \(places.text), into: \(result.text), count: \(call.inputShapes[1].count), "
        + "rows: \(rows), width: \(width))")
    for location in [table, places, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.Place: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let numbers = try writing.location(of: call.inputs[0])
    let places = try writing.location(of: call.inputs[1])
    let result = writing.reserve(call.shape)
    writing.call(
      "fill",
      "\(result.text), rows: \(call.shape[0]), columns: \(classes)) { i, c in "
        + "\(places.text(at: "i / \(classes)")) == Float(c) "
        + "? \(numbers.text(at: "i / \(classes)")) : 0 }")
    for location in [numbers, places, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.Causal: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let source = try writing.location(of: call.inputs[0])
    let result = writing.reserve(call.shape)
    let steps = call.shape[call.shape.rank - 1]
    writing.call(
      "fill",
      "\(result.text), rows: \(call.shape.count / max(1, steps)), columns: \(steps)) { i, c in "
        + "c <= i / \(steps) % \(steps) ? \(source.text(at: "i")) "
        + ": \(Float(Self.excluded).swift) }")
    for location in [source, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.LeaveOut: SwiftOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let scores = try writing.location(of: call.inputs[0])
    let mask = try writing.location(of: call.inputs[1])
    let result = writing.reserve(call.shape)
    // One example has one row of the mask.
    let columns = call.shape[2]
    writing.call(
      "fill",
      "\(result.text), rows: \(call.shape.count / max(1, columns)), columns: \(columns)) { i, c in "
        + "\(mask.text(at: "c")) > 0.5 ? \(scores.text(at: "i")) "
        + ": \(Float(Ops.Causal.excluded).swift) }")
    for location in [scores, mask, result] { writing.touch(location) }
    return .numbers(result)
  }
}
