import Codecs
import Datasets
import Engine
import Networks
import TestSupport
import Training

@testable import Studio

/// A folder with a run that looks at pictures, lying or standing bars of 8 × 8 pixels, and one that does not.
struct PictureRun {
  let folder: TemporaryFolder
  let model: TrainedModel

  init() throws {
    folder = try TemporaryFolder()
    var generator = RandomGenerator(seed: 7)
    let count = 60
    var pixels: [UInt8] = []
    for example in 0..<count {
      let place = generator.below(8)
      for row in 0..<8 {
        for column in 0..<8 {
          let isBar = (example % 2 == 0 ? row : column) == place
          pixels.append(UInt8((isBar ? 200 : 0) + generator.below(50)))
        }
      }
    }
    func header(_ extents: [Int]) -> [UInt8] {
      [0, 0, 8, UInt8(extents.count)] + extents.flatMap { [0, 0, 0, UInt8($0)] }
    }
    try folder.write(header([count, 8, 8]) + pixels, to: "images.idx")
    try folder.write(header([count]) + (0..<count).map { UInt8($0 % 2) }, to: "labels.idx")
    var configuration = RunConfiguration()
    configuration.data.source = "\(folder.path("images.idx")):\(folder.path("labels.idx"))"
    configuration.network.architecture = .layers(
      LayerList([
        Conv2D(4, kernelSize: 3, activation: .relu), MaxPool2D(poolSize: 2), Flatten(), Dense(2),
      ]))
    configuration.training.loss = .crossEntropy
    configuration.training.epochs = 8
    configuration.training.batch = 8
    configuration.training.threads = 1
    _ = try TrainingSession(Experiment(configuration), in: folder.path("runs/bars")).train()

    try folder.write(
      "a,b,y\n" + (0..<40).map { "\($0),\($0 % 3),\($0 % 2)\n" }.joined(), to: "table.csv")
    var other = RunConfiguration()
    other.data.source = folder.path("table.csv")
    other.data.target = "y"
    other.training.epochs = 1
    other.training.threads = 1
    _ = try TrainingSession(Experiment(other), in: folder.path("runs/table")).train()
    model = try TrainedModel(
      path: folder.path("runs/bars/model.safetensors"), decoders: .standard)
  }

  /// A standing bar.
  static let bar: [UInt8] = (0..<64).map { $0 % 8 == 3 ? 255 : 0 }
}
