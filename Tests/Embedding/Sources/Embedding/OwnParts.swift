import Glassbox

/// A layer with one weight for each number: y = gain · x.
struct Gain: StoredLayer {
  static let kind = "gain"

  let identity = LayerIdentity()

  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {}

  func callAsFunction(_ x: Node) throws -> Node {
    try identity.scope(in: x.graph, kind: Self.kind) {
      let shape = try TensorShape(checking: Array(x.shape.extents.dropFirst()))
      let gain = try x.graph.variable(
        Variable("\(x.graph.path)/gain", shape: shape, isTrainable: true) { _ in
          Tensor(repeating: 1, shape: shape)
        })
      return try x * gain
    }
  }
}

/// Steps of one size in the direction that lowers the loss: w ← w − rate · sign(g).
struct SignDescent: UpdateRule {
  static let name = "sign"
  var state: [(name: String, initial: Double)] { [] }
  func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    (parameter - rate * gradient / (.abs(gradient) + Q(1e-12)), [])
  }
}

/// Parts that the library does not have, trained, stored and read back.
enum OwnParts {
  static func check() throws {
    try layer()
    try rule()
  }

  private static func trained(_ optimizer: Optimizer) throws -> Trainer {
    let network = Sequential([Gain(), Dense(8, activation: .tanh), Dense(1)])
    var trainer = Trainer(
      network, loss: .binaryCrossEntropy, optimizer: optimizer, metrics: [.accuracy])
    let (train, validation) = try Corners.data()
    try trainer.fit(train, validation: validation, epochs: 40)
    return trainer
  }

  private static func layer() throws {
    let trainer = try trained(.adam(learningRate: 0.03))
    let model = try TrainedModel(trainer, preprocessing: Corners.preprocessing())
    let opened = try TrainedModel(bytes: model.bytes(), layerTypes: [Gain.self])
    try require(
      opened.model.tensors.map(\.name).contains("gain/gain"), "a layer of one's own is stored")
    try require(
      opened.model.weightsSHA256 == model.model.weightsSHA256, "its weights come back")
    let score = try opened.evaluate(Corners.data().validation).leading.score.value ?? 0
    try require(score > 0.9, "it learns")
  }

  private static func rule() throws {
    let model = try TrainedModel(
      trained(Optimizer(SignDescent(), learningRate: 0.01)), preprocessing: Corners.preprocessing())
    let score = try model.evaluate(Corners.data().validation).leading.score.value ?? 0
    try require(score > 0.9, "an update rule of one's own learns")
  }
}
