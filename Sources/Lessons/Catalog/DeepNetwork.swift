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

  var network: Sequential {
    Sequential(
      (1...Self.depth).flatMap { number -> [any Layer] in
        let dense = Dense(
          Self.width, activation: isNormalized ? .linear : activation,
          kernelInitializer: initializer, name: Self.name(number))
        if isNormalized {
          let norm = BatchNorm(epsilon: 1e-5, centers: false, scales: false)
          return [dense, norm, Activation(activation)]
        }
        return [isResidual ? Residual([dense]) : dense]
      } + [Dense(1, name: "output")])
  }

  private static func name(_ number: Int) -> String { "layer\(number < 10 ? "0" : "")\(number)" }

  /// √Σg² of each layer's kernel, from the first layer to the last, for one batch.
  func gradientNorms(clipping: Clipping? = nil) throws -> [Double] {
    let run = try cycle(clipping: clipping)
    let program = try run.program(.gradients)
    program.run()
    let gradients = try run.cycle.gradients(of: program)
    let norms = gradients.norms
    return gradients.places.map(\.name)
      .filter { $0.hasPrefix("layer") && $0.hasSuffix("kernel") }.map { norms[$0]! }
  }

  /// How far one step of a rate of 1 moves all weights together.
  func stepLength(clipping: Clipping?) throws -> Double {
    let run = try cycle(clipping: clipping)
    let before = run.cycle.store.snapshot()
    try run.program(.learning).run(rate: 1)
    var squares = 0.0
    for (old, new) in zip(before, run.cycle.store.snapshot()) {
      for (a, b) in zip(old.tensor.values, new.tensor.values) {
        squares += (Double(b) - Double(a)) * (Double(b) - Double(a))
      }
    }
    return squares.squareRoot()
  }

  /// The network with its batch.
  private struct Run {
    let cycle: CompiledCycle
    let inputs, targets: [Float]

    func program(_ mode: CompiledCycle.Mode) throws -> CycleProgram {
      let program = try cycle.program(mode, batch: targets.count)
      try program.feed(inputs: inputs, targets: targets)
      return program
    }
  }

  private func cycle(clipping: Clipping?) throws -> Run {
    let batch = 8
    let shape = try TensorShape(checking: [Self.width])
    let forward = try ForwardPass(
      network, inputShape: shape, batch: 1, loss: .meanSquaredError, isTraining: true)
    var generator = RandomGenerator(seed: 7)
    let store = try VariableStore(forward.graph.variables, generator: &generator)
    let cycle = try CompiledCycle(
      Model(network, inputShape: shape, loss: .meanSquaredError, tensors: store.snapshot()),
      optimizer: Optimizer(Optimizer.sgd().rule, learningRate: 1, clipping: clipping))
    return Run(
      cycle: cycle, inputs: (0..<batch * Self.width).map { _ in Float(generator.normal()) },
      targets: (0..<batch).map { Float($0 % 2) })
  }
}
