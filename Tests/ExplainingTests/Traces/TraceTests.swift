import Datasets
import Engine
import Formatting
import Networks
import TestSupport
import Testing
import Training

@testable import Explaining

@Suite struct TraceTests {
  private func trace(_ one: EveryKind.Case, _ selection: TraceSelection = .init()) throws -> Trace {
    try one.tracer.trace(inputs: one.inputs, targets: one.targets, selection: selection)
  }

  /// The value of a formula and how far 32-bit arithmetic may be from it.
  private func bounded(_ formula: SymbolicExpression) -> (value: Double, error: Double) {
    let unit = 0x1p-24
    let parts = formula.children.map(bounded)
    let value = formula.real
    var error: Double
    switch formula.form {
    case .constant, .omitted: error = value.magnitude * 1e-6
    case .variable: error = 0
    case .unary(.exp, _): error = value * (parts[0].error + 2 * unit)
    case .unary(.log, _): error = parts[0].error / parts[0].value.magnitude + 4 * unit
    case .unary(.sqrt, _): error = parts[0].error / (2 * max(value, 1e-30))
    case .unary: error = 1.2 * parts[0].error + 4 * unit * value.magnitude
    case .binary(.multiply, _, _):
      error =
        parts[0].value.magnitude * parts[1].error + parts[1].value.magnitude * parts[0].error
    case .binary(.divide, _, _):
      error =
        (parts[0].error + value.magnitude * parts[1].error) / parts[1].value.magnitude
    case .list(.add, _):
      error = parts.reduce(0) { $0 + $1.error }
      // Each partial sum may be as large as all terms together.
      error += unit * Double(parts.count) * parts.reduce(0) { $0 + $1.value.magnitude }
    default: error = parts.reduce(0) { $0 + $1.error }
    }
    error += 4 * unit * (value.magnitude + parts.reduce(0) { max($0, $1.value.magnitude) } * 0.5)
    return (value, error)
  }

