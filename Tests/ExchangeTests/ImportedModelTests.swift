import Datasets
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

/// Networks from elsewhere as models that are used and learn on.
@Suite struct ImportedModelTests {
  private func file(_ network: [any Layer], _ shape: TensorShape, _ loss: any Loss) throws -> (
    model: Model, file: ONNXModel
  ) {
    let model = try Model(Sequential(network), inputShape: shape, loss: loss, seed: 9)
    return (model, try ONNXExport(model).file)
  }

  private static let images: [any Layer] = [
    Conv2D(4, kernelSize: 3, padding: .same), BatchNorm(), Activation(.relu),
    Residual([
      Conv2D(4, kernelSize: 3, padding: .same, activation: .relu), Conv2D(4, kernelSize: 1),
    ]),
    Conv2D(6, kernelSize: 3, strides: 2, activation: .relu), GlobalAveragePool2D(),
    Dense(5, activation: .relu), Dense(3),
  ]

  @Test func aNetworkIsCutWhereOneValueGoesOn() throws {
    let (model, file) = try file(Self.images, [8, 8, 1], .crossEntropy)
    let read = try ONNXImport(file, at: "file")
    let names = read.network.layers.map { ($0 as? any IdentifiedLayer)?.name ?? $0.kindName }
    #expect(
      names == [
        "conv2d", "batch_norm", "activation", "residual", "conv2d", "global_average_pool2d",
        "dense", "dense",
      ])
    let (trained, notes) = try read.trained(scales: [0.01], offsets: [-1])
    #expect(trained.task == .multiclass && trained.labels == ["0", "1", "2"] && notes == [])
    #expect(trained.model.loss.name == "cross_entropy", "learns from the scores")
    let last = try #require(trained.model.layers.last as? Dense)
    #expect(last.units == 3 && last.activation == .linear)
    #expect((trained.model.layers[6] as? Dense)?.activation == .relu)
    let inputs = (0..<128).map { Float($0 % 17) / 9 - 1 }
    expectSame(try trained.predictor(inputs), try Predictor(model)(inputs), within: 1e-6, "answers")
    let folder = try TemporaryFolder()
    try trained.save(to: folder.path("model.safetensors"))
    let loaded = try TrainedModel(path: folder.path("model.safetensors"))
    #expect(try loaded.predictor(inputs) == trained.predictor(inputs))
  }

  @Test func itLearnsOnWithANewLastLayer() throws {
    let (_, file) = try file(
      [Dense(8, activation: .tanh), Dense(6, activation: .relu), Dense(4)], [3], .crossEntropy)
    let base = try ONNXImport(file, at: "file").trained(columns: ["a", "b", "c"]).model
    let folder = try TemporaryFolder()
    try base.save(to: folder.path("base.safetensors"))
    var random = RandomGenerator(seed: 4)
    let rows = (0..<200).map { _ in
      let (a, b, c) = (random.normal(), random.normal(), random.normal())
      return "\(a),\(b),\(c),\(a + b * c > 0 ? "yes" : "no")\n"
    }
    try folder.write("a,b,c,answer\n" + rows.joined(), to: "table.csv")
    var configuration = RunConfiguration()
    configuration.data.source = folder.path("table.csv")
    configuration.data.target = "answer"
    configuration.network.from = folder.path("base.safetensors")
    configuration.network.freeze = .allButLast
    configuration.network.head = .new
    configuration.training.epochs = 5
    configuration.training.threads = 1
    let experiment = try Experiment(configuration)
    let run = try experiment.run()
    _ = try run.run { _, _ in .continue }
    let learned = try experiment.model(of: run)
    #expect(learned.labels == ["no", "yes"])
    let before = Dictionary(uniqueKeysWithValues: base.model.tensors.map { ($0.name, $0.tensor) })
    let kept = learned.model.tensors.filter { before[$0.name]?.values == $0.tensor.values }
    #expect(
      kept.map(\.name).sorted() == ["dense/bias", "dense/kernel", "dense_1/bias", "dense_1/kernel"])
  }

  @Test func theLastOperatorSaysTheTask() throws {
    func trained(
      _ units: Int, _ activation: ActivationFunction, _ loss: any Loss, task: LearningTask? = nil,
      labels: [String]? = nil
    ) throws -> TrainedModel {
      let (_, file) = try file([Dense(units, activation: activation)], [3], loss)
      return try ONNXImport(file, at: "file").trained(task: task, labels: labels).model
    }
    let probabilities = Losses.BinaryCrossEntropyOnProbabilities.usual
    #expect(try trained(1, .sigmoid, probabilities).model.tensors.count == 2, "the bias learns")
    #expect(try trained(1, .sigmoid, probabilities).task == .binary)
    #expect(try trained(3, .sigmoid, probabilities).task == .multilabel)
    #expect(try trained(3, .logSoftmax, .meanSquaredError).task == .multiclass)
    #expect(
      try trained(2, .linear, .meanSquaredError, labels: ["no", "yes"]).labels == ["no", "yes"])
    #expect(try trained(2, .linear, .meanSquaredError, task: .regression).labels.isEmpty)
    let open = #expect(throws: Problem.self) { try trained(2, .linear, .meanSquaredError) }
    #expect(open?.location == "task" && open?.found.contains("2 numbers") == true)
    let few = #expect(throws: Problem.self) {
      try trained(3, .softmax, .meanSquaredError, labels: ["a", "b"])
    }
    #expect(few?.location == "labels" && few?.found == "2")
  }

  /// Red and blue are exchanged before the first layer, and the model keeps it.
  @Test func channelsMayBeFedBlueFirst() throws {
    let (model, file) = try file(
      [Conv2D(2, kernelSize: 2, activation: .relu), Flatten(), Dense(2)], [4, 5, 3], .crossEntropy)
    let read = try ONNXImport(file, at: "file")
    let (trained, _) = try read.trained(
      scales: [1, 2, 4], offsets: [0.5, 0, -1], isBlueFirst: true)
    let scaling = trained.preprocessing.levelScaling
    #expect(scaling.scales == [4, 2, 1] && scaling.offsets == [-1, 0, 0.5])
    let inputs = (0..<60).map { Float($0 % 17) / 9 - 1 }
    var turned = inputs
    for pixel in stride(from: 0, to: turned.count, by: 3) { turned.swapAt(pixel, pixel + 2) }
    expectSame(try trained.predictor(inputs), try Predictor(model)(turned), within: 1e-6, "answers")
    let folder = try TemporaryFolder()
    try trained.save(to: folder.path("model.safetensors"))
    let loaded = try TrainedModel(path: folder.path("model.safetensors"))
    #expect(try loaded.predictor(inputs) == trained.predictor(inputs))
    let grey = try self.file([Dense(2)], [3], .crossEntropy).file
    let problem = #expect(throws: Problem.self) {
      try ONNXImport(grey, at: "file").trained(isBlueFirst: true)
    }
    #expect(problem?.location == "channels")
  }

  /// Several inputs are columns by their names; those of fixed shape are 0.
  @Test func inputsAreColumns() throws {
    var file = ONNXModel()
    file.opsets = ["": 17]
    func info(_ name: String, _ extents: [ONNXValueInfo.Extent]) -> ONNXValueInfo {
      var info = ONNXValueInfo()
      (info.name, info.type, info.extents) = (name, .float, extents)
      return info
    }
    let batch = ONNXValueInfo.Extent.symbol("batch")
    file.graph.inputs = [info("hours", [batch, .known(1)]), info("sleep", [batch, .known(1)])]
    file.graph.outputs = [info("y", [batch, .known(1)])]
    file.graph.initializers = [ONNXTensor("w", extents: [2, 1], [2, 3])]
    file.graph.nodes = [
      ONNXNode(
        operation: "Concat", inputs: ["hours", "sleep"], outputs: ["x"],
        attributes: ["axis": .integer(1)]),
      ONNXNode(operation: "MatMul", inputs: ["x", "w"], outputs: ["y"]),
    ]
    let model = try ONNXImport(file, at: "file").trained(task: .regression).model
    #expect(try model.predict(["hours": 1, "sleep": 10]).value == 32)

    var state = file
    state.graph.inputs = [
      info("x", [batch, .known(2)]), info("state", [.known(1), .known(1), .known(2)]),
    ]
    state.graph.nodes = [
      ONNXNode(operation: "Squeeze", inputs: ["state", "axes"], outputs: ["s"]),
      ONNXNode(operation: "Add", inputs: ["x", "s"], outputs: ["z"]),
      ONNXNode(operation: "MatMul", inputs: ["z", "w"], outputs: ["y"]),
    ]
    state.graph.initializers.append(ONNXTensor("axes", [0]))
    let (zeroed, notes) = try ONNXImport(state, at: "file").trained(task: .regression)
    #expect(try zeroed.predict(["x1": 1, "x2": 10]).value == 32)
    #expect(notes.contains { $0.contains("state") })
  }
}
