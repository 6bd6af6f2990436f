import Engine
import Networks

/// Deep stacks of equal layers, to see what happens to gradients on their long way back.
struct DeepNetwork {
  static let width = 16
  static let depth = 12

  var activation: ActivationFunction
  var initializer: any Initializer
  /// Does each layer add to its input instead of replacing it?
  var isResidual = false
  /// Are the sums of each unit brought to mean 0 and deviation 1 over the batch before they are bent?
  var isNormalized = false

  /// A layer that adds what it makes to its input.
  private struct Residual: Layer {
    let inner: Dense
    func callAsFunction(_ input: Node) throws -> Node { try inner(input) + input }
  }

  /// Batch normalisation between the weighted sums and the activation, without scale and shift.
  private struct Normalized: Layer {
    let sums: Dense
    let activation: ActivationFunction

    func callAsFunction(_ input: Node) throws -> Node {
      let z = try sums(input)
      let centred = try z - Ops.Mean(axes: 0..<1)(z)
      let variance = try Ops.Mean(axes: 0..<1)(centred * centred)
      return try activation(centred / Ops.SquareRoot()(variance + 1e-5))
    }
  }

  var network: Sequential {
    Sequential(
      (1...Self.depth).map { number -> any Layer in
        let dense = Dense(
          Self.width, activation: isNormalized ? .linear : activation,
          kernelInitializer: initializer, name: Self.name(number))
        if isNormalized { return Normalized(sums: dense, activation: activation) }
        return isResidual ? Residual(inner: dense) : dense
      } + [Dense(1, name: "output")])
  }

  private static func name(_ number: Int) -> String { "layer\(number < 10 ? "0" : "")\(number)" }

  /// √Σg² of each layer's kernel, from the first layer to the last, for one batch.
  func gradientNorms(clipping: Clipping? = nil) throws -> [Double] {
    let run = try cycle(clipping: clipping)
    return run.cycle.parameters.indices.compactMap { index in
      guard let name = run.cycle.parameters[index].variableName, name.hasPrefix("layer"),
        name.hasSuffix("kernel")
      else { return nil }
      return Self.norm(run.program.result(index))
    }
  }

  /// How far one step of a rate of 1 moves all weights together.
  func stepLength(clipping: Clipping?) throws -> Double {
    let run = try cycle(clipping: clipping)
    let before = run.before
    var squares = 0.0
    for (old, new) in zip(before, run.store.snapshot()) {
      for (a, b) in zip(old.tensor.values, new.tensor.values) {
        squares += (Double(b) - Double(a)) * (Double(b) - Double(a))
      }
    }
    return squares.squareRoot()
  }

  private struct Run {
    let cycle: LearningCycle
    let program: Program
    let store: VariableStore
    let before: [(name: String, tensor: Tensor)]
  }

  private func cycle(clipping: Clipping?) throws -> Run {
    let batch = 8
    let cycle = try LearningCycle(
      network, inputShape: TensorShape(checking: [Self.width]), batch: batch,
      loss: .meanSquaredError,
      optimizer: Optimizer(
        Optimizer.sgd().rule, learningRate: 1, clipping: clipping))
    var generator = RandomGenerator(seed: 7)
    let store = VariableStore(cycle.graph.variables, generator: &generator)
    let before = store.snapshot()
    let program = try Program(
      cycle.graph, results: cycle.gradients, store: store, kernels: .chosen())
    program.input(Optimizer.rateInput)?[0] = 1
    let input = program.input(LearningCycle.inputName)
    for index in 0..<batch * Self.width { input?[index] = Float(generator.normal()) }
    for index in 0..<batch { program.input(LearningCycle.targetName)?[index] = Float(index % 2) }
    program.run()
    return Run(cycle: cycle, program: program, store: store, before: before)
  }

  private static func norm(_ values: UnsafeBufferPointer<Float>) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
