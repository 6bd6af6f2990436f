import Engine

/// The loss of a graph by its definitions, in 64 bits, again and again with one number changed. Only
/// the cells that read the changed number, directly or through others, are computed anew.
final class Reevaluation {
  let graph: Graph
  let loss: Node
  private let order: [Int]
  private let base: [Int: [Branched]]
  /// For each op node and input, once asked for: which of its cells read each cell of the input.
  private var readers: [Int: [Readers]] = [:]

  /// The cells that depend on a changed number, in the order they have to be computed.
  typealias Path = [(node: Int, cells: [Int])]

  /// - Throws: `Problem` when an input or variable has no value.
  init(_ graph: Graph, loss: Node, feeds: [String: [Double]]) throws {
    self.graph = graph
    self.loss = loss
    order = graph.needed(for: [loss.id])
    let values = try graph.evaluate(
      order.map { Node(graph: graph, id: $0) },
      feeding: feeds.mapValues { $0.map { Branched($0) } })
    base = Dictionary(zip(order, values)) { first, _ in first }
  }

  // MARK: What depends on what

  /// Everything that depends on one element of a node.
  func path(from node: Int, _ element: Int) -> Path {
    var changed: [Int: [Int]] = [node: [element]]
    var path: Path = []
    for id in order where id != node {
      let inputs = graph.records[id].inputs
      guard inputs.contains(where: { changed[$0] != nil }) else { continue }
      let readers = readers(of: id)
      var cells: Set<Int> = []
      for (place, input) in inputs.enumerated() {
        for cell in changed[input] ?? [] { cells.formUnion(readers[place][cell]) }
      }
      guard !cells.isEmpty else { continue }
      let sorted = cells.sorted()
      changed[id] = sorted
      path.append((id, sorted))
    }
    return path
  }

  private func readers(of id: Int) -> [Readers] {
    if let known = readers[id] { return known }
    let record = graph.records[id]
    guard case .op(let op) = record.source else { return [] }
    let values = record.inputs.map { base[$0] ?? [] }
    let found = Readers.find(
      op, cells: record.shape.count, shapes: record.inputs.map { graph.records[$0].shape },
      values: values)
    readers[id] = found
    return found
  }

  // MARK: Values

  /// The loss with one element of a node moved.
  func loss(moving node: Int, _ element: Int, by step: Double, along path: Path) -> Branched {
    let values = values(moving: node, element, by: step, along: path)
    return (values[loss.id] ?? base[loss.id])?[0] ?? Branched(.nan)
  }

  private func values(
    moving node: Int, _ element: Int, by step: Double, along path: Path
  ) -> [Int: [Branched]] {
    var new: [Int: [Branched]] = [:]
    var moved = base[node] ?? []
    moved[element] = Branched(moved[element].real + step)
    new[node] = moved
    for (id, cells) in path {
      let record = graph.records[id]
      guard case .op(let op) = record.source else { continue }
      let inputs = record.inputs.map {
        Elements(shape: graph.records[$0].shape, values: new[$0] ?? base[$0] ?? [])
      }
      var values = base[id] ?? []
      if type(of: op).cellsShareWork {
        values = op.values(inputs, count: values.count)
      } else {
        for cell in cells { values[cell] = op.value(at: cell, inputs) }
      }
      new[id] = values
    }
    return new
  }

  /// The first value whose decisions differ between two moves: which op, and which of its cells.
  func kink(
    moving node: Int, _ element: Int, between low: Double, and high: Double, along path: Path
  ) -> String? {
    let below = values(moving: node, element, by: low, along: path)
    let above = values(moving: node, element, by: high, along: path)
    for (id, cells) in path {
      guard let a = below[id], let b = above[id],
        let cell = cells.first(where: { a[$0].trail != b[$0].trail })
      else { continue }
      let position = graph.records[id].shape.position(ofFlatIndex: cell).map { "\($0 + 1)" }
      return Node(graph: graph, id: id).description
        + (position.isEmpty ? "" : " at \(position.joined(separator: ","))")
    }
    return nil
  }
}

/// For each cell of an input of an op: the cells of the result whose definition reads it.
struct Readers {
  private var starts: [Int32] = []
  private var cells: [Int32] = []
  /// Every cell of the result, where nobody looked which of them it are.
  private var all: Range<Int>?

  subscript(cell: Int) -> [Int] {
    if let all { return Array(all) }
    return cells[Int(starts[cell])..<Int(starts[cell + 1])].map { Int($0) }
  }

  private init(all: Range<Int>) { self.all = all }

  /// Runs every definition once and watches what it reads; where cells share their work, each may
  /// depend on everything.
  static func find(
    _ op: any Op, cells: Int, shapes: [TensorShape], values: [[Branched]]
  ) -> [Readers] {
    if type(of: op).cellsShareWork { return shapes.map { _ in Readers(all: 0..<cells) } }
    let log = Log(inputs: shapes.count)
    let inputs = shapes.indices.map { place in
      Elements<Branched>(shape: shapes[place]) { index in
        log.reads[place].append((Int32(index), log.cell))
        return values[place][index]
      }
    }
    for cell in 0..<cells {
      log.cell = Int32(cell)
      _ = op.value(at: cell, inputs)
    }
    return shapes.indices.map { Readers(log.reads[$0], count: shapes[$0].count) }
  }

  private final class Log {
    var cell: Int32 = 0
    var reads: [[(input: Int32, cell: Int32)]]
    init(inputs: Int) { reads = Array(repeating: [], count: inputs) }
  }

  /// Sorted by the input's cell, by counting.
  private init(_ reads: [(input: Int32, cell: Int32)], count: Int) {
    starts = [Int32](repeating: 0, count: count + 1)
    for read in reads { starts[Int(read.input) + 1] += 1 }
    for place in 0..<count { starts[place + 1] += starts[place] }
    var next = starts
    cells = [Int32](repeating: 0, count: reads.count)
    for read in reads {
      cells[Int(next[Int(read.input)])] = read.cell
      next[Int(read.input)] += 1
    }
  }
}
