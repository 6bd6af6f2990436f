package import Engine
package import Networks
import Training

/// A network as it is used, with every number that it makes of one example, and where each comes from.
///
/// A ``Trace`` is a step that learns; here nothing learns: no number is dropped, and batch normalisation uses
/// what it has kept. It is compiled once, for as many examples and changed weights as one likes, and belongs
/// to one task at a time.
package final class TracedPass {
  /// Numbers with a symbol: what a layer gives on, or a step on the way there.
  package struct Step: Sendable {
    /// `a⁽¹⁾`.
    package let symbol: String
    /// Of one example.
    package let shape: [Int]
    let node: Int
  }

  /// The input, a layer that computes something, or the probabilities that are made of the last one.
  package struct Layer: Sendable {
    package enum Kind: String, Sendable { case input, layer, answer }

    package let kind: Kind
    /// As readers know it: `conv2d_1`.
    package let name: String
    /// In the order they are computed; the last is what it gives on.
    package let steps: [Step]
    /// The names of its numbers, `conv2d_1/kernel`.
    package let parameters: [String]
  }

  /// The input first, then the layers in the order of the forward pass. Those that only move numbers are
  /// none.
  package let layers: [Layer]
  let tracer: Tracer
  let reading: AnnotatedCycle
  let names: TraceNames
  let compiled: CompiledCycle
  /// What layers give on, computed as predictions are: the same bits.
  private let program: CycleProgram
  private let shown: [Node]
  /// The steps inside of layers too, which cannot be computed in one then; made when one is asked for.
  private var inner: CycleProgram?
  private let watched: [Node]
  private var input: [Float] = []
  /// Has the inner program computed what the other one has?
  private var isInnerPresent = false

  /// - Throws: `Problem` where the network cannot be built.
  package init(_ tracer: Tracer, kernels: Kernels? = nil) throws {
    self.tracer = tracer
    names = try tracer.names
    compiled = try CompiledCycle(tracer.model, loss: tracer.plan.loss, kernels: kernels)
    let cycle = LearningCycle(try compiled.forwardPass(batch: 1))
    let answer = try compiled.loss.prediction(cycle.output)
    reading = AnnotatedCycle(cycle, answer: answer.id, batch: 1, plan: tracer.plan)
    layers = Self.layers(of: reading)
    let ids = reading.recorded.filter { $0 <= cycle.output.id || $0 == answer.id } + [answer.id]
    watched = Set(ids).sorted().map { Node(graph: cycle.graph, id: $0) }
    let ends = Set(layers.compactMap { $0.steps.last?.node } + [answer.id])
    shown = ends.sorted().map { Node(graph: cycle.graph, id: $0) }
    program = try compiled.program(cycle, watching: shown)
  }

  private static func layers(of reading: AnnotatedCycle) -> [Layer] {
    let graph = reading.graph
    func step(_ id: Int) -> Step {
      Step(symbol: reading.symbols[id]?.text ?? "", shape: shape(of: id, in: reading), node: id)
    }
    let input = reading.cycle.input.id
    var layers = [Layer(kind: .input, name: "input", steps: [step(input)], parameters: [])]
    for block in reading.blocks where !block.nodes.isEmpty {
      layers.append(
        Layer(
          kind: .layer, name: block.name, steps: block.nodes.map(step),
          parameters: block.parameters.compactMap {
            Node(graph: graph, id: $0).variableName
          }))
    }
    if reading.answer != reading.cycle.output.id {
      layers.append(
        Layer(kind: .answer, name: "answer", steps: [step(reading.answer)], parameters: []))
    }
    return layers
  }

  /// Of one example. Layers that work on rows of channels, such as batch normalisation, bring their numbers
  /// back into the example's shape at the end.
  private static func shape(of id: Int, in reading: AnnotatedCycle) -> [Int] {
    let own = reading.graph.records[id]
    let back = reading.graph.records[id...].first { record in
      guard case .op(is Ops.Reshape) = record.source else { return false }
      return record.inputs == [id] && record.layer == own.layer && record.shape.extents.first == 1
    }
    let extents = (own.shape.extents.first == 1 ? own : back ?? own).shape.extents
    return extents.first == 1 ? Array(extents.dropFirst()) : extents
  }

  // MARK: Numbers

  /// Computes everything for one example.
  /// - Throws: `Problem` for a wrong count of numbers.
  package func run(_ input: [Float]) throws {
    try program.feed(inputs: input)
    self.input = input
    runAgain()
  }

  /// Computes everything again, with the weights as they are now.
  package func runAgain() {
    program.run()
    isInnerPresent = false
  }

  /// The numbers of a step; of the last one if none is named.
  /// - Throws: `Problem` for a layer that there is not.
  package func values(ofLayer layer: Int, step: Int? = nil) throws -> [Float] {
    let steps = try self.layer(layer).steps
    let place = step ?? steps.count - 1
    let node = Node(graph: reading.graph, id: steps[place].node)
    return try (place == steps.count - 1 ? program : inside()).values(of: node)
  }

  /// The program of all steps, with what was computed last.
  private func inside() throws -> CycleProgram {
    let program = try inner ?? compiled.program(reading.cycle, watching: watched)
    inner = program
    if !isInnerPresent {
      try program.feed(inputs: input)
      program.run()
      isInnerPresent = true
    }
    return program
  }

  /// What the network answers, as predictions have it.
  package var answer: [Float] {
    get throws { try program.values(of: Node(graph: reading.graph, id: reading.answer)) }
  }

  func layer(_ place: Int) throws -> Layer {
    guard layers.indices.contains(place) else {
      throw Problem.data(
        "layer", expected: "0 to \(layers.count - 1)", found: "\(place)")
    }
    return layers[place]
  }

  /// All that was computed last.
  func recorded() throws -> RecordedCycle {
    let values = try RecordedCycle.results(inside(), watched)
      .merging(RecordedCycle.results(program, shown)) { $1 }
    return RecordedCycle(reading.cycle, weights: compiled.store, values: values)
  }

  // MARK: Weights

  /// A parameter as it is now; nil for a name that there is not.
  package func weights(_ name: String) -> Tensor? { compiled[name] }

  /// Changes one weight of this pass; the model that it was made of stays as it is.
  ///
  /// - Parameter cell: of the weight in its parameter, row by row, counted from 0.
  /// - Returns: what it was before.
  /// - Throws: `Problem` for a weight that there is not, and for what is no number.
  @discardableResult
  package func set(_ name: String, _ cell: Int, to value: Float) throws -> Float {
    let known = tracer.model.tensors.map(\.name)
    guard let tensor = compiled[name] else { throw Problem.unknown("weight", name, among: known) }
    guard value.isFinite else {
      throw Problem.data(name, expected: "a finite number", found: "\(value)")
    }
    var values = tensor.values
    guard values.indices.contains(cell) else {
      throw Problem.data(
        name, expected: "a place from 0 to \(values.count - 1)", found: "\(cell)")
    }
    let was = values[cell]
    values[cell] = value
    try compiled.set(name, to: Tensor(tensor.shape, values))
    return was
  }

  /// Gives a parameter back the numbers that the model has.
  package func restore(_ name: String) throws {
    guard let own = tracer.model.tensors.first(where: { $0.name == name }) else { return }
    try compiled.set(name, to: own.tensor)
  }

  /// The model with the weights as they are now.
  package var model: Model {
    get throws {
      try tracer.model.with(
        tracer.model.tensors.map { ($0.name, compiled[$0.name] ?? $0.tensor) })
    }
  }
}
