import Engine
import Networks

extension GraphExport {
  /// Places in a table, which are numbers here.
  fileprivate mutating func places(_ place: Int) throws -> String {
    add("Cast", [try name(of: place)], ["to": .integer(7)])
  }
}

extension Ops.Gather: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let names = [try export.name(of: call.inputs[0]), try export.places(call.inputs[1])]
    return (export.add("Gather", names), .ours)
  }
}

extension Ops.Place: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let ends = export.weight("off_and_on", try Tensor([2], [0, 1]))
    let hot = export.add(
      "OneHot", [try export.places(call.inputs[1]), export.integers([classes]), ends])
    let values = export.add(
      "Unsqueeze", [try export.name(of: call.inputs[0]), export.integers([1])])
    return (export.add("Mul", [hot, values]), .ours)
  }
}

extension Ops.Causal: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let extents = call.extents.known
    guard let steps = extents[extents.count - 1] else {
      throw Problem.shape(
        Self.name, expected: "steps that do not depend on the batch", found: "some")
    }
    var seen = Tensor(repeating: 0, shape: [steps, steps])
    for row in 0..<steps { for column in 0...row { seen.values[row * steps + column] = 1 } }
    let mask = export.add(
      "Cast", [export.weight("steps_seen_\(steps)", seen)], ["to": .integer(9)])
    let names = [mask, try export.name(of: call.inputs[0]), export.number(Self.excluded)]
    return (export.add("Where", names), .ours)
  }
}

extension Ops.LeaveOut: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let (scores, mask) = (call.extents, export.extents(of: call.inputs[1]))
    guard let steps = scores.known[1], let columns = scores.known[2] else {
      throw Problem.shape(
        Self.name, expected: "steps that do not depend on the batch", found: "some")
    }
    let heads = scores.multiples[0] / max(1, mask.multiples[0])
    let kept = export.add(
      "Unsqueeze",
      [
        export.add("Greater", [try export.name(of: call.inputs[1]), export.number(0.5)]),
        export.integers([1]),
      ])
    let apart = export.add(
      "Reshape",
      [try export.name(of: call.inputs[0]), export.integers([-1, heads * steps, columns])])
    let chosen = export.add("Where", [kept, apart, export.number(Ops.Causal.excluded)])
    return (
      export.add("Reshape", [chosen, export.integers([-1, steps, columns])]), .ours
    )
  }
}
