// Any struct that combines layers is a layer: a residual block whose inner layer is used twice. And a
// layer with weights of its own: one factor for each number of its input.
import Glassbox

struct Residual: Layer {
  let inner = Dense(8, activation: .tanh, name: "inner")

  func callAsFunction(_ x: Node) throws -> Node {
    let once = try inner(x) + x
    return try inner(once) + once
  }
}

/// Files can name it too: give `Registry.standard.adding(Scale.self)` to what reads a model of it.
struct Scale: IdentifiedLayer {
  static let kind = "scale"
  static var usual: Scale { Scale() }
  static var settings: [Setting<Scale>] {
    [.initializer("initializer", \.initializer), .name]
  }

  var initializer: any Initializer = .ones
  var identity = LayerIdentity()

  func callAsFunction(_ x: Node) throws -> Node {
    try identity.scope(in: x.graph, kind: Self.kind) {
      let width = x.shape[x.shape.rank - 1]
      return try x * x.graph.parameter("factors", shape: [width], initializer)
    }
  }
}

@main struct OwnLayer {
  static func main() throws {
    // Which of four corners of a square is a noisy point near? No straight line tells.
    var generator = RandomGenerator(seed: 5)
    var inputs: [Float] = []
    var targets: [Float] = []
    for _ in 0..<400 {
      let (a, b) = (generator.below(2), generator.below(2))
      inputs.append(Float(Double(a) + 0.2 * generator.normal()))
      inputs.append(Float(Double(b) + 0.2 * generator.normal()))
      targets.append(Float(a ^ b))
    }
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: inputs), targets: Examples(shape: [1], floats: targets))

    let network = Sequential {
      Dense(8)
      Residual()
      Scale()
      Dense(1)
    }
    var trainer = Trainer(
      network, loss: .binaryCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: [.accuracy])
    let history = try trainer.fit(
      data.subset(Array(0..<300)), validation: data.subset(Array(300..<400)), epochs: 60,
      stopping: .early(patience: 15))
    for (name, tensor) in trainer.model!.tensors { print(name, tensor.shape) }
    let best = history.last { $0.isBest }!
    print("right: \(best.validation![.accuracy]!)")
  }
}
