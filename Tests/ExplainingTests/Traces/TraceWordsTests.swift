import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// What a trace calls things: the same in every form, and one thing for each name.
@Suite struct TraceWordsTests {
  private func trace(_ one: EveryKind.Case) throws -> Trace {
    try one.tracer.trace(inputs: one.inputs, targets: one.targets)
  }

  /// The names of a network's layers, found without the graph: from its tensors, and for the layers
  /// without any from their kinds.
  private func names(_ model: Model) -> Set<String> {
    let tensors = model.tensors.map { $0.name.split(separator: "/").dropLast() }
    // A part of a layer, such as the query of attention, has tensors; the layer around it may have none.
    var names = Set(
      tensors.flatMap { path in path.indices.map { path[...$0].joined(separator: "/") } })
    let plain = model.layers.flattened.filter { !($0 is any IdentifiedLayer) }
    for kind in Set(plain.map(\.kindName)) {
      names.insert(kind)
      for count in 1...8 { names.insert("\(kind)_\(count)") }
    }
    return names
  }

  @Test func layersAreCalledAsTheNetworkCallsThem() throws {
    for one in try EveryKind.all() {
      let known = names(one.tracer.model)
      let trace = try trace(one)
      let named = trace.sections.compactMap(\.layer)
      #expect(!named.isEmpty && named.allSatisfy(known.contains), "\(one.name): \(named)")
      let columns = trace.drawing.columns.dropFirst().map(\.title)
      #expect(columns.allSatisfy(known.contains), "\(one.name): \(columns)")
      #expect(Set(columns).count == columns.count, "\(one.name)")
      let title = trace.title.split(separator: " → ").dropFirst().map {
        $0.split(separator: " ")[0]
      }
      #expect(title.allSatisfy { known.contains(String($0)) }, "\(one.name): \(trace.title)")
      let forms = try [
        trace.text, trace.html, trace.latex.replacing("\\_", with: "_"), trace.json(),
      ]
      for layer in Set(named) {
        let title = Set(named).count == 1 ? "Layer \(layer)" : ", \(layer)"
        for (place, form) in forms.enumerated() {
          let isNamed = form.contains(title)
          #expect(isNamed, "\(one.name), form \(place): \(layer)")
        }
      }
    }
  }

