import Engine
import Networks

/// Writes the formula of any cell of a recorded cycle, from the definition of its op.
struct CellWriter {
  let reading: AnnotatedCycle
  let recorded: RecordedCycle
  /// Write the forward pass with the new weights?
  let isAgain: Bool
  private let full = Written<SymbolicExpression>()
  private let folded = Written<AbbreviatedExpression>()
  /// Which cell each symbol means; nil where nobody asks.
  private let book: PlaceBook?

  private var graph: Graph { reading.graph }

  init(
    reading: AnnotatedCycle, recorded: RecordedCycle, isAgain: Bool = false,
    book: PlaceBook? = nil
  ) {
    (self.reading, self.recorded, self.isAgain) = (reading, recorded, isAgain)
    self.book = book
  }

  /// The cells that symbols in formulas mean.
  final class PlaceBook {
    fileprivate(set) var places: [String: (node: Int, cell: Int)] = [:]
  }

  /// What was written before: the same cell stands in the formulas of many others.
  private final class Written<N: SymbolicExpressionNumber> {
    /// By node and cell: symbols, and formulas that stand inside others.
    var cells: [Int: [Int: N]] = [:]
    /// All cells of nodes whose cells share their work.
    var nodes: [Int: [N]] = [:]
  }

  /// The engine's number.
  func value(_ id: Int, _ cell: Int) -> Float {
    switch graph.records[id].source {
    case .variable(let variable):
      (isAgain ? recorded.after : recorded.before)[variable.name]?[cell] ?? .nan
    case .constant(let value): Float(value)
    default: (isAgain ? recorded.valuesAgain : recorded.values)[id]?[cell] ?? .nan
    }
  }

  /// The symbol of a cell; what the new weights change has a prime the second time.
  func symbol(_ id: Int, _ cell: Int) -> String {
    guard var symbol = reading.symbol(id, cell) else { return "?" }
    if isAgain {
      switch graph.records[id].source {
      case .input: break
      default: symbol.base += "′"
      }
    }
    return symbol.text
  }

  /// The formula of a cell with long sums shortened.
  func shortened(_ id: Int, _ cell: Int) -> SymbolicExpression {
    definition(id, cell, folded).written
  }

  /// The formula of a cell with every term.
  func whole(_ id: Int, _ cell: Int) -> SymbolicExpression { definition(id, cell, full) }

  /// What the network's output is to a reader: a symbol, or the formula of one that has none.
  func output(_ cell: Int) -> SymbolicExpression {
    reference(reading.cycle.output.id, cell, full)
  }

  private func definition<N: SymbolicExpressionNumber>(
    _ id: Int, _ cell: Int, _ written: Written<N>
  ) -> N {
    guard case .op(let op) = graph.records[id].source else { return reference(id, cell, written) }
    if let all = written.nodes[id] { return all[cell] }
    let inputs = graph.records[id].inputs.map { input in
      Elements<N>(shape: graph.records[input].shape) { reference(input, $0, written) }
    }
    if let op = op as? any StepwiseOp {
      let results = Elements<N>(shape: graph.records[id].shape) { reference(id, $0, written) }
      return op.value(at: cell, inputs, results: results)
    }
    guard type(of: op).cellsShareWork else { return op.value(at: cell, inputs) }
    let all = op.values(inputs, count: graph.records[id].shape.count)
    written.nodes[id] = all
    return all[cell]
  }

  private func reference<N: SymbolicExpressionNumber>(
    _ id: Int, _ cell: Int, _ written: Written<N>
  ) -> N {
    if let known = written.cells[id]?[cell] { return known }
    let new: N
    if reading.masks.contains(id) {
      new = N(Double(value(id, cell)))
    } else if reading.inlined.contains(id) && reading.op(id) != nil
      || reading.isWithoutName(id, cell)
    {
      new = definition(id, cell, written)
    } else if case .constant(let value) = graph.records[id].source {
      return N(value)
    } else {
      let symbol = symbol(id, cell)
      book?.places[symbol] = (id, cell)
      new = N(.variable(symbol, Double(value(id, cell))))
    }
    written.cells[id, default: [:]][cell] = new
    return new
  }
}