  /// Everything that is printed is computed again from what is printed beside it, after a way through
  /// JSON.
  @Test func everyNumberRecomputesFromItsPrintedInputs() throws {
    var checked = 0
    for one in try EveryKind.all() {
      let text = try trace(one, TraceSelection(showsAll: true)).json()
      let read = try JSONText.decode(Trace.self, from: text, at: "trace")
      for line in read.sections.flatMap(\.lines) {
        for formula in [line.formula, line.chain].compactMap({ $0 }) {
          let (value, error) = bounded(formula)
          let allowed = error + 1e-6 * Double(line.value.magnitude) + 1e-12
          #expect(
            abs(value - Double(line.value)) <= allowed,
            "\(one.name): \(line.symbol) = \(formula.numbers) = \(value), not \(line.value)")
          checked += 1
        }
      }
    }
    #expect(checked > 2000)
  }

  @Test func everyKindHasItsSevenParts() throws {
    for one in try EveryKind.all() {
      let trace = try trace(one)
      #expect(Set(trace.sections.map(\.kind)) == Set(Trace.Section.Kind.allCases), "\(one.name)")
      let known = Set(trace.sections.flatMap(\.lines).map(\.symbol))
      let (reading, _) = try one.tracer.record(inputs: one.inputs, targets: one.targets)
      let learned = reading.cycle.parameters.filter { $0.shape.rank == 2 }
      for name in learned.compactMap(\.variableName) {
        #expect(trace.text.contains("Update: \(name)"), "\(one.name)")
      }
      #expect(known.contains { $0.hasPrefix("∂L/∂w") } && known.contains("L′"), "\(one.name)")
      #expect(
        trace.sections.flatMap(\.lines).allSatisfy { $0.value.isFinite && $0.symbol != "?" },
        "\(one.name)")
    }
  }

  @Test func textFitsEightyColumns() throws {
    for one in try EveryKind.all() {
      for line in try trace(one).text.split(separator: "\n") {
        #expect(line.count <= 80, "\(one.name): \(line)")
      }
    }
  }

  @Test func colouredTextIsTheSameText() throws {
    let trace = try WorkedExamples.oneNeuron().trace(inputs: [2], targets: [1.5])
    var plain = trace.text(isColored: true)
    for code in ["0", "1", "2", "4", "36", "1;32"] {
      plain = plain.split(separator: "\u{1B}[\(code)m", omittingEmptySubsequences: false).joined()
    }
    #expect(plain == trace.text)
  }

  @Test func longSumsFoldAndCanBeAskedForInFull() throws {
    let model = try Model(
      Sequential { Dense(2) }, inputShape: [40], loss: .meanSquaredError, seed: 3)
    let tracer = Tracer(model, plan: TrainingPlan(loss: .meanSquaredError))
    let inputs = (0..<40).map { Float($0) / 8 }
    let folded = try tracer.trace(inputs: inputs, targets: [1, 2])
    let full = try tracer.trace(
      inputs: inputs, targets: [1, 2], selection: TraceSelection(showsAll: true))
    #expect(folded.text.contains("… 37 more …") && folded.text.contains("[37 more: "))
    #expect(!full.text.contains("more"))
    let sums = [folded, full].map { trace in
      trace.sections.first { $0.kind == .forward }!.lines[0].formula!
    }
    #expect(sums[1].terms.count == 41)
    #expect(sums[0].terms.count == 5)
    #expect(abs(sums[0].real - sums[1].real) < 1e-9)
  }

  @Test func selectionsChooseANeuronAWeightOrALayer() throws {
    let tracer = try WorkedExamples.dogOrCat()
    func symbols(_ selection: TraceSelection) throws -> [String] {
      try tracer.trace(inputs: WorkedExamples.pixels, targets: [0], selection: selection)
        .sections.filter { $0.layer != nil }.flatMap(\.lines).map(\.symbol)
    }
    let neuron = try symbols(.neuron("dense/3"))
    #expect(neuron.contains("a⁽¹⁾₃") && neuron.contains("w′⁽¹⁾₄,₃"))
    #expect(!neuron.contains("a⁽¹⁾₂") && !neuron.contains("w′⁽¹⁾₄,₂"))
    let weight = try symbols(.weight("dense_1/3,2"))
    #expect(weight.filter { $0.hasPrefix("w′") } == ["w′⁽²⁾₃,₂"])
    #expect(weight.contains("∂L/∂w⁽²⁾₃,₂") && !weight.contains("z⁽²⁾₁"))
    #expect(try symbols(TraceSelection(layer: "dense")).allSatisfy { !$0.contains("⁽²⁾") })
    for wrong in [
      TraceSelection(layer: "dense_9"), TraceSelection(layer: "dense", neuron: [4]),
      TraceSelection(layer: "dense", weight: [1, 2, 3]),
      TraceSelection(layer: "dense", weight: [5, 1]),
    ] {
      #expect(throws: Problem.self) { try symbols(wrong) }
    }
    #expect(throws: Problem.self) { try TraceSelection.neuron("dense") }
    #expect(throws: Problem.self) { try TraceSelection.weight("dense/0,1") }
  }

  /// One output pixel of a convolution: its window of the image times the kernel of its channel.
  @Test func aPixelOfAConvolutionIsTraced() throws {
    let network = Sequential {
      Conv2D(2, kernelSize: 2, name: "conv"); Flatten(); Dense(1)
    }
    let model = try Model(network, inputShape: [3, 3, 1], loss: .meanSquaredError, seed: 2)
    let tracer = Tracer(model, plan: TrainingPlan(loss: .meanSquaredError))
    let trace = try tracer.trace(
      inputs: (1...9).map { Float($0) }, targets: [1], selection: .neuron("conv/2,1,2"))
    let lines = trace.sections.filter { $0.layer == "conv" && $0.kind == .forward }.flatMap(\.lines)
    #expect(lines.map(\.symbol) == ["z⁽¹⁾₂,₁,₂"])
    let formula = try #require(lines[0].formula)
    #expect(
      formula.symbols == "x₂,₁,₁ · w⁽¹⁾₁,₁,₁,₂ + x₂,₂,₁ · w⁽¹⁾₁,₂,₁,₂ + x₃,₁,₁ · w⁽¹⁾₂,₁,₁,₂ + "
        + "x₃,₂,₁ · w⁽¹⁾₂,₂,₁,₂ + b⁽¹⁾₂")
    #expect(formula.numbers.hasPrefix("4 · "))
    #expect(throws: Problem.self) {
      try tracer.trace(
        inputs: (1...9).map { Float($0) }, targets: [1], selection: .neuron("conv/3,1,2"))
    }
  }

  @Test func wrongExamplesAreThrown() throws {
    let tracer = try WorkedExamples.dogOrCat()
    #expect(throws: Problem.self) { try tracer.trace(inputs: [1, 2, 3], targets: [0]) }
    #expect(throws: Problem.self) {
      try tracer.trace(inputs: WorkedExamples.pixels, targets: [0, 1])
    }
    #expect(throws: Problem.self) {
      try tracer.trace(inputs: WorkedExamples.pixels, targets: [2])
    }
    #expect(throws: Problem.self) {
      try tracer.trace(inputs: [1, .nan, 0, 0], targets: [0])
    }
  }

  @Test func pagesStandAlone() throws {
    for one in try EveryKind.all() {
      let page = try trace(one).html
      // One script, which the page's policy names.
      #expect(page.matches(of: /<script/).count == 1 && page.contains(TraceStory.script.policy))
      #expect(!page.contains("http:") && !page.contains("NaN"))
      _ = try StrictXML(page: page)
      #expect(page.contains("<svg") && page.contains("<math"), "\(one.name)")
    }
  }

  @Test func everythingOfALargeNetworkIsRefused() throws {
    let model = try Model(
      Sequential {
        Dense(128); Dense(10)
      }, inputShape: [784], loss: .crossEntropy, seed: 3)
    let tracer = Tracer(model, plan: TrainingPlan(loss: .crossEntropy))
    let image = [Float](repeating: 0.5, count: 784)
    func trace(_ selection: TraceSelection) throws -> Trace {
      var selection = selection
      selection.showsAll = true
      return try tracer.trace(inputs: image, targets: [3], selection: selection)
    }
    #expect { try trace(TraceSelection()) } throws: {
      ($0 as? Problem)?.found == "101,908"
    }
    #expect(try trace(.neuron("dense_1/3")).text.contains("w′⁽²⁾₁₂₈,₃"))
  }

  @Test func largeNetworksAreDrawnInPartAndSaySo() throws {
    let model = try Model(
      Sequential {
        Dense(128, activation: .relu); Dense(10)
      }, inputShape: [784],
      loss: .crossEntropy, seed: 3)
    var generator = RandomGenerator(seed: 8)
    let image = (0..<784).map { _ in Float(generator.uniform()) }
    let trace = try Tracer(model, plan: TrainingPlan(loss: .crossEntropy)).trace(
      inputs: image, targets: [3])
    #expect(trace.drawing.columns.map(\.leftOut) == [778, 122, 4])
    #expect(trace.drawing.columns.map(\.neurons.count) == [6, 6, 6])
    #expect(trace.html.contains("Only the largest contributions are drawn"))
    #expect(trace.text.contains("122 more neurons are not shown"))
  }

  /// Of several networks in one the first is drawn as if it stood alone.
  @Test func oneMemberIsDrawnAndSaidSo() throws {
    let model = try Model(
      Sequential([Members(2), Dense(4, activation: .tanh), MemberDense(2)]), inputShape: [2],
      loss: .meanSquaredError, seed: 5)
    let trace = try Tracer(model, plan: TrainingPlan(loss: .meanSquaredError)).trace(
      inputs: [0.5, -1], targets: [1, 0])
    let drawing = trace.drawing
    #expect(drawing.members == 2)
    #expect(drawing.columns.map(\.neurons.count) == [2, 2, 4, 2])
    #expect(drawing.columns.allSatisfy { $0.leftOut == 0 })
    func weights(_ name: String) throws -> [Float] {
      try #require(model.tensors.first { $0.name == name }).tensor.values
    }
    let factors = try weights("members/factors")
    #expect(drawing.columns[1].neurons.map(\.value) == [factors[0] * 0.5, -factors[1]])
    for (column, name) in [(2, "dense/kernel"), (3, "member_dense/kernel")] {
      let edges = drawing.edges.filter { $0.column == column }
      #expect(edges.count == 8)
      let first = try weights(name).prefix(8)
      #expect(Set(edges.map(\.weight)) == Set(first), "\(name)")
    }
    #expect(trace.html.contains("Of 2 members the first is drawn"))
  }

  /// The shape comes from the data, so a convolution can be looked at before anything is learned.
  @Test func aTrainerTracesImagesBeforeItLearns() throws {
    let images = try Dataset(
      inputs: Examples(shape: [4, 4, 1], floats: (0..<32).map { Float($0) / 32 }),
      targets: Examples(shape: .scalar, floats: [1, 0]))
    let trainer = Trainer(
      Sequential {
        Conv2D(1, kernelSize: 3)
        Flatten()
        Dense(2)
      }, loss: .crossEntropy, seed: 3)
    let trace = try trainer.trace(images[0])
    let model = try Model(trainer.network, inputShape: [4, 4, 1], loss: .crossEntropy, seed: 3)
    let cycle = try CompiledCycle(model, optimizer: .adam())
    let step = try cycle.program(.gradients, batch: 1)
    try step.feed(images, rows: 0..<1)
    step.run()
    #expect(abs(Double(trace.loss) - step.loss!) < 1e-6)
    // Numbers alone have one axis.
    #expect(throws: Problem.self) {
      try trainer.trace(Example(input: images.inputs[0], target: [1]))
    }
  }
}
