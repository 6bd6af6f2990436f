import Engine

/// The loss of a graph by its definitions, in 64 bits, with one number moved. Only the cells that read
/// the moved number, directly or through others, are computed anew.
struct Reevaluation {
  private let graph: Graph
  private let loss: Node
  private let order: [Int]
  /// The values when nothing is moved, by node.
  private let base: [Int: [Double]]

  /// The cells of a node that depend on a moved number, and what they come to.
  private struct Changed {
    var cells: [Int]
    var values: [MovedNumber]
    /// For each cell of the node: its place among the changed ones, or −1.
    private let places: [Int32]

    init(_ cells: [Int], _ values: [MovedNumber], of count: Int) {
      (self.cells, self.values) = (cells, values)
      var places = [Int32](repeating: -1, count: count)
      for (place, cell) in cells.enumerated() { places[cell] = Int32(place) }
      self.places = places
    }

    subscript(cell: Int) -> MovedNumber? {
      let place = places[cell]
      return place < 0 ? nil : values[Int(place)]
    }

    func contains(_ cell: Int) -> Bool { places[cell] >= 0 }
  }

  /// What moving a number did.
  struct Outcome {
    /// The loss at every move.
    let loss: MovedNumber
    /// For each step: the first value that was decided in different ways.
    let kinks: [String?]
  }

  /// - Throws: `Problem` when an input or variable has no value.
  init(_ graph: Graph, loss: Node, feeds: [String: [Double]]) throws {
    self.graph = graph
    self.loss = loss
    order = graph.needed(for: [loss.id])
    let values = try graph.evaluate(order.map { Node(graph: graph, id: $0) }, feeding: feeds)
    base = Dictionary(zip(order, values)) { first, _ in first }
  }

  /// Moves one element of a node.
  func outcome(moving node: Int, _ element: Int) -> Outcome {
    let original = base[node]?[element] ?? .nan
    var kinks = [String?](repeating: nil, count: Difference.steps.count)
    var changed = [
      node: Changed(
        [element], [MovedNumber(original, by: Difference.steps)], of: base[node]?.count ?? 0)
    ]
    for id in order where id != node {
      let record = graph.records[id]
      guard case .op(let op) = record.source,
        record.inputs.contains(where: { changed[$0] != nil })
      else { continue }
      let cells = dependent(id, op, changed)
      guard !cells.isEmpty else { continue }
      let values = values(id, op, cells, changed)
      changed[id] = Changed(cells, values, of: record.shape.count)
      for place in kinks.indices where kinks[place] == nil {
        guard let first = values.firstIndex(where: { $0.isParted(place) }) else { continue }
        let position = record.shape.position(ofFlatIndex: cells[first]).map { "\($0 + 1)" }
        kinks[place] =
          Node(graph: graph, id: id).description
          + (position.isEmpty ? "" : " at \(position.joined(separator: ","))")
      }
    }
    let result = changed[loss.id]?[0] ?? MovedNumber(base[loss.id]?[0] ?? .nan)
    return Outcome(loss: result, kinks: kinks)
  }

  // MARK: Which cells

  /// The cells of a result that read a changed number. Where cells share their work, each may.
  private func dependent(_ id: Int, _ op: any Op, _ changed: [Int: Changed]) -> [Int] {
    let record = graph.records[id]
    let count = record.shape.count
    if type(of: op).cellsShareWork { return Array(0..<count) }
    if op is any ElementwiseOp {
      let known = record.inputs.compactMap { changed[$0]?.cells }
      return known.count == 1 ? known[0] : Set(known.joined()).sorted()
    }
    let watch = Watch()
    let inputs = record.inputs.map { input in
      let (values, changed) = (base[input] ?? [], changed[input])
      guard let changed else {
        return Elements(shape: graph.records[input].shape, values: values)
      }
      return Elements<Double>(shape: graph.records[input].shape) { cell in
        if changed.contains(cell) { watch.hasRead = true }
        return values[cell]
      }
    }
    let special = op as? any SpecializedOp
    return (0..<count).filter { cell in
      watch.hasRead = false
      _ = special?.value(at: cell, of: inputs) ?? op.value(at: cell, inputs)
      return watch.hasRead
    }
  }

  /// Tells whether a definition has read a changed number.
  private final class Watch { var hasRead = false }

  // MARK: Values

  private func values(
    _ id: Int, _ op: any Op, _ cells: [Int], _ changed: [Int: Changed]
  ) -> [MovedNumber] {
    let record = graph.records[id]
    let inputs = record.inputs.map { input in
      let (values, changed) = (base[input] ?? [], changed[input])
      return Elements<MovedNumber>(shape: graph.records[input].shape) { cell in
        changed?[cell] ?? MovedNumber(values[cell])
      }
    }
    let special = op as? any SpecializedOp
    if type(of: op).cellsShareWork {
      let count = record.shape.count
      return special?.values(of: inputs, count: count) ?? op.values(inputs, count: count)
    }
    return cells.map { special?.value(at: $0, of: inputs) ?? op.value(at: $0, inputs) }
  }
}
