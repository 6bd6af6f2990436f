import Engine
import Networks

/// An op that makes one number of neighbouring axes.
private protocol SwiftReduction: SwiftOp {
  /// Which function computes it.
  static var function: String { get }
  var axes: Range<Int> { get }
}

extension SwiftReduction {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let source = try writing.location(of: call.inputs[0])
    let extents = call.inputShapes[0].extents
    func count(_ range: Range<Int>) -> Int { extents[range].reduce(1, *) }
    let (outer, extent) = (count(0..<axes.lowerBound), count(axes))
    let result = writing.reserve(call.shape)
    writing.call(
      Self.function,
      "\(source.text), into: \(result.text), outer: \(outer), count: \(extent), "
        + "inner: \(count(axes.upperBound..<extents.count)))")
    for location in [source, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.Sum: SwiftReduction { fileprivate static var function: String { "sum" } }
extension Ops.Mean: SwiftReduction { fileprivate static var function: String { "mean" } }
extension Ops.Largest: SwiftReduction { fileprivate static var function: String { "largest" } }
extension Ops.LogSumExp: SwiftReduction { fileprivate static var function: String { "logSumExp" } }
extension Ops.ArgMax: SwiftReduction {
  fileprivate static var function: String { "placeOfLargest" }
}

/// An op on the rows along the last axis.
private protocol SwiftRowOp: SwiftOp {
  static var function: String { get }
}

extension SwiftRowOp {
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let source = try writing.location(of: call.inputs[0])
    let result = writing.reserve(call.shape)
    let columns = call.shape[call.shape.rank - 1]
    writing.call(
      Self.function,
      "\(source.text), into: \(result.text), rows: \(call.shape.count / max(1, columns)), "
        + "columns: \(columns))")
    for location in [source, result] { writing.touch(location) }
    return .numbers(result)
  }
}

extension Ops.Softmax: SwiftRowOp { fileprivate static var function: String { "softmax" } }
extension Ops.LogSoftmax: SwiftRowOp { fileprivate static var function: String { "logSoftmax" } }
