import Datasets
import Engine
import Networks

extension TraceWriter {
  /// What the network is shown, from what the user typed.
  func inputs() throws -> Trace.Section {
    var lines: [Trace.Line] = []
    var leftOut = 0
    for (id, record) in reading.graph.records.enumerated() {
      guard case .input(let name) = record.source, name != Optimizer.rateInput,
        reading.symbols[id] != nil, recorded.values[id] != nil, name != Ops.RandomMask.keyName
      else { continue }
      let counted = Array(0..<record.shape.count).filter { counts(id, $0) }
      let own = counted.filter { reading.example(of: id, $0) ?? example == example }
      let shown =
        selection.showsAll || counted.count <= Self.mostWholeOfWeights
        ? counted
        : own.count <= Self.mostWholeOfWeights
          ? own : Self.largest(Self.shownOfMany, of: own) { first.value(id, $0).magnitude }
      leftOut += counted.count - shown.count
      lines += try shown.map { try given(id, name, $0) }
    }
    let notes = [
      typed(), standardised(), padding(), note(leftOut, "inputs are", "values"),
    ]
    return Trace.Section(
      kind: .inputs, title: "Input and target", layer: nil, lines: lines,
      note: notes.filter { !$0.isEmpty }.joined(separator: " "))
  }

  func given(_ id: Int, _ name: String, _ cell: Int) throws -> Trace.Line {
    var line = try line(id, cell, by: first)
    if let scaling = names.scaling(of: name, cell) {
      line.formula = scaling.formula(line.value)
    } else {
      line.meaning = names.meaning(of: name, cell, value: line.value)
    }
    return line
  }

  private static let mostColumns = 24

  /// The row in the user's words.
  private func typed() -> String {
    guard let preprocessing = names.preprocessing, let all = recorded.values[reading.cycle.input.id]
    else { return "" }
    let row = preprocessing.written(Array(all[example * names.width..<(example + 1) * names.width]))
    guard !row.isEmpty else { return "" }
    let cells = row.prefix(Self.mostColumns).map { "\($0.column) = \($0.text)" }
    let more = row.count - cells.count
    return "The row as typed: " + cells.joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "") + "."
  }

  private func standardised() -> String {
    (0..<names.outputs).compactMap { place in
      guard let scaling = names.scaling(of: LearningCycle.targetName, place) else { return nil }
      let raw = scaling.isLogarithm ? "ln \(scaling.name)" : scaling.name
      return "The target is standardised: the network learns (\(raw) − "
        + "\(SymbolicExpression.number(scaling.offset))) ÷ \(SymbolicExpression.number(scaling.scale)), "
        + "by the mean and the spread of the training rows."
    }.joined(separator: " ")
  }

  /// Which steps are padding, in a sentence.
  private func padding() -> String {
    guard let mask = reading.masks.min() else { return "" }
    let steps = reading.graph.records[mask].shape[1]
    let left = (0..<steps).filter { first.value(mask, example * steps + $0) <= 0.5 }.map { $0 + 1 }
    guard !left.isEmpty else { return "" }
    return
      "\(left.count == 1 ? "Step" : "Steps") \(Self.runs(left)) \(left.count == 1 ? "is" : "are") "
      + "padding: layers that read sequences leave them out, so a recurrent layer keeps its state "
      + "through them, and nothing is learned from them."
  }

  /// `1, 10 to 20`.
  static func runs(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
      .joined(separator: ", ")
  }
}
