import Engine
import Networks

extension Ops.MatrixProduct: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let names = try call.inputs.map { try export.name(of: $0) }
    guard transposesA || transposesB else { return (export.add("MatMul", names), .ours) }
    return (
      export.add(
        "Gemm", names,
        [
          "transA": .integer(transposesA ? 1 : 0), "transB": .integer(transposesB ? 1 : 0),
        ]), .ours
    )
  }
}

extension Ops.BatchedMatrixProduct: ExportedOp {
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let names = try zip(call.inputs, [transposesA, transposesB]).map { place, isTransposed in
      let name = try export.name(of: place)
      return isTransposed
        ? export.add("Transpose", [name], ["perm": .integers([0, 2, 1])]) : name
    }
    return (export.add("MatMul", names), .ours)
  }
}

extension GraphExport {
  /// A value with its axes in another order; of a weight the numbers themselves are.
  mutating func permuted(_ place: Int, _ order: [Int]) throws -> String {
    if let tensor = tensor(of: place), let name = variable(of: place) {
      return weight(name, try tensor.transposed(order))
    }
    return add("Transpose", [try name(of: place)], ["perm": .integers(order)])
  }
}
