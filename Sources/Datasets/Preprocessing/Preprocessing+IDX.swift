import Engine

extension Preprocessing {
  /// Images and their labels from two IDX files: bytes become 0…1, labels become classes in numeric
  /// order, learned from the training examples only.
  /// - Parameter rows: The training examples; nil for all.
  /// - Throws: `Problem` when the files do not belong together or hold one class only.
  public init(fitting images: IDX, labels: IDX, rows: [Int]? = nil) throws {
    try Self.checkPair(images, labels)
    let numbers = try labels.labels()
    let training = rows ?? Array(0..<numbers.count)
    try Dataset.check(rows: training, of: numbers.count, at: labels.name)
    let classes = Set(training.map { numbers[$0] }).sorted()
    guard classes.count > 1 else {
      throw Problem.data(
        labels.name, expected: "at least two classes",
        found: classes.isEmpty ? "no training example" : "only `\(classes[0])`",
        fix: "add images of another class")
    }
    self.init(
      inputs: .byteImages(shape: try images.samples().shape, scale: 1 / 255, offset: 0),
      targetName: "label", target: .classes(classes.map(String.init)))
  }

  /// All images and labels of two IDX files, ready to learn from.
  /// - Throws: `Problem` when they do not fit each other or this preprocessing.
  public func dataset(_ images: IDX, labels: IDX) throws -> Dataset {
    var none: [String]? = nil
    return try dataset(images, labels: labels, unseen: &none)
  }

  /// The same to be scored: examples of classes that training never saw have the indices behind the known.
  package func datasetToScore(_ images: IDX, labels: IDX) throws -> Dataset {
    var unseen: [String]? = []
    var data = try dataset(images, labels: labels, unseen: &unseen)
    data.unseenClasses = unseen ?? []
    return data
  }

  private func dataset(_ images: IDX, labels: IDX, unseen: inout [String]?) throws -> Dataset {
    try Self.checkPair(images, labels)
    var index: [Int: Int] = [:]
    for (place, label) in classes.enumerated() {
      if let label = Int(label) { index[label] = place }
    }
    var problems: [Problem] = []
    var targets: [Float] = []
    for (place, label) in try labels.labels().enumerated() where problems.count < Problem.limit {
      if unseen != nil, index[label] == nil {
        index[label] = index.count
        unseen?.append("\(label)")
      }
      if let index = index[label] {
        targets.append(Float(index))
      } else {
        problems.append(
          Problem.data(
            "\(labels.name): element \(place + 1)",
            expected: "one of the classes " + Self.list(classes),
            found: "`\(label)`", fix: "correct the label, or train with images of this class"))
      }
    }
    try Problem.throwIfAny(problems)
    return try Dataset(
      inputs: encode(images), targets: Examples(shape: .scalar, floats: targets))
  }

  /// All images of an IDX file.
  /// - Throws: `Problem` when their shape is not that of training.
  public func encode(_ images: IDX) throws -> Examples {
    if case .images(let encoding) = inputs { return try joining(encoding.samples(images.images())) }
    guard case .byteImages(let shape, let scale, let offset) = inputs else {
      throw Problem.data(images.name, expected: "a table", found: "images")
    }
    let samples = try images.samples(scale: scale, offset: offset)
    guard samples.shape == shape else {
      throw Problem.data(
        images.name, expected: "images of shape \(shape)", found: "\(samples.shape)")
    }
    return samples
  }

  private static func checkPair(_ images: IDX, _ labels: IDX) throws {
    guard images.shape[0] == labels.shape[0] else {
      throw Problem.data(
        "\(images.name) and \(labels.name)", expected: "a label for each image",
        found: "\(images.shape[0]) images and \(labels.shape[0]) labels",
        fix: "check that the files belong together")
    }
  }
}
