import Engine
import Networks

/// Writes the formula of any cell of a recorded cycle, from the definition of its op.
struct CellWriter {
  let reading: AnnotatedCycle
  let recorded: RecordedCycle
  /// Write the forward pass with the new weights?
  var isAgain = false

  private var graph: Graph { reading.graph }

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
  func folded(_ id: Int, _ cell: Int) -> SymbolicExpression {
    (definition(id, cell) as AbbreviatedExpression).written
  }

  /// The formula of a cell with every term.
  func full(_ id: Int, _ cell: Int) -> SymbolicExpression { definition(id, cell) }

  /// What the network's output is to a reader: a symbol, or the formula of one that has none.
  func output(_ cell: Int) -> SymbolicExpression { reference(reading.cycle.output.id, cell) }

  private func definition<N: SymbolicExpressionNumber>(_ id: Int, _ cell: Int) -> N {
    guard case .op(let op) = graph.records[id].source else { return reference(id, cell) }
    let inputs = graph.records[id].inputs.map { input in
      Elements<N>(shape: graph.records[input].shape) { reference(input, $0) }
    }
    if let op = op as? any StepwiseOp {
      let results = Elements<N>(shape: graph.records[id].shape) { reference(id, $0) }
      return op.value(at: cell, inputs, results: results)
    }
    return op.value(at: cell, inputs)
  }

  private func reference<N: SymbolicExpressionNumber>(_ id: Int, _ cell: Int) -> N {
    if reading.masks.contains(id) { return N(Double(value(id, cell))) }
    if reading.inlined.contains(id), reading.op(id) != nil { return definition(id, cell) }
    if reading.isWithoutName(id, cell) { return definition(id, cell) }
    if case .constant(let value) = graph.records[id].source { return N(value) }
    return N(.variable(symbol(id, cell), Double(value(id, cell))))
  }
}
