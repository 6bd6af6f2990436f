import Datasets
import Engine

extension RunConfiguration {
  /// The settings that do not go with the data, or with the model that is started from.
  /// - Throws: `DataProblem` (all of them together).
  func check(_ raw: RawData, from base: Preprocessing?) throws {
    var problems: [any Problem] = []
    func refuse(_ isGiven: Bool, _ key: Key, _ data: String) {
      guard isGiven else { return }
      problems.append(
        DataProblem(
          key.rawValue, expected: "no such setting for \(data)", found: "one", fix: "leave it out"))
    }
    if case .table = raw {
      refuse(augment ?? Augmentation() != Augmentation(), .augment, "a table")
    } else {
      refuse(target != nil, .target, "pictures, whose classes are their folders or labels")
      refuse(!ignore.isEmpty, .ignore, "pictures, which have no columns")
      if task == .regression {
        problems.append(
          DataProblem(
            Key.task.rawValue, expected: "a kind of classification for pictures",
            found: "regression", fix: "leave it out"))
      }
    }
    if case .pictures = raw {
      problems += base?.pictureEncoding.map(differences) ?? []
    } else {
      let data = "data that are no folder of pictures"
      refuse(imageSize != nil, .imageSize, data)
      refuse(channels != nil, .channels, data)
    }
    try Problems.throwIfAny(problems)
  }

  /// A model brings the way its pictures are made; nothing else fits its layers.
  private func differences(from encoding: PictureEncoding) -> [any Problem] {
    func differs(_ key: Key, _ given: String?, _ model: String) -> DataProblem? {
      guard let given, given != model else { return nil }
      return DataProblem(
        key.rawValue, expected: "\(model), as the model of `from` has it", found: given,
        fix: "leave it out: pictures of any size and colour are brought to the model's")
    }
    return [
      differs(
        .imageSize, imageSize.map { "\($0.height)x\($0.width)" },
        "\(encoding.height)x\(encoding.width)"),
      differs(.channels, channels.map(String.init), "\(encoding.channels)"),
    ].compactMap(\.self)
  }
}
