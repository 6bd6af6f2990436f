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
    let encoding = images.encoding
    let bytes =
      switch scaling {
      case .standardise: try Self.standardising(images, training)
      case .minMax: ByteScaling(scale: 1 / 255, offset: 0)
      case .none: ByteScaling(scale: 1, offset: 0)
      }
    try self.init(
      inputs: .images(encoding.scaled(bytes)), classesOf: images, rows: training)
  }

  /// Images of a folder, prepared as `inputs` says: the classes are learned from them.
  /// - Throws: `Problem` when there is one class only.
  package init(inputs: Inputs, classesOf images: ImageDataset, rows: [Int]? = nil) throws {
    let training = rows ?? Array(images.files.indices)
    let labels = Set(training.map { images.files[$0].label }).sorted()
    guard labels.count > 1 else {
      throw Problem.data(
        images.folder.path, expected: "at least two classes, each with a training image",
        found: labels.first.map { "only `\(images.folder.classes[$0])`" } ?? "none",
        fix: "add a folder of images of another class")
    }
    self.init(
      inputs: inputs, targetName: "label",
      target: .classes(labels.map { images.folder.classes[$0] }))
  }

  /// (byte − mean) ÷ deviation of each channel; the sums are whole numbers, so they are exact.
  private static func standardising(_ images: ImageDataset, _ rows: [Int]) throws -> ByteScaling {
    let encoding = images.encoding
    let (channels, length) = (
      encoding.channels, encoding.height * encoding.width * encoding.channels
    )
    var sums = [UInt64](repeating: 0, count: channels)
    var squares = sums
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { bytes in
      for row in rows {
        try images.rows.copy(row, into: bytes.baseAddress!)
        for channel in 0..<channels {
          var (sum, square): (UInt64, UInt64) = (0, 0)
          for place in stride(from: channel, to: length, by: channels) {
            let byte = UInt64(bytes[place])
            sum &+= byte
            square &+= byte &* byte
          }
          sums[channel] &+= sum
          squares[channel] &+= square
        }
      }
    }
    let count = Double(length / channels * rows.count)
    var (scales, offsets): ([Float], [Float]) = ([], [])
    for channel in 0..<channels {
      let mean = Double(sums[channel]) / count
      let variance = Double(squares[channel]) / count - mean * mean
      let deviation = variance > 1e-9 ? variance.squareRoot() : 1
      scales.append(Float(1 / deviation))
      offsets.append(Float(-mean / deviation))
    }
    return ByteScaling(scales: scales, offsets: offsets)
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
          scaling: ByteScaling(scale: scale, offset: offset)) : nil
    }
  }

  /// Images of any size as inputs.
  /// - Throws: `Problem` when the inputs are no images.
  public func encode(images: [DecodedImage]) throws -> Examples {
    guard let encoding = imagePreprocessing else {
      throw Problem.data(
        "images", expected: "rows of a table, as in training", found: "images")
    }
    return try encoding.samples(images)
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
        images.folder.path, expected: "a table, as in training", found: "a folder of images",
        fix: "give a CSV file: this model was not trained with images")
    }
    guard encoding.scaled(images.encoding.scaling) == images.encoding else {
      throw Problem.data(
        images.folder.path, expected: "images read with the options of this preprocessing",
        found: "images read with others", fix: "read the folder with them")
    }
    var places: [Int?] = []
    var problems: [Problem] = []
    for name in images.folder.classes {
      places.append(classes.firstIndex(of: name))
      if let others = unseen, places.last! == nil {
        places[places.count - 1] = classes.count + others.count
        unseen?.append(name)
      }
      guard places.last! == nil else { continue }
      problems.append(
        Problem.data(
          "\(images.folder.path)/\(name)", expected: "one of the classes " + Self.list(classes),
          found: "`\(name)`",
          fix: Self.correction(of: name, among: classes, or: "train with images of this class")))
    }
    try Problem.throwIfAny(Array(problems.prefix(Problem.limit)))
    let samples = Examples(
      shape: try encoding.shape, count: images.files.count, rows: images.rows,
      encoding.scaling)
    return try Dataset(
      inputs: samples,
      targets: Examples(
        shape: .scalar, floats: images.files.map { Float(places[$0.label]!) }))
  }
}
