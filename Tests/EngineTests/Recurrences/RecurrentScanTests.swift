import Testing

@testable import Engine

/// Scans of the sizes that people use, against their definitions.
@Suite struct RecurrentScanTests {
  struct Size: Sendable, CustomTestStringConvertible {
    let kind: RecurrentCell.Kind
    let steps, batch, units: Int
    var isMasked = false
    var isReversed = false
    var truncation: Int?
    var testDescription: String { "\(kind) \(steps) × \(batch) × \(units)" }
  }

  static let sizes = [
    Size(kind: .lstm, steps: 3, batch: 70, units: 64),
    Size(kind: .gru, steps: 3, batch: 33, units: 96, isReversed: true),
    Size(kind: .simple, steps: 4, batch: 5, units: 300, isMasked: true),
    Size(kind: .gru, steps: 5, batch: 40, units: 31, isMasked: true, truncation: 2),
    Size(kind: .lstm, steps: 4, batch: 1, units: 128, isMasked: true, isReversed: true),
  ]

  @Test(arguments: sizes, Kernels.available)
  func fastCodeEqualsTheDefinition(_ size: Size, kernels: String) throws {
    let (graph, results, feeds) = try graph(size)
    let expected = try graph.evaluate(results, feeding: feeds)
    for threads in [1, 3] {
      let found = try run(graph, results, feeds, kernels: kernels, threads: threads)
      for (place, values) in found.enumerated() {
        let largest = expected[place].reduce(1) { max($0, abs($1)) }
        for (index, value) in values.enumerated() {
          let error = abs(Double(value) - expected[place][index]) / largest
          #expect(error <= (place == 0 ? 1e-5 : 1e-4), "result \(place) at \(index)")
          if error > 1e-4 { return }
        }
      }
    }
  }

