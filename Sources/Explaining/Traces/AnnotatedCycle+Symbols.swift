import Engine
import Networks
import Training

/// How nodes and their cells are called.
extension AnnotatedCycle {
  mutating func nameForward() {
    for id in needed {
      guard case .input(let name) = graph.records[id].source else { continue }
      let letters = [
        LearningCycle.inputName: ("x", "input, as the network sees it"),
        LearningCycle.targetName: ("y", "target, as the network learns it"),
        LearningCycle.weightsName: ("ω", "how much an example counts"),
        Optimizer.rateInput: ("η", "learning rate"),
      ]
      guard let (letter, meaning) = letters[name] else {
        symbols[id] = Symbol("key")
        continue
      }
      symbols[id] = Symbol(table.letter([letter], meaning))
    }
    for block in blocks {
      let layer = blocks.count > 1 ? block.number : nil
      var taken: Set<String> = []
      func unique(_ letter: String) -> String {
        let free = ([letter] + (2...9).map { "\(letter)\($0)" }).first { !taken.contains($0) }
        taken.insert(free ?? letter)
        return free ?? letter
      }
      for id in block.parameters {
        let name = Node(graph: graph, id: id).variableName ?? ""
        let short = String(name.split(separator: "/").last ?? "")
        let letter = Graph.parameterLetters[short] ?? short
        let meaning = Self.parameterMeanings[letter] ?? "parameter of its layer"
        symbols[id] = Symbol(unique(table.letter([letter], meaning)), layer: layer)
      }
      for id in block.nodes {
        if let op = stepwise[id] {
          cellLetters[id] = op.cellKinds.map { table.letter([$0.letter], $0.meaning) }
          symbols[id] = Symbol("", layer: layer)
        } else {
          let (letter, meaning) = letter(id, isLast: id == block.nodes.last)
          symbols[id] = Symbol(unique(table.letter([letter], meaning)), layer: layer)
        }
      }
    }
    if answer != cycle.output.id {
      symbols[answer] = Symbol(table.letter([Self.answerLetter], "answer: a probability"))
    } else {
      _ = table.letter([Self.answerLetter], "answer")
    }
    _ = table.letter([Self.partLetter], "part of a formula that stands in it several times")
    if plan.loss.output == .scores {
      _ = table.letter([Self.lossOfProbabilities], "loss, from the probabilities")
    }
    for id in lossNodes {
      let word = op(id).map(Self.word) ?? "part"
      symbols[id] = Symbol(
        id == cycle.loss.id
          ? table.letter(["L"], "loss") : table.letter([word], "part of the loss"))
    }
  }

  static let answerLetter = "ŷ"
  /// Parts of formulas that have a symbol of their own.
  static let partLetter = "q"
  /// The loss as the texts write it, from probabilities.
  static let lossOfProbabilities = Symbol("l(ŷ").text

  /// What the letters mean, and the marks beside them.
  var legend: [Trace.Legend] {
    let numbered = blocks.map { "\($0.number) \($0.name)" }.joined(separator: ", ")
    let marks = [
      (blocks.count > 1 ? "⁽¹⁾" : "", "of layer 1; the layers are \(numbered)"),
      ("∂L/∂w", "how fast the loss changes with w"),
      ("w′", "w after the update, or with the new weights"),
    ]
    return table.legend
      + marks.filter { !$0.0.isEmpty }.map { Trace.Legend(symbol: $0, meaning: $1) }
  }

  private func letter(_ id: Int, isLast: Bool) -> (String, String) {
    let isWeightedSum = graph.records[id].inputs.contains { source in
      var id = source
      while inlined.contains(id) {
        guard let op = op(id) else { return false }
        if !Self.onlyMoves(op, graph.records[id].inputs.map { graph.records[$0].shape }) {
          return true
        }
        guard graph.records[id].inputs.count == 1 else { return false }
        id = graph.records[id].inputs[0]
      }
      return false
    }
    let isSum = op(id).map { !($0 is any ElementwiseOp) } ?? false
    if isWeightedSum || isSum && graph.records[id].inputs.contains(where: isParameter) {
      return ("z", "weighted sum, the bias included")
    }
    guard let op = op(id), !isLast else { return ("a", "what a layer gives on") }
    if op is Ops.RandomMask {
      return ("d", "0 where dropout drops a number, else what enlarges it")
    }
    let word = Self.word(for: op)
    return (word, "inside a layer: \(type(of: op).name)")
  }

  mutating func nameBackward() {
    let forward = blocks.flatMap { $0.parameters + $0.nodes } + lossNodes.dropLast()
    // A gradient that no update needs, such as that of a mask, is never computed.
    let computed = Set(needed)
    for id in forward.sorted(by: >) {
      guard let gradient = graph.gradientNodes[id], computed.contains(gradient),
        var symbol = symbols[id]
      else { continue }
      gradients[id] = gradient
      guard symbols[gradient] == nil else { continue }
      symbol.base = "∂L/∂" + symbol.base
      symbols[gradient] = symbol
      if let op = stepwise[id] {
        (stepwise[gradient], cellLetters[gradient]) = (op, cellLetters[id])
      }
      if samples.contains(id) { samples.insert(gradient) }
      inlined.remove(gradient)
    }
    for id in needed where id > cycle.loss.id {
      guard let op = stepwise[id], symbols[id] == nil,
        let block = blocks.firstIndex(where: { $0.name == graph.records[id].layer })
      else { continue }
      cellLetters[id] = op.cellKinds.map { table.letter([$0.letter], $0.meaning) }
      symbols[id] = Symbol("", layer: blocks.count > 1 ? blocks[block].number : nil)
      blocks[block].between.append(id)
      inlined.remove(id)
    }
  }

