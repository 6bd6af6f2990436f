import Engine

/// What the folders of a folder are: classes, or parts of a set that was divided before.
struct ImageLayout {
  private enum Part: String, CaseIterable {
    case train, validation, test

    var words: Set<String> {
      switch self {
      case .train: ["train", "training", "trn", "tr"]
      case .validation: ["val", "valid", "validation", "dev"]
      case .test: ["test", "testing", "tst", "te", "eval", "evaluation", "holdout"]
      }
    }

    var setting: String { self == .train ? "data" : rawValue }
  }

  /// The part that each folder is by its name; nil where some folder's name says none.
  private let parts: [(name: String, part: Part)]?
  /// Folders that are numbered pieces of a set.
  private let folds: [String]?
  /// Folders that all hold the same folders.
  private let alike: (names: [String], inner: [String])?

  /// - Parameter folders: each with the folders in it that hold files; nil for one that holds files
  ///   itself.
  init(_ folders: [(name: String, inner: [String]?)]) {
    let names = folders.map(\.name)
    let labelled = folders.filter { !Self.isUnlabelled($0.name) }.map(\.name)
    let known = labelled.compactMap { name in Self.part(name).map { (name: name, part: $0) } }
    parts = known.count == labelled.count && known.count > 1 ? known : nil

    let inner = folders.compactMap(\.inner)
    let shared = inner.dropFirst().reduce(Set(inner.first ?? [])) { $0.intersection($1) }
    let areAlike = inner.count == folders.count && folders.count > 1 && shared.count > 1
    alike = areAlike ? (names, shared.sorted()) : nil
    let stems = Set(names.map { Self.words($0).joined(separator: " ") })
    let areNumbered = names.allSatisfy { $0.contains(where: \.isNumber) } && names.count > 1
    let stem = stems.count == 1 ? stems.first! : ""
    let isFold =
      ["fold", "split", "cv", "cross validation"].contains(stem)
      || areAlike && ["part", "set", "subset", "batch", "group", "k", "run"].contains(stem)
    folds = areNumbered && isFold ? names : nil
  }

  /// Letters between other signs, in small letters.
  private static func words(_ name: String) -> [String] {
    name.lowercased().split { !$0.isLetter }.map(String.init)
  }

  /// Words that say nothing of what a folder shows.
  private static let fillers: Set = [
    "set", "data", "dataset", "images", "image", "imgs", "img", "pictures", "photos", "seg",
    "split",
    "part", "the", "all", "raw", "folder",
  ]

  private static func part(_ name: String) -> Part? {
    let words = words(name).map { word in
      // `trainset`, `testdata`
      ["set", "data", "images"].first { word.hasSuffix($0) && word != $0 }
        .map { String(word.dropLast($0.count)) } ?? word
    }
    let telling = words.filter { !fillers.contains($0) }
    guard telling.count == 1 else { return nil }
    return Part.allCases.first { $0.words.contains(telling[0]) }
  }

  /// Such as `seg_pred`: pictures without answers beside the parts.
  private static func isUnlabelled(_ name: String) -> Bool {
    let telling = words(name).filter { !fillers.contains($0) }
    return ["pred", "prediction", "predict", "unlabeled", "unlabelled", "unsup"]
      .contains { telling == [$0] }
  }

  /// Why the folders are no classes; nil if they may be.
  func problem(_ path: String) -> Problem? {
    if let parts {
      let settings = Part.allCases.compactMap { part in
        parts.first { $0.part == part }.map { "`\(part.setting)` to \(path)/\($0.name)" }
      }
      return Problem.data(
        path, expected: "a folder for each class",
        found: "parts of a set: " + parts.map(\.name).joined(separator: ", "),
        fix: "name the parts: set " + settings.joined(separator: ", "))
    }
    if let folds {
      return Problem.data(
        path, expected: "a folder for each class",
        found: "pieces of a set: " + Preprocessing.list(folds),
        fix: "set `data` to \(path)/\(folds[0]) and `test` to \(path)/\(folds[folds.count - 1]), "
          + "or bring each class of all pieces into one folder of its name")
    }
    return nil
  }

  /// What a reader should know of folders that may be no classes.
  var note: String? {
    alike.map {
      "its folders " + Preprocessing.list($0.names) + " are taken for the classes, but each holds "
        + Preprocessing.list($0.inner) + "; if those are the classes, bring each into one folder"
    }
  }
}
