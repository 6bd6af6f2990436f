import Codecs
import Glassbox

/// The Fashion-MNIST images: 60,000 to train and 10,000 to test, 28 × 28 pixels, ten classes.
struct FashionMNIST {
  let train: Dataset
  let test: Dataset

  /// Where Debian's package puts them.
  static let usualFolder = "/usr/share/datasets/fashion-mnist"

  /// - Throws: `Problem` that says how to get them if they are missing.
  init(folder: String) throws {
    let parts = try ["train", "t10k"].map { part in
      let images = "\(folder)/\(part)-images-idx3-ubyte.gz"
      do {
        return try RawData(
          .idx(images, labels: "\(folder)/\(part)-labels-idx1-ubyte.gz"), decoders: .standard)
      } catch let problem as Problem where problem.kind == .missing {
        throw Problem(
          .missing, problem.location, expected: "the Fashion-MNIST images", found: "no such file",
          fix: "apt-get install dataset-fashion-mnist, or name their folder with --data")
      }
    }
    guard case .idx(let images, let labels) = parts[0] else { preconditionFailure() }
    let preprocessing = try Preprocessing(fitting: images, labels: labels)
    train = try parts[0].dataset(preprocessing)
    test = try parts[1].dataset(preprocessing)
  }
}
