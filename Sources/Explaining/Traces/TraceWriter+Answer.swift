import Datasets
import Engine
import Formatting
import Networks
import Training

extension TraceWriter {
  /// What the network's output means, in the user's terms.
  func answer(by writer: CellWriter) throws -> Trace.Section {
    let isOutput = reading.answer == reading.cycle.output.id
    let (shown, leftOut) = isOutput ? outputCells() : cells(reading.answer)
    var lines: [Trace.Line] = []
    for cell in shown {
      var answer =
        isOutput ? ownAnswer(cell, by: writer) : try line(reading.answer, cell, by: writer)
      answer.meaning =
        names.meaning(ofAnswer: cell).map { "probability of \($0)" }
        ?? names.quantile(ofAnswer: cell)
      lines.append(answer)
      if let scaling = names.scaling(of: LearningCycle.targetName, cell) {
        let formula = scaling.unscaled(.variable(answer.symbol, Double(answer.value)))
        lines.append(
          Trace.Line(
            symbol: scaling.name + (writer.isAgain ? "′" : ""), value: Float(formula.real),
            formula: formula))
        if !writer.isAgain { lines += ends(of: answer, cell, scaling) }
      }
    }
    return Trace.Section(
      kind: writer.isAgain ? .again : .answer,
      title: writer.isAgain ? "Answer, with the new weights" : "Answer", layer: nil, lines: lines,
      note: [
        sentence(by: writer), writer.isAgain ? "" : coverage(), asInTraining(),
        note(leftOut, "answers are", "gradients"),
      ]
      .filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// Where the interval of an answer begins and ends.
  private func ends(
    of answer: Trace.Line, _ cell: Int, _ scaling: NumberScaling
  ) -> [Trace.Line] {
    guard let halfWidths = names.calibration?.halfWidths else { return [] }
    let width = SymbolicExpression.constant(Double(halfWidths[cell % names.outputs]))
    let output = SymbolicExpression.variable(answer.symbol, Double(answer.value))
    return [("low", output - width), ("high", output + width)].map { end, number in
      let formula = scaling.unscaled(number)
      return Trace.Line(
        symbol: "\(scaling.name) \(end)", value: Float(formula.real), formula: formula)
    }
  }

  /// What the interval, or the set of classes, promises.
  private func coverage() -> String {
    guard let calibration = names.calibration else { return "" }
    if let margins = calibration.margins {
      return "From the lowest quantile to the highest, both moved outwards by "
        + margins.map { SymbolicExpression.number(Double($0)) }.joined(separator: ", ")
        + ", lie \(SymbolicExpression.number(100 * calibration.coverage)) % of the true answers, by the "
        + "errors on \(calibration.rows) validation rows."
    }
    let share = "\(SymbolicExpression.number(100 * calibration.coverage)) % of the true answers"
    guard let least = calibration.leastProbability else {
      return "From low to high lie \(share), by the errors on \(calibration.rows) validation rows."
    }
    return
      "The classes with a probability of \(SymbolicExpression.number(Double(least))) or more, and "
      + "the answer, hold \(share), by the errors on \(calibration.rows) validation rows."
  }

  private func outputCells() -> (shown: [Int], leftOut: Int) {
    let all = Array(0..<reading.graph.records[reading.answer].shape.count)
    guard !selection.showsAll, all.count > Self.mostWhole else { return (all, 0) }
    let own = all.filter { reading.example(of: reading.answer, $0) ?? example == example }
    let shown = Self.largest(Self.mostWhole, of: own) { first.value(reading.answer, $0).magnitude }
    return (shown, all.count - shown.count)
  }

  /// The output itself is the answer.
  private func ownAnswer(_ cell: Int, by writer: CellWriter) -> Trace.Line {
    let value = writer.value(reading.answer, cell)
    let shape = reading.graph.records[reading.answer].shape
    var places = shape.position(ofFlatIndex: cell).map { $0 + 1 }
    if shape[0] == 1 { places.removeFirst() }
    let letter = AnnotatedCycle.answerLetter + (writer.isAgain ? "′" : "")
    return Trace.Line(
      symbol: Symbol(letter, places: places).text, value: value,
      formula: writer.output(cell))
  }

  /// The class that the example is taken for.
  private func sentence(by writer: CellWriter) -> String {
    guard !names.labels.isEmpty, names.preprocessing?.stepLabels == nil else { return "" }
    let start = example * names.outputs
    var shares = (0..<names.outputs).map { writer.value(reading.answer, start + $0) }
    if names.preprocessing?.task == .multilabel {
      let answered = zip(names.labels, shares).filter { LabelPredictions.isYes($1) }.map(\.0)
      return "The answer: "
        + (answered.isEmpty ? "no label" : answered.joined(separator: ", "))
        + ", of those that are more likely than not."
    }
    if shares.count == 1 { shares.insert(1 - shares[0], at: 0) }
    guard shares.count == names.labels.count,
      let best = shares.indices.max(by: { shares[$0] < shares[$1] })
    else { return "" }
    return "The answer: \(names.labels[best]), with probability "
      + "\(SymbolicExpression.number(Double(shares[best])))."
  }

  /// What is different when the model is asked.
  private func asInTraining() -> String {
    let drops = reading.graph.records.contains { record in
      if case .op(is Ops.RandomMask) = record.source { true } else { false }
    }
    let keepsStatistics = reading.updates.contains { update in
      !(reading.op(update.value) is ParameterUpdate || reading.op(update.value) is CounterUpdate)
    }
    guard drops || keepsStatistics else { return "" }
    let why = [
      drops ? "dropout drops numbers" : nil,
      keepsStatistics ? "batch normalisation uses the batch's own statistics" : nil,
    ].compactMap(\.self).joined(separator: " and ")
    return "This is the pass of a training step, in which \(why); a prediction does without."
  }

  // MARK: Loss

  func loss() throws -> Trace.Section {
    var lines = try lines(reading.lossNodes, by: first).lines
    let (other, note) = lossOfProbabilities()
    if let other { lines.append(other) }
    return Trace.Section(kind: .loss, title: "Loss", layer: nil, lines: lines, note: note)
  }

  /// The loss as the texts write it, from the probabilities, beside the one that is trained.
  private func lossOfProbabilities() -> (Trace.Line?, String) {
    let formula: String
    switch plan.loss {
    case is Losses.BinaryCrossEntropy: formula = "−y · ln ŷ − (1 − y) · ln(1 − ŷ)"
    case is Losses.CrossEntropy: formula = "−ln ŷ of the right class"
    default: return (nil, "")
    }
    let same =
      "Textbooks write this loss with the probabilities: \(formula). It is the same number but for "
      + "rounding; the network is trained on the form with the scores, which overflows and cancels "
      + "nowhere."
    guard recorded.values[reading.cycle.target.id]?.count == 1, reading.cycle.weights == nil,
      let line = singleLoss()
    else { return (nil, same) }
    let trained = Double(first.value(reading.cycle.loss.id, 0))
    if (Double(line.value) - trained).magnitude <= 1e-5 * trained.magnitude + 1e-7 {
      return (line, same)
    }
    return plan.penalty != Penalty()
      ? (nil, same + " To it the penalty on large weights is added.")
      : (
        nil, same + " Here ŷ lies so near to 0 or 1 that the other form would have lost its digits."
      )
  }

  private func singleLoss() -> Trace.Line? {
    let target = first.value(reading.cycle.target.id, 0)
    func answer(_ cell: Int) -> SymbolicExpression {
      .variable(
        first.symbol(reading.answer, cell), Double(first.value(reading.answer, cell)))
    }
    let y = SymbolicExpression.variable(first.symbol(reading.cycle.target.id, 0), Double(target))
    let written: SymbolicExpression
    if plan.loss.hasClassTargets {
      guard let place = Int(exactly: target) else { return nil }
      written = -.log(answer(place))
    } else {
      written = -(y * .log(answer(0))) - (1 - y) * .log(1 - answer(0))
    }
    guard written.real.isFinite else { return nil }
    return Trace.Line(
      symbol: AnnotatedCycle.lossOfProbabilities, value: Float(written.real), formula: written)
  }
}
