import Engine

extension Preprocessing {
  /// Pictures of a folder: size and channels as they were read, bytes scaled as the training pictures
  /// ask, a class for each folder that has a training picture.
  ///
  /// - Parameters:
  ///   - rows: The training examples; nil for all.
  ///   - scaling: To mean 0 and deviation 1 of each channel over the training pictures; min-max for
  ///     0…1; none for 0…255.
  /// - Throws: `DataProblem` when there is one class only.
  public init(
    fitting pictures: PictureSet, rows: [Int]? = nil,
    scaling: PreprocessingOptions.Scaling = .standardise
  ) throws {
    let training = rows ?? Array(pictures.files.indices)
    let encoding = pictures.encoding
    let bytes =
      switch scaling {
      case .standardise: try Self.standardising(pictures, training)
      case .minMax: ByteScaling(scale: 1 / 255, offset: 0)
      case .none: ByteScaling(scale: 1, offset: 0)
      }
    try self.init(
      inputs: .pictures(encoding.scaled(bytes)), classesOf: pictures, rows: training)
  }

  /// Pictures of a folder, prepared as `inputs` says: the classes are learned from them.
  /// - Throws: `DataProblem` when there is one class only.
  public init(inputs: Inputs, classesOf pictures: PictureSet, rows: [Int]? = nil) throws {
    let training = rows ?? Array(pictures.files.indices)
    let labels = Set(training.map { pictures.files[$0].label }).sorted()
    guard labels.count > 1 else {
      throw DataProblem(
        pictures.folder.path, expected: "at least two classes, each with a training picture",
        found: labels.first.map { "only `\(pictures.folder.classes[$0])`" } ?? "none",
        fix: "add a folder of pictures of another class")
    }
    self.init(
      inputs: inputs, targetName: "label",
      target: .classes(labels.map { pictures.folder.classes[$0] }))
  }

  /// (byte − mean) ÷ deviation of each channel; the sums are whole numbers, so they are exact.
  private static func standardising(_ pictures: PictureSet, _ rows: [Int]) throws -> ByteScaling {
    let encoding = pictures.encoding
    let (channels, length) = (
      encoding.channels, encoding.height * encoding.width * encoding.channels
    )
    var sums = [UInt64](repeating: 0, count: channels)
    var squares = sums
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { bytes in
      for row in rows {
        try pictures.rows.copy(row, into: bytes.baseAddress!)
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

  /// How pictures become this preprocessing's inputs; nil when the inputs are no pictures.
  public var pictureEncoding: PictureEncoding? {
    switch inputs {
    case .columns, .sequence: nil
    case .pictures(let encoding): encoding
    case .images(let shape, let scale, let offset):
      shape.rank == 3 && [1, 3].contains(shape[2])
        ? PictureEncoding(
          height: shape[0], width: shape[1], channels: shape[2],
          scaling: ByteScaling(scale: scale, offset: offset)) : nil
    }
  }

  /// Pictures of any size as inputs.
  /// - Throws: `DataProblem` when the inputs are no pictures.
  public func encode(pictures: [Pixels]) throws -> Samples {
    guard let encoding = pictureEncoding else {
      throw DataProblem(
        "pictures", expected: "rows of a table, as in training", found: "pictures")
    }
    return try encoding.samples(pictures)
  }

  /// All pictures of a folder and their classes, ready to learn from.
  ///
  /// The folder was read with the options of this preprocessing's pictures.
  /// - Throws: `DataProblem` for classes that training never saw.
  public func dataset(_ pictures: PictureSet) throws -> Dataset {
    guard let encoding = pictureEncoding else {
      throw DataProblem(
        pictures.folder.path, expected: "a table, as in training", found: "a folder of pictures",
        fix: "give a CSV file: this model was not trained with pictures")
    }
    precondition(encoding.scaled(pictures.encoding.scaling) == pictures.encoding)
    var places: [Int?] = []
    var problems: [any Problem] = []
    for name in pictures.folder.classes {
      places.append(classes.firstIndex(of: name))
      guard places.last! == nil else { continue }
      problems.append(
        DataProblem(
          "\(pictures.folder.path)/\(name)", expected: "one of the classes " + Self.list(classes),
          found: "`\(name)`", fix: "rename the folder, or train with pictures of this class"))
    }
    try Problems.throwIfAny(Array(problems.prefix(Problems.limit)))
    let samples = Samples(
      shape: try encoding.shape, count: pictures.files.count, rows: pictures.rows,
      encoding.scaling)
    return try Dataset(
      inputs: samples,
      targets: Samples(
        shape: .scalar, floats: pictures.files.map { Float(places[$0.label]!) }))
  }
}
