import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The settings that do not go with the data, or with the model that is started from.
  /// - Throws: `Problem` (all of them together).
  func check(_ raw: RawData, from base: Preprocessing?) throws {
    var problems: [Problem] = []
    func refuse(_ isGiven: Bool, _ name: String, _ kind: String) {
      guard isGiven else { return }
      problems.append(
        Problem.data(
          name, expected: "no such setting for \(kind)", found: "one", fix: "leave it out"))
    }
    if case .table = raw {
      refuse(data.augment ?? Augmentation() != Augmentation(), "augment", "a table")
    } else {
      refuse(data.target != nil, "target", "images, whose classes are their folders or labels")
      refuse(!data.ignore.isEmpty, "ignore", "images, which have no columns")
      if let task = data.task, !task.isClassification || task == .ordered {
        problems.append(
          Problem.data(
            "task", expected: "a kind of classification for images",
            found: task.rawValue, fix: "leave it out"))
      }
    }
    if case .images = raw {
      problems += base?.imagePreprocessing.map(differences) ?? []
    } else {
      let others = "data that are no folder of images"
      refuse(data.imageSize != nil, "image_size", others)
      refuse(data.channels != nil, "channels", others)
    }
    try Problem.throwIfAny(problems)
  }

  /// A model brings the way its images are made; nothing else fits its layers.
  private func differences(from encoding: ImagePreprocessing) -> [Problem] {
    func differs(_ name: String, _ given: String?, _ model: String) -> Problem? {
      guard let given, given != model else { return nil }
      return Problem.data(
        name, expected: "\(model), as the model of `from` has it", found: given,
        fix: "leave it out: images of any size and colour are brought to the model's")
    }
    return [
      differs(
        "image_size", data.imageSize?.description,
        "\(encoding.height)x\(encoding.width)"),
      differs("channels", data.channels.map(String.init), "\(encoding.channels)"),
    ].compactMap(\.self)
  }
}

extension Preprocessing {
  /// What a reader should know about how the targets are learned.
  var targetNotes: [String] {
    if targetScales.count > 1 {
      return ["scores while training are means over the standardised targets"]
    }
    return targetScales.contains(where: \.isLogarithm)
      ? ["scores while training are of the standardised logarithm"] : []
  }
}