  /// A training never asks for δ itself; whoever shows it does.
  @Test(arguments: sizes)
  func deltasEqualTheirDefinition(_ size: Size) throws {
    let (graph, _, feeds) = try graph(size)
    let id = try #require(
      graph.records.firstIndex {
        if case .op(_ as Ops.RecurrentScanGradient) = $0.source { true } else { false }
      })
    let node = Node(graph: graph, id: id)
    let expected = try graph.evaluate([node], feeding: feeds)[0]
    let found = try run(
      graph, [node], feeds, kernels: Kernels.chosen().name, threads: 2)[0]
    let largest = expected.reduce(0) { max($0, abs($1)) }
    #expect(largest > 0)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) <= 1e-4 * largest) }
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let (graph, results, feeds) = try graph(Self.sizes[0])
    let runs = try [1, 2, 3, 8].map {
      try run(graph, results, feeds, kernels: Kernels.chosen().name, threads: $0)
    }
    for run in runs {
      #expect(run.map { $0.map(\.bitPattern) } == runs[0].map { $0.map(\.bitPattern) })
    }
  }

  /// The gradient past a boundary is 0: nothing of the first steps reaches a loss on the last.
  @Test func truncationCutsTheGradient() throws {
    let size = Size(kind: .lstm, steps: 5, batch: 2, units: 3, truncation: 2)
    let (graph, results, feeds) = try graph(size)
    let gradient = try graph.evaluate([results[1]], feeding: feeds)[0]
    let perStep = gradient.count / size.batch / size.steps
    for (place, number) in gradient.enumerated() where place / perStep % size.steps < 4 {
      #expect(number == 0)
    }
    #expect(gradient.contains { abs($0) > 1e-3 })
  }

  /// There is no second derivative, and whoever asks for one is told of which op.
  @Test(arguments: [RecurrentCell.Kind.simple, .lstm, .gru])
  func aSecondDerivativeIsRefusedByName(_ kind: RecurrentCell.Kind) throws {
    let (graph, results, _) = try graph(Size(kind: kind, steps: 2, batch: 1, units: 2))
    let inputs = try ["x", "kernel", "recurrent kernel", "bias"].map { name in
      Node(graph: graph, id: try #require(graph.records.firstIndex { $0.name == "input \(name)" }))
    }
    for (gradient, input) in zip(results.dropFirst(), inputs) {
      let problem = #expect(throws: Problem.self) {
        try graph.gradients(of: gradient.sum(), withRespectTo: [input])
      }
      #expect(problem?.location == Ops.RecurrentWeightGradient.name)
      #expect(problem?.found == Graph.noDerivative)
    }
  }

  /// What is written of a number goes on from the names of the gates and of the states before it.
  @Test func theFormulaOfACellIsThatOfItsStep() throws {
    let scan = Ops.RecurrentScan(RecurrentCell(.lstm))
    #expect(scan.cellKinds.map(\.letter) == ["i", "f", "g", "o", "c", "h"])
    let shapes: [TensorShape] = [[1, 3, 2], [2, 8], [2, 8], [8]]
    let inputs = zip(["x", "W", "U", "b"], shapes).map { name, shape in
      Elements(
        shape: shape,
        values: (0..<shape.count).map { SymbolicExpression.variable("\(name)\($0)", 0.1) })
    }
    let shape = try scan.shape(shapes)
    let kept = Elements(shape: shape) { cell -> SymbolicExpression in
      let place = scan.place(of: cell, in: shape)
      let letter = place.kind.map { scan.cellKinds[$0].letter } ?? "?"
      return .variable("\(letter)\(place.step)\(place.unit)", 0.1)
    }
    let expected = [
      "i": "1 ÷ (1 + e^(-(x4 · W0 + x5 · W8 + h10 · U0 + h11 · U8 + b0)))",
      "g": "tanh(x4 · W4 + x5 · W12 + h10 · U4 + h11 · U12 + b4)",
      "c": "f20 · c10 + i20 · g20", "h": "o20 · tanh(c20)",
    ]
    for cell in 0..<shape.count {
      let place = scan.place(of: cell, in: shape)
      guard place.step == 2, place.unit == 0, let kind = place.kind,
        let formula = expected[scan.cellKinds[kind].letter]
      else { continue }
      #expect(scan.value(at: cell, inputs, results: kept).symbols == formula)
    }
  }

  /// A number that goes on from other results is the one that goes on from the inputs alone, masked or
  /// not, forwards and back.
  @Test func goingOnFromResultsChangesNoNumber() throws {
    func check(_ op: some StepwiseOp, _ example: OpExample) throws {
      let graph = try ExampleGraph(example, seed: 3)
      let inputs = graph.inputs.enumerated().map { place, node in
        Elements(shape: node.shape, values: graph.feeds["x\(place)"]!)
      }
      let shape = try op.shape(inputs.map(\.shape))
      let results = Elements(shape: shape, values: op.values(inputs, count: shape.count))
      for cell in 0..<shape.count {
        let value = op.value(at: cell, inputs, results: results)
        #expect((value - results[flat: cell]).magnitude < 1e-12, "\(cell)")
      }
    }
    for example in Ops.RecurrentScan.examples + Ops.RecurrentScanGradient.examples {
      if let op = example.op as? Ops.RecurrentScan { try check(op, example) }
      if let op = example.op as? Ops.RecurrentScanGradient { try check(op, example) }
    }
  }

  // MARK: Running

  /// A scan with a loss on the output of its last step; results are what it keeps and its gradients.
  private func graph(_ size: Size) throws -> (Graph, [Node], [String: [Double]]) {
    let cell = RecurrentCell(size.kind, isMasked: size.isMasked)
    let width = cell.gates * size.units
    var shapes: [(String, TensorShape)] = [
      ("x", [size.batch, size.steps, 7]), ("kernel", [7, width]),
      ("recurrent kernel", [size.units, width]),
      ("bias", cell.biasRows == 2 ? [2, width] : [width]),
    ]
    if size.isMasked { shapes.append(("mask", [size.steps, size.batch])) }
    let graph = Graph(isTraining: true)
    var generator = RandomGenerator(seed: 5)
    var feeds: [String: [Double]] = [:]
    let inputs = try shapes.map { name, shape in
      feeds[name] = (0..<shape.count).map { _ in
        let scale = name.hasSuffix("kernel") ? 1 / Double(size.units).squareRoot() : 1
        return name == "mask"
          ? Double(generator.below(2)) : Double(Float(generator.normal() * scale))
      }
      return try graph.input(name, shape: shape)
    }
    let kept = try Ops.RecurrentScan(cell, isReversed: size.isReversed, truncation: size.truncation)
      .apply(to: inputs)
    let last = size.isReversed ? 0 : size.steps - 1
    let output = try Ops.Slice(
      from: [0, last, 0, 0], shape: TensorShape([1, 1, size.batch, size.units]))(kept)
    let loss = try Ops.Sum(axes: 0..<4)(output * output)
    let gradients = try graph.gradients(of: loss, withRespectTo: Array(inputs[..<4]))
    return (graph, [kept] + gradients, feeds)
  }

  private func run(
    _ graph: Graph, _ results: [Node], _ feeds: [String: [Double]], kernels: String, threads: Int
  ) throws -> [[Float]] {
    var generator = RandomGenerator(seed: 0)
    let program = try Program(
      graph, results: results, store: VariableStore([], generator: &generator),
      kernels: Kernels(named: kernels), pool: WorkerPool(threads: threads, mayRest: false))
    for (name, values) in feeds {
      guard let memory = program.input(name) else { continue }
      for (place, value) in values.enumerated() { memory[place] = Float(value) }
    }
    program.run()
    return results.indices.map { Array(program.result($0)) }
  }
}
