public import Engine

extension Preprocessing {
  /// Images of a folder: size and channels as they were read, bytes scaled as the training images
  /// ask, a class for each folder that has a training image.
  ///
  /// - Parameters:
  ///   - rows: The training examples; nil for all.
  ///   - scaling: To mean 0 and deviation 1 of each channel over the training images; `minMax` for
  ///     0…1; none for 0…255.
  /// - Throws: `Problem` when there is one class only.
  public init(
    fitting images: ImageDataset, rows: [Int]? = nil,
    scaling: PreprocessingOptions.Scaling = .standardise
  ) throws {
    let training = rows ?? Array(images.files.indices)
    try self.init(
      inputs: .images(Self.scaled(images, training, scaling)), classesOf: images, rows: training)
  }

  /// Images of a folder, prepared as `inputs` says: the classes are learned from them.
  /// - Throws: `Problem` when there is one class only.
  package init(inputs: Inputs, classesOf images: ImageDataset, rows: [Int]? = nil) throws {
    let training = rows ?? Array(images.files.indices)
    let labels = Set(training.map { images.files[$0].label }).sorted()
    guard labels.count > 1 else {
      throw Problem.data(
        images.name, expected: "at least two classes, each with a training image",
        found: labels.first.map { "only `\(images.classes[$0])`" } ?? "none",
        fix: "add a folder of images of another class")
    }
    self.init(
      inputs: inputs, targetName: "label",
      target: .classes(labels.map { images.classes[$0] }))
  }

  /// How images become inputs, their levels scaled as the training images ask: those of 16 bits lie in
  /// the range of the training images, bytes from 0 to 255.
  static func scaled(
    _ images: ImageDataset, _ rows: [Int], _ scaling: PreprocessingOptions.Scaling
  ) throws -> ImagePreprocessing {
    let encoding = images.encoding
    guard encoding.isDeep || scaling == .standardise else {
      return encoding.scaled(LevelScaling(scale: scaling == .minMax ? 1 / 255 : 1, offset: 0))
    }
    let levels = try LevelStatistics(images, rows)
    let range = levels.range
    let deepRange = encoding.isDeep ? [UInt16(range.least), UInt16(range.most)] : nil
    switch scaling {
    case .standardise:
      let channels = levels.channels.map(\.scaler)
      return encoding.scaled(
        LevelScaling(
          scales: channels.map { Float(1 / $0.deviation) },
          offsets: channels.map { Float(-$0.mean / $0.deviation) }, deepRange: deepRange))
    case .minMax:
      let width = Double(range.most - range.least)
      return encoding.scaled(
        LevelScaling(
          scale: Float(1 / width), offset: Float(-Double(range.least) / width),
          deepRange: deepRange))
    case .none: return encoding.scaled(LevelScaling(scale: 1, offset: 0, deepRange: deepRange))
    }
  }

  /// How images become this preprocessing's inputs; nil when the inputs are no images.
  package var imagePreprocessing: ImagePreprocessing? {
    switch inputs {
    case .columns, .sequence: nil
    case .images(let encoding): encoding
    case .byteImages(let shape, let scale, let offset):
      shape.rank == 3 && [1, 3].contains(shape[2])
        ? ImagePreprocessing(
          height: shape[0], width: shape[1], channels: shape[2],
          scaling: LevelScaling(scale: scale, offset: offset)) : nil
    }
  }

  /// Which column of a later table names images.
  package var imageColumn: ImageColumn {
    guard case .images(let encoding) = inputs else { return .none }
    return encoding.column.map { .named($0) } ?? .found(besides: targetNames)
  }

  /// Images of any size as inputs; further columns of a table that named images count as missing.
  /// - Throws: `Problem` when the inputs are no images.
  public func encode(images: [DecodedImage]) throws -> Examples {
    try joining(imageEncoding.samples(images))
  }

  /// How images become inputs.
  /// - Throws: `Problem` when the inputs are no images.
  package var imageEncoding: ImagePreprocessing {
    get throws {
      if let imagePreprocessing { return imagePreprocessing }
      throw Problem.data(
        "images", expected: "rows of a table, as in training", found: "images")
    }
  }

  /// All images of a folder and their classes, ready to learn from.
  ///
  /// - Throws: `Problem` for classes that training never saw, and for a folder that was not read with the
  ///   options of this preprocessing's images.
  public func dataset(_ images: ImageDataset) throws -> Dataset {
    var none: [String]? = nil
    return try dataset(images, unseen: &none)
  }

  /// The same to be scored: images of classes that training never saw have the indices behind the known.
  package func datasetToScore(_ images: ImageDataset) throws -> Dataset {
    var unseen: [String]? = []
    var data = try dataset(images, unseen: &unseen)
    data.unseenClasses = unseen ?? []
    return data
  }

  private func dataset(_ images: ImageDataset, unseen: inout [String]?) throws -> Dataset {
    guard let encoding = imagePreprocessing else {
      throw Problem.data(
        images.name, expected: "a table, as in training", found: "a folder of images",
        fix: "give a CSV file: this model was not trained with images")
    }
    var places: [Int?] = []
    var problems: [Problem] = []
    for name in images.classes {
      places.append(classes.firstIndex(of: name))
      if let others = unseen, places.last! == nil {
        places[places.count - 1] = classes.count + others.count
        unseen?.append(name)
      }
      guard places.last! == nil else { continue }
      problems.append(
        Problem.data(
          "\(images.folder)/\(name)", expected: "one of the classes " + Self.list(classes),
          found: "`\(name)`",
          fix: Self.correction(of: name, among: classes, or: "train with images of this class")))
    }
    try Problem.throwIfAny(Array(problems.prefix(Problem.limit)))
    var data = try Dataset(
      inputs: joining(self.images(images, encoding)),
      targets: Examples(
        shape: .scalar, floats: images.files.map { Float(places[$0.label]!) }))
    data.images = images.named
    return data
  }

  /// The inputs of all images.
  /// - Throws: `Problem` for images that were not read with the options of this preprocessing's.
  func images(_ images: ImageDataset, _ encoding: ImagePreprocessing) throws -> Examples {
    guard encoding.fits(images) else {
      throw Problem.data(
        images.name, expected: "images read with the options of this preprocessing",
        found: "images read with others", fix: "read them with those")
    }
    return Examples(
      shape: try encoding.shape, count: images.files.count, rows: images.rows, encoding.scaling)
  }
}