  @Test func layersOfOneKindHaveDifferentNames() throws {
    let network = Sequential {
      Conv2D(2, kernelSize: 2); MaxPool2D(); Activation(.tanh)
      Conv2D(2, kernelSize: 2, padding: .same); MaxPool2D(); Activation(.tanh); Flatten()
      Residual {
        Dense(8); Activation(.tanh)
      }
      Residual { Dense(8) }
      Dense(1)
    }
    let model = try Model(network, inputShape: [9, 9, 1], loss: .meanSquaredError, seed: 4)
    let trace = try Tracer(model, plan: TrainingPlan(loss: .meanSquaredError)).trace(
      inputs: (0..<81).map { Float($0) / 81 }, targets: [0.5])
    #expect(
      trace.sections.filter { $0.kind == .forward }.compactMap(\.layer) == [
        "conv2d", "max_pool2d", "activation", "conv2d_1", "max_pool2d_1", "activation_1",
        "dense", "activation_2", "residual", "dense_1", "residual_1", "dense_2",
      ])
    #expect(trace.title.contains("→ flatten →"))
  }

  /// Every symbol stands in the legend, and no letter stands there twice.
  @Test func oneSymbolHasOneMeaning() throws {
    for one in try EveryKind.all() {
      let trace = try trace(one)
      let letters = trace.legend.map(\.symbol)
      #expect(Set(letters).count == letters.count, "\(one.name): \(letters)")
      #expect(trace.legend.allSatisfy { !$0.meaning.isEmpty })
      let lines = trace.sections.flatMap(\.lines)
      var symbols = Set(lines.map(\.symbol))
      for formula in lines.compactMap(\.formula) + lines.flatMap(\.parts).map(\.formula) {
        symbols.formUnion(formula.variables.map(\.symbol))
      }
      for symbol in symbols {
        let letter = Self.letter(symbol)
        let numbered = String(letter.reversed().drop { $0.isNumber }.reversed())
        #expect(letters.contains(letter) || letters.contains(numbered), "\(one.name): \(symbol)")
      }
      let parts = lines.flatMap(\.parts).map(\.symbol)
      #expect(Set(parts).count == parts.count, "\(one.name): \(parts)")
    }
  }

  /// `w` of `∂L/∂w′⁽¹⁾₂`, `m(…)` of `m′(w₁)`.
  private static func letter(_ symbol: String) -> String {
    if let below = Symbol.sides(of: symbol)?.below { return letter(below) }
    let base = Symbol(parsing: symbol).base.filter { $0 != "′" }
    guard let bracket = base.firstIndex(of: "("), !base.hasPrefix("l(") else {
      return base.hasPrefix("l(") ? base + ")" : base
    }
    return base[..<bracket] + "(…)"
  }

  // MARK: The user's units

  private func table(
    _ target: Preprocessing.Target, _ names: [String] = ["mark"]
  ) -> Preprocessing {
    Preprocessing(
      inputs: .columns([
        EncodedColumn(
          name: "study_hours",
          encoding: .number(offset: 5.2, scale: 2.9, fill: 5.2, indicator: false)),
        EncodedColumn(
          name: "place",
          encoding: .categories(vocabulary: ["home", "library"], other: false, indicator: false)),
      ]), targetNames: names, target: target)
  }

  private func trace(
    _ preprocessing: Preprocessing, loss: any Loss, outputs: Int, _ target: Float...
  ) throws -> Trace {
    let model = try Model(
      Sequential { Dense(outputs) }, inputShape: preprocessing.inputShape, loss: loss, seed: 3)
    var tracer = Tracer(model, plan: TrainingPlan(loss: loss))
    tracer.preprocessing = preprocessing
    tracer.inputNames = preprocessing.inputNames
    tracer.labels = preprocessing.classes
    let inputs = try preprocessing.encode(row: ["study_hours": 1, "place": "library"])
    return try tracer.trace(inputs: inputs, targets: target)
  }

  @Test func aRowBeginsAndEndsInTheUsersUnits() throws {
    let preprocessing = table(.number(mean: 50, deviation: 20))
    let trace = try trace(preprocessing, loss: .meanSquaredError, outputs: 1, 0.5)
    let text = trace.text
    #expect(text.contains("x₁ = (study_hours - 5.2) ÷ 2.9 = (1 - 5.2) ÷ 2.9 = -1.44828"))
    #expect(text.contains("x₃ = 1 (place = library)"))
    #expect(trace.sections[0].note.contains("study_hours = 1, place = library"))
    #expect(text.contains("y₁ = (mark - 50) ÷ 20 = (60 - 50) ÷ 20 = 0.5"))
    #expect(trace.sections[0].note.contains("The target is standardised"))
    let answer = try #require(trace.sections.first { $0.kind == .answer })
    #expect(answer.lines.map(\.symbol) == ["ŷ₁", "mark"])
    let output = try #require(trace.sections.filter { $0.kind == .forward }.last?.lines.last?.value)
    #expect(answer.lines[0].value == output)
    #expect((Double(answer.lines[1].value) - preprocessing.decodeValue(output)).magnitude < 1e-4)
    #expect(text.contains("mark′ = ŷ′₁ · 20 + 50"), "again, with the new weights")
  }

  @Test func severalTargetsEachHaveTheirUnit() throws {
    let preprocessing = table(
      .numbers([
        TargetScale(mean: 50, deviation: 20),
        TargetScale(mean: 2, deviation: 0.5, isLogarithm: true),
      ]), ["mark", "price"])
    let trace = try trace(preprocessing, loss: .meanSquaredError, outputs: 2, 0.5, 1)
    let text = trace.text
    #expect(text.contains("y₁ = (mark - 50) ÷ 20 = (60 - 50) ÷ 20 = 0.5"))
    #expect(text.contains("y₂ = (ln(price) - 2) ÷ 0.5"), "\(text)")
    #expect(trace.sections[0].note.contains("(ln price − 2) ÷ 0.5"))
    let answer = try #require(trace.sections.first { $0.kind == .answer })
    #expect(answer.lines.map(\.symbol) == ["ŷ₁", "mark", "ŷ₂", "price"])
    let price = Double(answer.lines[3].value)
    #expect((price / preprocessing.decodeValue(answer.lines[2].value, at: 1) - 1).magnitude < 1e-5)
  }

  /// The ends of an answer's interval are computed like the answer.
  @Test func anAnswersIntervalIsComputed() throws {
    var generator = RandomGenerator(seed: 3)
    let inputs = (0..<40).map { _ in Float(generator.normal()) }
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: inputs),
      targets: Examples(shape: .scalar, floats: inputs.map { 2 * $0 + 1 }))
    let preprocessing = Preprocessing(
      inputs: try Preprocessing(columns: ["x"], target: "y").inputs, targetName: "y",
      target: .number(mean: 10, deviation: 4))
    var trainer = Trainer(Dense(1), loss: .meanSquaredError)
    try trainer.fit(data, epochs: 2)
    var model = try TrainedModel(trainer, preprocessing: preprocessing)
    try model.calibrate(on: data, coverage: 0.8)
    let trace = try model.tracer.trace(inputs: [0.5], targets: [2])
    let answer = try #require(trace.sections.first { $0.kind == .answer })
    #expect(answer.lines.map(\.symbol) == ["ŷ₁", "y", "y low", "y high"])
    #expect(answer.note.contains("80 % of the true answers"))
    let expected = try model.predict(["x": 0.5])
    for (line, value) in zip(
      answer.lines.dropFirst(), [expected.value, expected.low, expected.high])
    {
      #expect((Double(line.value) - (value ?? .nan)).magnitude < 1e-4, "\(line.symbol)")
    }
  }

  @Test func labelsAreAnsweredEachByItself() throws {
    let preprocessing = table(.labels(["red", "blue", "old"], separator: ";"))
    let trace = try trace(preprocessing, loss: .binaryCrossEntropy, outputs: 3, 1, 0, 1)
    #expect(trace.text.contains("y₁ = 1 (red)") && trace.text.contains("y₃ = 1 (old)"))
    let answer = try #require(trace.sections.first { $0.kind == .answer })
    #expect(
      answer.lines.map(\.meaning) == ["red", "blue", "old"].map { "probability of \($0)" })
    let answered = zip(preprocessing.classes, answer.lines).filter { $1.value > 0.5 }.map(\.0)
    #expect(
      answer.note.contains(
        "The answer: " + (answered.isEmpty ? "no label" : answered.joined(separator: ", "))))
  }

  @Test(arguments: [1, 2]) func classesEndInProbabilities(_ outputs: Int) throws {
    let loss: any Loss = outputs == 1 ? .binaryCrossEntropy : .crossEntropy
    let trace = try trace(table(.classes(["failed", "passed"])), loss: loss, outputs: outputs, 1)
    let answer = try #require(trace.sections.first { $0.kind == .answer })
    #expect(answer.lines.count == outputs)
    #expect(answer.lines.last?.meaning == "probability of passed")
    let passed = Double(answer.lines.last!.value)
    let sure = max(passed, 1 - passed)
    #expect(
      answer.note.contains(
        "The answer: \(passed > 0.5 ? "passed" : "failed"), with probability \(SymbolicExpression.number(Double(Float(sure))))"
      ))
    // The loss that is trained is the textbook's.
    let losses = try #require(trace.sections.first { $0.kind == .loss })
    #expect(losses.lines.last?.symbol == "l(ŷ)" && losses.note.contains("the same number"))
    #expect((Double(losses.lines.last!.value) + Double.log(passed)).magnitude < 1e-6)
    #expect((Double(trace.loss) + Double.log(passed)).magnitude < 1e-6)
  }

  // MARK: Batches

  /// The drawing shows the example whose formulas stand below it.
  @Test func theExampleThatIsDrawnIsTheOneThatIsExplained() throws {
    let model = try Model(
      Sequential {
        Dense(5, activation: .tanh); Dense(1)
      }, inputShape: [3],
      loss: .meanSquaredError, seed: 4)
    var generator = RandomGenerator(seed: 6)
    let inputs = (0..<40 * 3).map { _ in Float(generator.uniform() * 2 - 1) }
    var targets = [Float](repeating: 0, count: 40)
    targets[27] = 9
    let trace = try Tracer(model, plan: TrainingPlan(loss: .meanSquaredError)).trace(
      inputs: inputs, targets: targets)
    for neuron in trace.drawing.columns.flatMap(\.neurons) {
      #expect(Symbol(parsing: neuron.symbol).places[0] == 28, "\(neuron.symbol)")
    }
    let lines = trace.sections.filter { [.forward, .again].contains($0.kind) && $0.layer != nil }
      .flatMap(\.lines)
    #expect(lines.allSatisfy { Symbol(parsing: $0.symbol).places[0] == 28 })
    let values = Dictionary(lines.map { ($0.symbol, $0.value) }) { first, _ in first }
    let drawn = trace.drawing.columns.dropFirst().flatMap(\.neurons)
    #expect(drawn.count == 6 && drawn.allSatisfy { values[$0.symbol] == $0.value })
    #expect(trace.text.contains("example 28"))
  }
}
