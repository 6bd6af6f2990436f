import Datasets
import Engine

extension RunConfiguration {
  /// The settings that do not go with the data, or with the model that is started from.
  /// - Throws: `Problem` (all of them together).
  func check(_ raw: RawData, from base: Preprocessing?) throws {
    var problems: [Problem] = []
    func refuse(_ isGiven: Bool, _ key: Key, _ data: String) {
      guard isGiven else { return }
      problems.append(
        Problem.data(
          key.rawValue, expected: "no such setting for \(data)", found: "one", fix: "leave it out"))
    }
    if case .table = raw {
      refuse(augment ?? Augmentation() != Augmentation(), .augment, "a table")
    } else {
      refuse(target != nil, .target, "images, whose classes are their folders or labels")
      refuse(!ignore.isEmpty, .ignore, "images, which have no columns")
      if task == .regression {
        problems.append(
          Problem.data(
            Key.task.rawValue, expected: "a kind of classification for images",
            found: "regression", fix: "leave it out"))
      }
    }
    if case .images = raw {
      problems += base?.imagePreprocessing.map(differences) ?? []
    } else {
      let data = "data that are no folder of images"
      refuse(imageSize != nil, .imageSize, data)
      refuse(channels != nil, .channels, data)
    }
    try Problem.throwIfAny(problems)
  }

  /// A model brings the way its images are made; nothing else fits its layers.
  private func differences(from encoding: ImagePreprocessing) -> [Problem] {
    func differs(_ key: Key, _ given: String?, _ model: String) -> Problem? {
      guard let given, given != model else { return nil }
      return Problem.data(
        key.rawValue, expected: "\(model), as the model of `from` has it", found: given,
        fix: "leave it out: images of any size and colour are brought to the model's")
    }
    return [
      differs(
        .imageSize, imageSize.map { "\($0.height)x\($0.width)" },
        "\(encoding.height)x\(encoding.width)"),
      differs(.channels, channels.map(String.init), "\(encoding.channels)"),
    ].compactMap(\.self)
  }
}