  mutating func nameUpdate() {
    for (variable, value) in graph.assignments {
      updates.append((variable, value))
      guard let update = op(value) as? ParameterUpdate else {
        if let count = op(value) as? CounterUpdate {
          let letter = counterLetter(count)
          symbols[variable] = Symbol(letter)
          symbols[value] = Symbol(letter + "′")
          inlined.remove(value)
        } else if var symbol = symbols[variable] {
          // Kept by the layer itself, such as running statistics.
          symbol.base += "′"
          symbols[value] = symbol
          inlined.remove(value)
        }
        continue
      }
      let inputs = graph.records[value].inputs
      guard var symbol = symbols[inputs[0]] else { continue }
      let given = inputs[1]
      if gradients[inputs[0]] != given, symbols[given] == nil {
        clipped[inputs[0]] = given
        let letter = table.letter(about: "ĝ", "gradient of a weight, clipped")
        symbols[given] = Symbol(letter + "(" + symbol.base, layer: symbol.layer)
        inlined.remove(given)
        nameNorm(given, symbol)
      }
      if update.result > 0 {
        let name = table.letter(
          about: update.rule.state[update.result - 1].name,
          "what \(update.rule.name) remembers of a weight's gradients")
        symbols[variable] = Symbol("\(name)(\(symbol.base)", layer: symbol.layer)
        symbols[value] = Symbol("\(name)′(\(symbol.base)", layer: symbol.layer)
      } else {
        symbol.base += "′"
        symbols[value] = symbol
      }
      inlined.remove(value)
    }
  }

  /// The letter of a counter, without its number: `c₁` is another letter where c is a cell state.
  private mutating func counterLetter(_ count: CounterUpdate) -> String {
    let name = count.rule.counters[count.place]
    let letter = Symbol(parsing: name).base
    let own = table.letter([letter, "k"], "what \(count.rule.name) counts of the steps")
    return own + name.dropFirst(letter.count)
  }

  private mutating func nameNorm(_ clipped: Int, _ parameter: Symbol) {
    var stack = [clipped]
    while let id = stack.popLast() {
      guard id > rate, let op = op(id) else { continue }
      if op is Ops.SquareRoot {
        guard symbols[id] == nil else { continue }
        symbols[id] =
          sharesNorm
          ? Symbol(table.letter(["‖∂L‖"], "length of all gradients together"))
          : Symbol(
            table.letter(about: "‖∂L‖", "length of a tensor's gradients") + "(" + parameter.base,
            layer: parameter.layer)
        inlined.remove(id)
        if !sharesNorm || norms.isEmpty { norms.append(id) }
        continue
      }
      stack += graph.records[id].inputs
    }
  }

  /// The symbol of one cell: places counted from 1, without the batch when it is one example.
  func symbol(_ id: Int, _ cell: Int) -> Symbol? {
    guard var symbol = symbols[id] else { return nil }
    let shape = graph.records[id].shape
    if let op = stepwise[id] {
      let place = op.place(of: cell, in: shape)
      guard let kind = place.kind else { return nil }
      symbol.base += cellLetters[id]?[kind] ?? ""
      symbol.places = (isSingle ? [] : [place.example + 1]) + [place.step + 1, place.unit + 1]
      return symbol
    }
    var position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
    if isSingle, !position.isEmpty, samples.contains(id) { position.removeFirst() }
    symbol.places = position
    return symbol
  }

  /// Is the cell one that has no name, and stands inside the formulas that read it?
  func isWithoutName(_ id: Int, _ cell: Int) -> Bool {
    stepwise[id].map { $0.place(of: cell, in: graph.records[id].shape).kind == nil } ?? false
  }

  /// Which example of the batch a cell belongs to; nil for one that belongs to all.
  func example(of id: Int, _ cell: Int) -> Int? {
    let shape = graph.records[id].shape
    if let op = stepwise[id] { return op.place(of: cell, in: shape).example }
    return samples.contains(id) ? cell / (shape.count / batch) : nil
  }

  /// Which step of a sequence a cell belongs to, counted from 0; nil outside sequences.
  func step(of id: Int, _ cell: Int) -> Int? {
    let shape = graph.records[id].shape
    if let op = stepwise[id] { return op.place(of: cell, in: shape).step }
    guard samples.contains(id), shape.rank >= 3 || id == cycle.input.id && shape.rank == 2 else {
      return nil
    }
    return shape.position(ofFlatIndex: cell)[1]
  }
}
