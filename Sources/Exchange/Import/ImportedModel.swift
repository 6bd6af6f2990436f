public import Datasets
import Engine
import Networks
public import Training

extension ONNXImport {
  /// A model of the network, with all it needs to be used: what the columns or the pixels are that it is fed, and
  /// what its numbers mean.
  ///
  /// A network that ends in a softmax or a sigmoid tells classes or labels apart, and learns on from the scores
  /// before it, which is the same and loses nothing. A file that this program wrote says all by itself.
  /// - Parameters:
  ///   - task: what its numbers are, where its last operator does not say it.
  ///   - labels: the classes in the order of its outputs; `0`, `1`, … if not given.
  ///   - columns: a name for each input of a network of tables; `x1`, `x2`, … if neither given nor in the file.
  ///   - target: the name of the answer.
  ///   - scales: of images, byte · scale + offset is what the network is fed: one for all channels or one
  ///     for each; nil takes 1 / 255.
  ///   - offsets: as many; nil for none.
  ///   - isBlueFirst: whether it is fed blue, green, red, so that red and blue are exchanged before its first
  ///     layer. Scales and offsets are in the order in which it is fed.
  ///   - decoders: read images that the model is asked about.
  /// - Throws: `Problem` where they do not fit the network, or where its task is not known.
  public func trained(
    task: LearningTask? = nil, labels: [String]? = nil, columns: [String]? = nil,
    target: String? = nil, scales: [Float]? = nil, offsets: [Float]? = nil,
    isBlueFirst: Bool = false, decoders: Decoders = .none
  ) throws -> (model: TrainedModel, notes: [String]) {
    let own = try ExportedFacts.Model(of: file)
    let given: [(String, Any?)] = [
      ("task", task), ("labels", labels), ("columns", columns), ("target", target),
      ("scale", scales), ("offset", offsets), ("channels", isBlueFirst ? "bgr" : nil),
    ]
    if own != nil, let (setting, _) = given.first(where: { $1 != nil }) {
      throw Problem.data(
        setting, expected: "none for a file that says all by itself, since this program wrote it",
        found: "some", fix: "leave it out")
    }
    let labels = labels ?? self.labels
    let end = try ImportedEnd(
      recording, task: task ?? own?.task, labels: labels ?? own?.labels,
      hasProbabilities: self.labels != nil)
    let layers = try ImportedLayers(
      recording.part(from: recording.inputPlace, to: end.place), weights)
    let loss = own?.loss ?? end.loss
    let model = try Model(
      Sequential((isBlueFirst ? [try blueFirst()] : []) + layers.layers + end.layers),
      inputShape: inputShape, loss: loss,
      tensors: layers.tensors)
    // Before red and blue are exchanged.
    func ofPixels(_ list: [Float]?) -> [Float]? { isBlueFirst ? list?.reversed() : list }
    var inputs = ImportedPreprocessing(self, columns, ofPixels(scales), ofPixels(offsets))
    let preprocessing =
      try own?.preprocessing
      ?? inputs.preprocessing(
        end.target(labels, outputs: model.outputCount), target, name: end.targetName)
    if own != nil { inputs.notes = [] }
    let facts = sha256.map { " (SHA-256 \($0))" } ?? ""
    let record = TrainingRecord(
      task: end.task, data: "\(name)\(facts), \(producer)",
      rows: .init(train: 0, validation: 0, test: 0), plan: TrainingPlan(loss: loss), epochsRun: 0,
      kernels: try Kernels.chosen().name)
    func trained(_ examples: [Float]) throws -> TrainedModel {
      try TrainedModel(
        model, preprocessing: preprocessing, record: record,
        examples: Dataset(
          inputs: Examples(shape: inputShape, floats: examples),
          targets: Examples(
            shape: .scalar,
            floats: [Float](repeating: 0, count: examples.count / inputShape.count))),
        decoders: decoders)
    }
    let result = try trained(inputs.examples(of: preprocessing))
    let isFinite = try result.goldenExamples.allSatisfy { $0.output.allSatisfy(\.isFinite) }
    return (isFinite ? result : try trained([]), notes + inputs.notes + end.notes)
  }
}

extension ONNXImport {
  /// A layer that exchanges red and blue, so that pictures stay red, green, blue wherever they are shown.
  private func blueFirst() throws -> GraphLayer {
    guard inputShape.rank == 3, inputShape[2] == 3 else {
      throw Problem.data(
        "channels", expected: "rgb for a network that is not fed coloured images",
        found: "bgr and an input of shape \(inputShape)", fix: "leave `channels` out")
    }
    let recording = try GraphRecording(of: inputShape) { try $0.reversed(axis: 3) }
    return try GraphLayer(recording, name: "blue_green_red")
  }
}

