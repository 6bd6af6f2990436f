import Datasets
import Engine
import Networks

/// What the frozen layers at the beginning of a network make of data, computed once and kept: what is behind
/// them then learns as fast as if it were the whole network, with the same bits.
struct KeptFeatures {
  /// What is behind the frozen layers, with the names and the weights of all.
  let model: Model
  let train: Dataset
  let validation: Dataset?

  /// The most bytes of memory that features take.
  private static let mostBytes = 1 << 30

  /// Nil where there are no frozen layers at the beginning, where inputs differ from epoch to epoch, or where
  /// features take more than ``mostBytes``.
  /// - Throws: `Problem` where layers do not fit, or rows cannot be read.
  init?(
    _ whole: Model, _ train: Dataset, _ validation: Dataset?, threads: Int, kernels: Kernels?
  ) throws {
    let layers = whole.layers
    guard let frozen = layers.first as? FrozenLayers, layers.count > 1, train.augmentation == nil,
      let shape = try Self.shape(frozen, whole.inputShape)
    else { return nil }
    let examples = train.count + (validation?.count ?? 0)
    let (numbers, overflow) = shape.count.multipliedReportingOverflow(by: examples)
    guard !overflow, numbers <= Self.mostBytes / 4 else { return nil }
    let known = KnownFrozenLayers(frozen, inputShape: whole.inputShape)
    model = try Model(
      Sequential([known] + layers.dropFirst()), inputShape: shape, loss: whole.loss,
      tensors: whole.tensors)
    let names = Set(
      try Model(frozen, inputShape: whole.inputShape, loss: .meanSquaredError).tensors.map(\.name))
    let cycle = try CompiledCycle(
      Model(
        frozen, inputShape: whole.inputShape, loss: .meanSquaredError,
        tensors: whole.tensors.filter { names.contains($0.name) }),
      kernels: kernels, threads: threads)
    func features(_ data: Dataset) throws -> Dataset {
      var features = data
      features.inputs = try Examples(shape: shape, floats: cycle.predictions(data))
      return features
    }
    self.train = try features(train)
    self.validation = try validation.map(features)
  }

  /// Of the features of an example; nil where they go along with more than their numbers.
  private static func shape(_ frozen: FrozenLayers, _ inputShape: TensorShape) throws
    -> TensorShape?
  {
    let graph = Graph()
    let output = try frozen(
      graph.input("input", shape: TensorShape(checking: [1] + inputShape.extents)))
    guard output.mask == nil, output.members == nil else { return nil }
    return try TensorShape(checking: Array(output.shape.extents.dropFirst()))
  }
}
