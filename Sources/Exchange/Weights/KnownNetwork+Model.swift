package import Datasets
import Engine
import Networks
package import Training

extension KnownNetwork {
  /// The network with the weights of a file, ready to answer and to be learned from.
  ///
  /// - Parameters:
  ///   - labels: of its classes, in the order of its outputs; nil for their numbers.
  ///   - decoders: read pictures that are asked about.
  /// - Returns: with what was left out of the file, in sentences.
  /// - Throws: `Problem` for each tensor that does not fit, and for labels that are not its classes.
  package func model(
    _ weights: WeightsFile, labels: [String]? = nil, decoders: Decoders = .none
  ) throws -> (model: TrainedModel, notes: [String]) {
    let labels = labels ?? (0..<classes).map(String.init)
    guard labels.count == classes, Set(labels).count == classes else {
      throw Problem.data(
        "labels", expected: "\(classes) different names, in the order of the outputs",
        found: "\(labels.count), \(Set(labels).count) of them different")
    }
    let loss = Losses.CrossEntropy()
    let fresh = try Model(Sequential(layers), inputShape: inputShape, loss: loss)
    let map = try WeightMap(weights, on: fresh, by: rules)
    let model = try map.applied()
    let record = TrainingRecord(
      task: .multiclass, data: "\(name): \(weights.name.split(separator: "/").last ?? "")",
      rows: .init(train: 0, validation: 0, test: 0), plan: TrainingPlan(loss: loss),
      epochsRun: 0, kernels: try Kernels.chosen().name)
    let trained = try TrainedModel(
      model,
      preprocessing: Preprocessing(
        inputs: .images(images), targetName: "label", target: .classes(labels)),
      record: record, examples: example(), decoders: decoders)
    return (trained, map.notes)
  }

  /// A picture of colours that run into each other, by whose answer a damaged file is found.
  private func example() throws -> Dataset {
    let bytes = (0..<images.byteCount).map { place in
      let (pixel, channel) = place.quotientAndRemainder(dividingBy: images.channels)
      let (row, column) = pixel.quotientAndRemainder(dividingBy: images.width)
      return UInt8((row + column * (channel + 1) / 2) % 256)
    }
    return try Dataset(
      inputs: images.samples(bytes: [bytes]), targets: Examples(shape: .scalar, floats: [0]))
  }
}
