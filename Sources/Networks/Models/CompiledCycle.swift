public import Engine

/// A network made ready to learn, to be measured and to predict: the one place where graphs are
/// compiled to programs, fed and run.
/// ```swift
/// let cycle = try CompiledCycle(model, optimizer: .adam())
/// let step = try cycle.program(.learning, batch: 32)
/// try step.feed(inputs: inputs, targets: targets)
/// step.run(rate: 0.001)
/// print(step.loss!, cycle["dense/kernel"]!)
/// ```
/// All programs work on the same variables. They are kept by mode and batch size, at most
/// ``mostPrograms``: then the one that was longest not asked for is let go. A cycle belongs to one
/// task at a time.
public final class CompiledCycle: @unchecked Sendable {
  /// What a program computes.
  public enum Mode: Sendable, Hashable {
    /// A whole step, fused: loss, gradients, clipping, the update of the weights.
    case learning
    /// The first half of a step whose gradients are changed before ``CompiledCycle/update(_:rate:)``:
    /// loss and gradients. Layers keep their running statistics.
    case backward
    /// Loss and gradients as in a step, to look at them: no variable is changed.
    case gradients
    /// Predictions and mean loss, as the network is used: without dropout and penalty.
    case evaluation
    /// Predictions and the loss of each example, as the network is used.
    case examples
    /// Predictions alone.
    case prediction
    /// Predictions, and those of each member of a network that has some, see `Node.members`.
    case members
  }

  /// How many programs are kept.
  public static let mostPrograms = 16

  /// From [batch] and the input shape to [batch] and the outputs.
  public let network: any Layer
  /// The shape of one example.
  public let inputShape: TensorShape
  /// What learning makes small.
  public let loss: any Loss
  /// Nil for a network that does not learn.
  public let optimizer: Optimizer?
  /// What it adds to the loss.
  public let penalty: Penalty
  /// Do examples have weights?
  public let isWeighted: Bool
  /// The weights and the optimiser's state, shared by all programs.
  package let store: VariableStore
  /// The set of fast loops in use.
  public let kernels: Kernels
  /// Names of the parameters that learn, in the order of their first use; none without an optimiser.
  public var parameterNames: [String] { parameterShapes.map(\.name) }
  let pool: WorkerPool
  private let parameterShapes: [(name: String, shape: TensorShape)]
  /// The one asked for last at the end.
  private var kept: [(mode: Mode, batch: Int, program: CycleProgram)] = []
  private var updating: CycleProgram?
  private var largestValue: Int?
  private var knownStatistics: [String]?

  /// Prepares a network that starts at the model's weights; programs are compiled when asked for.
  ///
  /// - Parameters:
  ///   - loss: the model's own if not given.
  ///   - optimizer: needed for learning.
  ///   - threads: change no bit of any result.
  /// - Throws: `Problem` where layers or loss do not fit, or memory is too small.
  public convenience init(
    _ model: Model, loss: (any Loss)? = nil, optimizer: Optimizer? = nil,
    penalty: Penalty = Penalty(),
    isWeighted: Bool = false, kernels: Kernels? = nil, threads: Int = 1
  ) throws {
    try self.init(
      model, loss: loss, optimizer: optimizer, penalty: penalty, isWeighted: isWeighted,
      sharing: nil, kernels: kernels, threads: threads)
  }

  /// Predictions with variables that others read too.
  convenience init(
    _ model: Model, sharing store: VariableStore, kernels: Kernels, threads: Int
  ) throws {
    try self.init(
      model, loss: nil, optimizer: nil, penalty: Penalty(), isWeighted: false, sharing: store,
      kernels: kernels, threads: threads)
  }

  private init(
    _ model: Model, loss: (any Loss)?, optimizer: Optimizer?, penalty: Penalty, isWeighted: Bool,
    sharing store: VariableStore?, kernels: Kernels?, threads: Int
  ) throws {
    network = model.network
    inputShape = model.inputShape
    self.loss = loss ?? model.loss
    self.optimizer = optimizer
    self.penalty = penalty
    self.isWeighted = isWeighted
    self.kernels = try kernels ?? .chosen()
    pool = WorkerPool(threads: threads)
    guard let optimizer else {
      parameterShapes = []
      self.store = try store ?? model.store()
      return
    }
    let forward = try ForwardPass(
      network, inputShape: inputShape, batch: 1, loss: self.loss, isTraining: true)
    parameterShapes = forward.graph.variables.filter(\.isTrainable).map { ($0.name, $0.shape) }
    let update = try Self.update(parameterShapes, optimizer)
    self.store = try store ?? model.store(adding: update.variables)
  }