extension GraphRecording {
  /// Where the input stands.
  var inputPlace: Int { entries.firstIndex(where: \.isInput) ?? 0 }
}

/// What the last numbers of a network mean.
struct ImportedEnd {
  /// The last value of the layers: the scores, where the network makes probabilities of them.
  let place: Int
  let task: LearningTask
  let loss: any Loss
  /// What brings the result into rows.
  let layers: [any Layer]
  var notes: [String] = []

  /// - Parameter hasProbabilities: whether the file calls its numbers probabilities, whatever makes them.
  /// - Throws: `Problem` where nobody says what the numbers are.
  init(
    _ recording: GraphRecording, task given: LearningTask?, labels: [String]?,
    hasProbabilities: Bool = false
  ) throws {
    let last = recording.entries.count - 1
    let extents = recording.entries[last].extents
    let width = extents.known.dropFirst().reduce(1) { $0 * ($1 ?? 1) }
    guard extents.known.dropFirst().allSatisfy({ $0 != nil }), extents.multiples.first == 1 else {
      throw Problem.shape(
        "output", expected: "a row of numbers for each example", found: "\(extents)",
        fix: "name another of the file's values as output")
    }
    let ending = Self.ending(recording)
    let task = try given ?? Self.task(ending, width, labels)
    self.task = task
    var layers: [any Layer] = extents.known.count == 2 ? [] : [Flatten()]
    let isSoftmax = ending is Ops.Softmax || ending is Ops.LogSoftmax
    let before = recording.entries[last].inputs.first ?? last
    switch task {
    case .regression: (place, loss) = (last, .meanSquaredError)
    case .multiclass, .ordered,
      .binary where width > 1:
      (place, loss) = (isSoftmax ? before : last, .crossEntropy)
    case .binary, .multilabel:
      (place, loss) = (ending is Ops.Sigmoid ? before : last, .binaryCrossEntropy)
    }
    if task != .regression {
      if place == last, hasProbabilities, width > 1 {
        layers.append(try Self.scores(width))
      } else if place == last {
        notes.append("the network's numbers are taken for scores, of which probabilities are made")
      } else if ending is Ops.LogSoftmax {
        notes.append("answers are probabilities, where the file gives their logarithms")
      }
    }
    self.layers = layers
  }

  /// The scores of which a softmax makes given probabilities again: their logarithms.
  private static func scores(_ width: Int) throws -> GraphLayer {
    let recording = try GraphRecording(of: TensorShape(checking: [width])) {
      // No logarithm is taken of 0.
      try $0.clipped(low: 0x1p-126, high: 1).log()
    }
    return try GraphLayer(recording, name: "scores")
  }

  /// What makes the result.
  private static func ending(_ recording: GraphRecording) -> (any Op)? {
    if case .op(let op) = recording.entries.last!.source { op } else { nil }
  }

  private static func task(
    _ ending: (any Op)?, _ width: Int, _ labels: [String]?
  ) throws -> LearningTask {
    if ending is Ops.Softmax || ending is Ops.LogSoftmax, width > 1 { return .multiclass }
    if ending is Ops.Sigmoid { return width == 1 ? .binary : .multilabel }
    if labels != nil { return width == 1 ? .binary : .multiclass }
    throw Problem.data(
      "task",
      expected:
        "\(LearningTask.allCases.map(\.rawValue).joined(separator: ", ")), which the file leaves open",
      found: "\(width) number\(width == 1 ? "" : "s") without a softmax or a sigmoid",
      fix: "say what they are, or name the classes in `labels`")
  }

  var targetName: String { task == .regression ? "value" : "label" }

  /// - Throws: `Problem` for labels that are not as many as the outputs tell apart.
  func target(_ labels: [String]?, outputs: Int) throws -> Preprocessing.Target {
    let count = task == .binary || task == .multiclass && outputs == 1 ? 2 : outputs
    let names = labels ?? (0..<count).map { "\($0)" }
    guard task == .regression || names.count == count && Set(names).count == count else {
      throw Problem.data(
        "labels",
        expected: "\(count) different ones, one for each class in the order of the outputs",
        found: "\(names.count)")
    }
    switch task {
    case .regression: return .numbers((0..<outputs).map { _ in TargetScale() })
    case .multilabel: return .labels(names, separator: ",")
    case .ordered: return .ordered(names)
    case .binary, .multiclass: return .classes(names)
    }
  }
}
