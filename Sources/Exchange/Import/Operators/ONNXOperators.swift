import Engine

/// All operators that can be read.
enum ONNXOperators {
  typealias Operator = @Sendable (inout OperatorCall) throws -> [ImportedValue]

  /// The newest version of ONNX's own set whose operators were compared with ours.
  static let newest = 28

  /// By their names in ONNX's own set, others behind the name of theirs.
  static let all: [String: Operator] = [
    elementwise, comparisons, movement, parts, shapes, products, reductions, windows, normalization,
    recurrences, attention, learning, sorting,
  ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

  /// - Throws: `Problem` that lists all operators together that are not known, with counts and names.
  static func check(_ nodes: [ONNXNode], opset: Int) throws {
    let unknown = Dictionary(
      grouping: nodes.filter { all[$0.key] == nil }, by: \.key)
    guard !unknown.isEmpty else { return }
    let list = unknown.sorted { $0.key < $1.key }.map { operation, nodes in
      let names = nodes.map(\.name).filter { !$0.isEmpty }
      let shown = names.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
      return "\(operation), \(nodes.count) time\(nodes.count == 1 ? "" : "s")"
        + (names.isEmpty ? "" : " (\(shown)\(rest))")
    }
    throw Problem(
      .malformed, "operators",
      expected: "only operators that can be read, in a file of operators of version \(opset)",
      found: list.joined(separator: "; "),
      fix: "leave that part of the network out when it is written, or write it with other operators"
    )
  }
}