  // MARK: Variables

  /// A copy of one of the weights, or of the optimiser's state, by name such as `dense/kernel`; nil if
  /// there is none of this name.
  public subscript(name: String) -> Tensor? { store[name] }

  /// Replaces one variable's numbers.
  /// - Throws: `Problem` if there is no such variable or its shape is another.
  public func set(_ name: String, to tensor: Tensor) throws { try store.set(name, to: tensor) }

  // MARK: Programs

  /// The program of a mode for a batch size; compiled when it is asked for the first time.
  /// - Throws: `Problem` where layers do not fit, memory is too small, or there is nothing to learn
  ///   with.
  public func program(_ mode: Mode, batch: Int) throws -> CycleProgram {
    if let place = kept.lastIndex(where: { $0.mode == mode && $0.batch == batch }) {
      if place < kept.count - 1 { kept.append(kept.remove(at: place)) }
      return kept[kept.count - 1].program
    }
    let program = try compile(mode, batch)
    if kept.count == Self.mostPrograms { kept.removeFirst() }
    kept.append((mode, batch, program))
    return program
  }

  private func compile(_ mode: Mode, _ batch: Int) throws -> CycleProgram {
    switch mode {
    case .learning, .backward, .gradients:
      let cycle = try learningCycle(
        batch: batch, updates: mode == .learning, keepsStatistics: mode != .gradients)
      let gradients = mode == .learning ? [] : cycle.gradients
      return try program(cycle.graph, .init(loss: cycle.loss, gradients: gradients), batch: batch)
    case .evaluation:
      let forward = try forwardPass(batch: batch)
      return try program(
        forward.graph,
        .init(loss: forward.loss, prediction: loss.prediction(forward.output)), batch: batch,
        isGuarded: false)
    case .examples:
      let forward = try forwardPass(batch: batch)
      return try program(
        forward.graph,
        .init(
          prediction: loss.prediction(forward.output),
          exampleLosses: loss.ofAnswers(forward.output, forward.target)), batch: batch)
    case .prediction:
      let (graph, output) = try Model.forward(network, inputShape, batch: batch)
      return try program(graph, .init(prediction: loss.prediction(output)), batch: batch)
    case .members:
      let (graph, output) = try Model.forward(network, inputShape, batch: batch)
      let members = try output.members.map { [try loss.prediction($0)] } ?? []
      return try program(
        graph, .init(prediction: loss.prediction(output), watched: members), batch: batch)
    }
  }

  private func program(
    _ graph: Graph, _ outputs: CycleProgram.Outputs, batch: Int, isGuarded: Bool = true
  ) throws -> CycleProgram {
    try CycleProgram(graph, outputs, batch: batch, of: self, isGuarded: isGuarded)
  }

  // MARK: Looking inside

  /// The graph of a step for a batch size, to choose nodes of it for `program`.
  ///
  /// - Parameters:
  ///   - updates: does the step change the weights?
  ///   - keepsStatistics: as a step if not given: only where it updates.
  public func learningCycle(
    batch: Int, updates: Bool = true, keepsStatistics: Bool? = nil
  ) throws -> LearningCycle {
    guard optimizer != nil || !updates else {
      throw Problem.data(
        "optimizer", expected: "one, for a network that learns", found: "none",
        fix: "give the cycle an optimizer")
    }
    return try LearningCycle(
      network, inputShape: inputShape, batch: batch, loss: loss,
      optimizer: updates ? optimizer : nil, penalty: penalty, isWeighted: isWeighted,
      keepsStatistics: keepsStatistics)
  }

  /// The graph of the network as it is used, for a batch size, with its loss.
  public func forwardPass(batch: Int) throws -> ForwardPass {
    try ForwardPass(
      network, inputShape: inputShape, batch: batch, loss: loss, isTraining: false)
  }

  /// A program of its own for a step, some of whose nodes are wanted. It is not kept.
  public func program(_ cycle: LearningCycle, watching nodes: [Node]) throws -> CycleProgram {
    try program(
      cycle.graph, .init(loss: cycle.loss, watched: nodes), batch: cycle.input.shape[0])
  }

