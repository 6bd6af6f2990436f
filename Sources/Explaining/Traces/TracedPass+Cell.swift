import Engine
import Networks

/// One number of a pass, with all that it comes from.
package struct TracedCell: Sendable {
  /// A number of a layer.
  package struct Place: Sendable, Hashable {
    /// Counted from 0, the input.
    package var layer: Int
    /// Of the layer, counted from 0.
    package var step: Int
    /// In the numbers of the step, row-major, counted from 0.
    package var cell: Int
  }

  /// One summand of a weighted sum.
  package struct Term: Sendable {
    /// Nil for a bias.
    package var input: Place?
    package var inputValue: Double
    /// The parameter, and its place in it, row-major; nil for a number that is added as it is.
    package var weight: (name: String, cell: Int)?
    package var weightValue: Double
    package var value: Double
  }

  /// Where each of its numbers comes from, step by step: what is shown of a layer in a trace.
  package var section: Trace.Section
  /// The numbers of other layers that it is computed from.
  package var reads: [Place]
  /// The summands of the weighted sum in it, in the order of the formula; empty for none.
  package var terms: [Term]
  /// Which line of the section is that sum; nil for none.
  package var sumLine: Int?
  /// The number that a maximum chose; nil for none.
  package var winner: Place?
}

extension TracedPass {
  /// More lines of one number are left out, and counted.
  private static let mostLines = 24

  /// Where a number of a layer comes from.
  ///
  /// - Parameters:
  ///   - layer: counted from 0, the input.
  ///   - cell: in what the layer gives on, row-major, counted from 0.
  /// - Throws: `Problem` for a place that there is not.
  package func cell(layer place: Int, _ cell: Int) throws -> TracedCell {
    let layer = try layer(place)
    let last = layer.steps[layer.steps.count - 1]
    let count = last.shape.reduce(1, *)
    guard (0..<count).contains(cell) else {
      throw Problem.data(layer.name, expected: "a place from 0 to \(count - 1)", found: "\(cell)")
    }
    let book = CellWriter.PlaceBook()
    let writer = TraceWriter(
      reading, try recorded(), TraceSelection(), names, book: book)
    guard layer.kind != .input else {
      let line = try writer.given(last.node, LearningCycle.inputName, cell)
      return TracedCell(section: section(layer, [line], leftOut: 0), reads: [], terms: [])
    }
    let found = Found(self, layer, writer, book, from: (last.node, cell))
    let shown = found.own.suffix(Self.mostLines)
    let lines = try shown.map { try line($0.node, $0.cell, by: writer, in: layer) }
    var traced = TracedCell(
      section: section(layer, lines, leftOut: found.own.count - shown.count),
      reads: found.reads, terms: [])
    for (number, own) in shown.enumerated() {
      guard let formula = found.formulas[own] else { continue }
      let terms = self.terms(formula, book)
      if terms.count > traced.terms.count { (traced.terms, traced.sumLine) = (terms, number) }
      if let winner = winner(formula, book) { traced.winner = winner }
    }
    return traced
  }

  private func section(_ layer: Layer, _ lines: [Trace.Line], leftOut: Int) -> Trace.Section {
    Trace.Section(
      kind: layer.kind == .input ? .inputs : layer.kind == .answer ? .answer : .forward,
      title: layer.name, layer: layer.kind == .layer ? layer.name : nil, lines: lines,
      note: leftOut > 0 ? "\(leftOut) numbers that are computed before are not shown." : "")
  }

  private func line(
    _ node: Int, _ cell: Int, by writer: TraceWriter, in layer: Layer
  ) throws -> Trace.Line {
    var line = try writer.line(node, cell, by: writer.first)
    if layer.kind == .answer {
      line.meaning = names.meaning(ofAnswer: cell).map { "probability of \($0)" }
    }
    return line
  }

  /// The cells of a layer that lead to one of its numbers, and those of other layers that they read.
  private struct Found {
    struct Cell: Hashable { var node, cell: Int }

    /// In the order they are computed.
    var own: [Cell] = []
    var formulas: [Cell: SymbolicExpression] = [:]
    var reads: [TracedCell.Place] = []

    init(
      _ pass: TracedPass, _ layer: Layer, _ writer: TraceWriter, _ book: CellWriter.PlaceBook,
      from start: (node: Int, cell: Int)
    ) {
      let steps = Set(layer.steps.map(\.node))
      var known: Set<Cell> = []
      var outside: Set<TracedCell.Place> = []
      var waiting = [Cell(node: start.node, cell: start.cell)]
      while let next = waiting.popLast() {
        guard known.insert(next).inserted else { continue }
        let formula = writer.first.whole(next.node, next.cell)
        formulas[next] = formula
        var symbols: Set<String> = []
        formula.collectSymbols(into: &symbols)
        for symbol in symbols {
          guard let place = book.places[symbol] else { continue }
          if steps.contains(place.node) {
            waiting.append(Cell(node: place.node, cell: place.cell))
          } else if let place = pass.place(of: place) {
            outside.insert(place)
          }
        }
      }
      own = known.sorted { ($0.node, $0.cell) < ($1.node, $1.cell) }
      reads = outside.sorted { ($0.layer, $0.step, $0.cell) < ($1.layer, $1.step, $1.cell) }
    }
  }

  /// Nil for parameters.
  private func place(of cell: (node: Int, cell: Int)) -> TracedCell.Place? {
    for (layer, one) in layers.enumerated() {
      guard let step = one.steps.firstIndex(where: { $0.node == cell.node }) else { continue }
      return TracedCell.Place(layer: layer, step: step, cell: cell.cell)
    }
    return nil
  }

  /// The products and the bias of a weighted sum; none for other formulas.
  private func terms(
    _ formula: SymbolicExpression, _ book: CellWriter.PlaceBook
  ) -> [TracedCell.Term] {
    var terms: [TracedCell.Term] = []
    var products = 0
    for one in formula.terms {
      let factors: [SymbolicExpression]
      if case .binary(.multiply, let a, let b) = one.form {
        factors = [a, b]
      } else {
        factors = [one]
      }
      var term = TracedCell.Term(inputValue: 1, weightValue: 1, value: one.real)
      for factor in factors {
        guard case .variable(let symbol, let value) = factor.form,
          let place = book.places[symbol]
        else { return [] }
        if let name = Node(graph: reading.graph, id: place.node).variableName {
          (term.weight, term.weightValue) = ((name, place.cell), value)
        } else {
          (term.input, term.inputValue) = (self.place(of: place), value)
        }
      }
      if factors.count == 2, term.input != nil, term.weight != nil { products += 1 }
      terms.append(term)
    }
    return products > 0 ? terms : []
  }

  private func winner(
    _ formula: SymbolicExpression, _ book: CellWriter.PlaceBook
  ) -> TracedCell.Place? {
    guard case .list(.max, let terms) = formula.form else { return nil }
    let chosen = terms.all.first { $0.real == formula.real }
    guard case .variable(let symbol, _)? = chosen?.form else { return nil }
    return book.places[symbol].flatMap { place(of: $0) }
  }
}

extension SymbolicExpression {
  fileprivate func collectSymbols(into symbols: inout Set<String>) {
    if case .variable(let symbol, _) = form { symbols.insert(symbol) }
    for child in children { child.collectSymbols(into: &symbols) }
  }
}
