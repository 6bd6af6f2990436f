import Engine
import Networks

extension Ops.Reshape: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let input = try export.name(of: call.inputs[0])
    let open = call.extents.known.filter { $0 == nil }.count
    // One extent may be left for ONNX to find.
    let target =
      open <= 1
      ? export.integers(call.extents.known.map { $0 ?? -1 }) : try export.shapeTensor(call.extents)
    return (export.add("Reshape", [input, target]), .ours)
  }
}

extension Ops.Transpose: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let input = try export.name(of: call.inputs[0])
    return (export.add("Transpose", [input], ["perm": .integers(order)]), .ours)
  }
}

extension Ops.Slice: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let whole = export.extents(of: call.inputs[0])
    // Axes that are kept whole need no word, such as the batch.
    let cut = starts.indices.filter {
      starts[$0] != 0 || call.extents.known[$0] != whole.known[$0]
        || call.extents.multiples[$0] != whole.multiples[$0]
    }
    let input = try export.name(of: call.inputs[0])
    guard !cut.isEmpty else { return (export.add("Identity", [input]), .ours) }
    let ends = try cut.map { axis in
      guard let extent = call.extents.known[axis] else {
        throw Problem.shape(
          Self.name, expected: "parts of which none depends on the batch", found: "axis \(axis)")
      }
      return starts[axis] + extent
    }
    let names = [
      input, export.integers(cut.map { starts[$0] }), export.integers(ends), export.integers(cut),
    ]
    return (export.add("Slice", names), .ours)
  }
}

extension Ops.Reverse: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let names = [
      try export.name(of: call.inputs[0]), export.integers([-1]), export.integers([.min]),
      export.integers([axis]), export.integers([-1]),
    ]
    return (export.add("Slice", names), .ours)
  }
}

extension Ops.Pad: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let isFirst = export.isChannelsFirst(call.inputs[0])
    let order = isFirst ? [0, 3, 1, 2] : Array(before.indices)
    let input = try export.name(of: call.inputs[0], isFirst ? .channelsFirst : .ours)
    let pads = export.integers(order.map { before[$0] } + order.map { after[$0] })
    return (export.add("Pad", [input, pads]), isFirst ? .channelsFirst : .ours)
  }
}

extension Ops.Concatenate: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let isFirst = call.inputs.contains(where: export.isChannelsFirst)
    let layout: GraphExport.Layout = isFirst ? .channelsFirst : .ours
    let names = try call.inputs.map { try export.name(of: $0, layout) }
    let place = isFirst ? [0, 2, 3, 1][axis] : axis
    return (export.add("Concat", names, ["axis": .integer(place)]), layout)
  }
}
