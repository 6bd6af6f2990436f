public import Engine

/// One compiled part of a learning cycle for one batch size: fed, run, and read.
///
/// Made by a ``CompiledCycle``. A run allocates nothing. Like the program inside, it belongs to one
/// task at a time.
public final class CycleProgram: @unchecked Sendable {
  /// How many examples it takes.
  public let batch: Int
  /// The shape of one example.
  public let inputShape: TensorShape
  private let program: Program
  private let outputs: Outputs

  /// The nodes that a run is read at. The place of a node in the list is its place in the program.
  struct Outputs {
    var loss: Node?
    var prediction: Node?
    var exampleLosses: Node?
    var gradients: [Node] = []
    var watched: [Node] = []

    var all: [Node] {
      [loss, prediction, exampleLosses].compactMap { $0 } + gradients + watched
    }
    var predictionPlace: Int { loss == nil ? 0 : 1 }
    var exampleLossesPlace: Int { predictionPlace + (prediction == nil ? 0 : 1) }
    var gradientsPlace: Int { exampleLossesPlace + (exampleLosses == nil ? 0 : 1) }
  }

  init(
    _ graph: Graph, _ outputs: Outputs, batch: Int, of cycle: CompiledCycle, isGuarded: Bool
  ) throws {
    self.batch = batch
    self.outputs = outputs
    inputShape = cycle.inputShape
    program = try Program(
      graph, results: outputs.all, store: cycle.store, kernels: cycle.kernels, pool: cycle.pool,
      guarding: isGuarded ? outputs.loss : nil)
  }

  // MARK: Feeding

  // Missing where no result depends on it.
  package var inputs: UnsafeMutableBufferPointer<Float>? {
    program.input(LearningCycle.inputName)
  }
  package var targets: UnsafeMutableBufferPointer<Float>? {
    program.input(LearningCycle.targetName)
  }
  package var weights: UnsafeMutableBufferPointer<Float>? {
    program.input(LearningCycle.weightsName)
  }

  /// Gives the examples of the runs to come.
  ///
  /// - Parameters:
  ///   - inputs: `batch` examples one after another, each of the input shape, row-major.
  ///   - targets: a class index for each, or the numbers of its target; nil leaves what was there.
  ///   - weights: how much each counts; nil leaves what was there.
  /// - Throws: `Problem` for a wrong count of numbers.
  public func feed(inputs: [Float], targets: [Float]? = nil, weights: [Float]? = nil) throws {
    try fill(self.inputs, "input", inputs)
    if let targets { try fill(self.targets, "target", targets) }
    if let weights { try fill(self.weights, LearningCycle.weightsName, weights) }
  }

  private func fill(
    _ memory: UnsafeMutableBufferPointer<Float>?, _ name: String, _ numbers: [Float]
  ) throws {
    guard let memory else { return }
    guard memory.count == numbers.count else {
      throw Problem.shape(
        name, expected: "\(memory.count) numbers for \(batch) examples", found: "\(numbers.count)")
    }
    _ = memory.update(fromContentsOf: numbers)
  }

  // MARK: Running

  /// Computes everything; a learning step also changes the weights.
  ///
  /// - Parameters:
  ///   - rate: the learning rate, for a step that updates.
  ///   - seed: with the step it decides all random masks.
  ///   - step: counted from 0.
  /// - Returns: false if the loss is not finite; no variable was changed then.
  @discardableResult
  public func run(rate: Double? = nil, seed: UInt64 = 0, step: UInt64 = 0) -> Bool {
    if let rate { program.input(Optimizer.rateInput)?[0] = Float(rate) }
    program.setRandomKey(seed: seed, step: step)
    return program.run()
  }

  /// The same for a program of gradients, which are told as soon as they are there.
  ///
  /// - Parameter ready: is given the place of a parameter whose gradient can be read.
  package func run(seed: UInt64, step: UInt64, ready: (Int) -> Void) -> Bool {
    program.setRandomKey(seed: seed, step: step)
    return program.run(tellingResults: { place in
      let parameter = place - outputs.gradientsPlace
      if outputs.gradients.indices.contains(parameter) { ready(parameter) }
    })
  }

  /// Once more with all that was given last.
  @discardableResult public func runAgain() -> Bool { program.run() }

  /// Runs again, watching every value: the first op, with the layer it is in, that made something
  /// infinite or not a number; nil if there is none.
  ///
  /// - Parameter changingVariables: go on after the loss, into gradients and updates?
  public func firstNonFinite(changingVariables: Bool = false) -> String? {
    program.firstNonFinite(changingVariables: changingVariables)
  }

  /// The time of a run by sort of work, with what was fed last, averaged over some runs.
  package func profile(runs: Int) -> [StepTime] { program.profile(runs: runs) }

  // MARK: Reading

  /// The mean loss of the batch, with the penalty where there is one; nil for predictions alone.
  public var loss: Double? { outputs.loss == nil ? nil : Double(program.result(0)[0]) }

  /// Probabilities or values, row by row; empty where they are not computed.
  public var predictions: [Float] {
    outputs.prediction == nil ? [] : Array(predictionMemory)
  }

  package var predictionMemory: UnsafeBufferPointer<Float> {
    program.result(outputs.predictionPlace)
  }

  /// What each member of the network predicts, [batch, members, outputs], in a program of members.
  var memberMemory: UnsafeBufferPointer<Float> {
    program.result(outputs.gradientsPlace + outputs.gradients.count)
  }

  /// The loss of each example, or of each step that has a class of its own; empty where they are not
  /// computed.
  public var exampleLosses: [Float] {
    outputs.exampleLosses == nil ? [] : Array(program.result(outputs.exampleLossesPlace))
  }

  /// The gradient of a parameter, by its place among the parameters.
  func gradient(_ place: Int) -> UnsafeBufferPointer<Float> {
    program.result(outputs.gradientsPlace + place)
  }

  /// The numbers of a node that was asked for when the program was made.
  /// - Throws: `Problem` for any other node.
  public func values(of node: Node) throws -> [Float] { try program.values(of: node) }

  /// Gives the gradients of an update, in the order of the parameters.
  func feed(_ places: [ParameterGradients.Place], _ gradients: UnsafeBufferPointer<Float>) {
    for place in places {
      guard let memory = program.input(Self.gradientName(place.name)) else { continue }
      _ = memory.update(fromContentsOf: gradients[place.range])
    }
  }

  static func gradientName(_ parameter: String) -> String { "gradient of \(parameter)" }
}