  /// A program of its own for a forward pass, some of whose nodes are wanted. It is not kept.
  public func program(_ forward: ForwardPass, watching nodes: [Node]) throws -> CycleProgram {
    try program(
      forward.graph, .init(loss: forward.loss, watched: nodes), batch: forward.input.shape[0],
      isGuarded: false)
  }

  /// As many examples as are computed together at most: beyond some numbers of a value memory is the slower the
  /// more there is.
  package func examplesAtOnce(atMost most: Int) throws -> Int {
    try max(1, min(most, Self.mostNumbers / numbersOfExample))
  }
  private static let mostNumbers = 1 << 25

  /// How many numbers the largest value has that the network, as it is used, makes of an example.
  package var numbersOfExample: Int {
    get throws {
      if let largestValue { return largestValue }
      let largest = try Model.forward(network, inputShape, batch: 1).graph.nodes.reduce(1) {
        largest, node in
        if case .variable = node.source { largest } else { max(largest, node.shape.count) }
      }
      largestValue = largest
      return largest
    }
  }

  /// The names of what a ``Mode/backward`` program changes: the running statistics that layers keep.
  package var statistics: [String] {
    get throws {
      if let knownStatistics { return knownStatistics }
      let graph = try learningCycle(batch: 2, updates: false, keepsStatistics: true).graph
      let names = graph.assignments.compactMap { changed -> String? in
        guard case .variable(let variable) = graph.records[changed.variable].source else {
          return nil
        }
        return variable.name
      }
      knownStatistics = names
      return names
    }
  }

  // MARK: Steps in two halves

  /// Room for the gradients of a step.
  /// - Throws: `Problem` where there is nothing to learn with.
  public func gradients() throws -> ParameterGradients {
    ParameterGradients(try updateGraph().parameters)
  }

  /// The gradients that a ``Mode/gradients`` or ``Mode/backward`` program has just computed.
  /// - Throws: `Problem` where there is nothing to learn with.
  public func gradients(of program: CycleProgram) throws -> ParameterGradients {
    var gradients = try gradients()
    let places = gradients
    gradients.values.withUnsafeMutableBufferPointer { values in
      if let start = values.baseAddress {
        places.write(places.places.indices, of: program, share: 1, to: start)
      }
    }
    return gradients
  }

  /// The second half of a step: clips the gradients and updates the weights by them.
  ///
  /// Gradients of a ``Mode/backward`` program that nobody changed lead to the weights that
  /// ``Mode/learning`` leads to, bit for bit.
  ///
  /// - Parameter rate: the learning rate of the step.
  /// - Returns: the program that ran.
  @discardableResult
  public func update(_ gradients: ParameterGradients, rate: Double) throws -> CycleProgram {
    try gradients.values.withUnsafeBufferPointer { try update(gradients.places, $0, rate: rate) }
  }

  /// The same for gradients that lie one after the other in memory.
  package func update(
    _ places: [ParameterGradients.Place], _ gradients: UnsafeBufferPointer<Float>, rate: Double
  ) throws -> CycleProgram {
    let program: CycleProgram
    if let updating {
      program = updating
    } else {
      program = try self.program(updateGraph().graph, .init(), batch: 0)
      updating = program
    }
    program.feed(places, gradients)
    program.run(rate: rate)
    return program
  }

  private func updateGraph() throws -> (graph: Graph, parameters: [Node]) {
    guard let optimizer else {
      throw Problem.data(
        "optimizer", expected: "one, for a network that learns", found: "none",
        fix: "give the cycle an optimizer")
    }
    let graph = try Self.update(parameterShapes, optimizer)
    return (graph, parameterShapes.compactMap { graph.variableNode(named: $0.name) })
  }

  /// Clipping and update alone, of gradients that are given.
  private static func update(
    _ parameters: [(name: String, shape: TensorShape)], _ optimizer: Optimizer
  ) throws -> Graph {
    let graph = Graph(isTraining: true)
    let nodes = try parameters.map { name, shape in
      try graph.variable(
        Variable(name, shape: shape, isTrainable: true) { _ in Tensor(repeating: 0, shape: shape) })
    }
    let gradients = try nodes.map {
      try graph.input(CycleProgram.gradientName($0.variableName ?? ""), shape: $0.shape)
    }
    try optimizer.update(nodes, gradients: gradients, in: graph)
    return graph
  }
}
