import Engine
import Networks

/// An op that makes one number of neighbouring axes.
private protocol ExportedReduction: ExportedOp {
  static var operation: String { get }
  var axes: Range<Int> { get }
}

extension ExportedReduction {
  /// The axes are a value since version 18, of sums since 13, before that an attribute.
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let isFirst = export.isChannelsFirst(call.inputs[0]) && axes == 1..<3
    let input = try export.name(of: call.inputs[0], isFirst ? .channelsFirst : .ours)
    let list = isFirst ? [2, 3] : Array(axes)
    if export.opset >= 18 || Self.operation == "ReduceSum" {
      return (
        export.add(Self.operation, [input, export.integers(list)], ["keepdims": .integer(0)]),
        .ours
      )
    }
    return (
      export.add(Self.operation, [input], ["axes": .integers(list), "keepdims": .integer(0)]),
      .ours
    )
  }
}

extension Ops.Sum: ExportedReduction { fileprivate static var operation: String { "ReduceSum" } }
extension Ops.Mean: ExportedReduction { fileprivate static var operation: String { "ReduceMean" } }
extension Ops.Largest: ExportedReduction {
  fileprivate static var operation: String { "ReduceMax" }
}
extension Ops.LogSumExp: ExportedReduction {
  fileprivate static var operation: String { "ReduceLogSumExp" }
}

extension Ops.ArgMax: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    guard axes.count == 1 else {
      throw Problem.shape(Self.name, expected: "one axis", found: "\(axes)")
    }
    let place = export.add(
      "ArgMax", [try export.name(of: call.inputs[0])],
      ["axis": .integer(axes.lowerBound), "keepdims": .integer(0)])
    return (export.add("Cast", [place], ["to": .integer(1)]), .ours)
  }
}

extension Ops.Softmax: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    (export.add("Softmax", [try export.name(of: call.inputs[0])], ["axis": .integer(-1)]), .ours)
  }
}

extension Ops.LogSoftmax: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    (
      export.add("LogSoftmax", [try export.name(of: call.inputs[0])], ["axis": .integer(-1)]),
      .ours
    )
  }
}
