import Datasets
import Engine
import Networks

/// What raw values a network from elsewhere is fed.
struct ImportedPreprocessing {
  private let source: ONNXImport
  private let columns: [String]?
  private let scales: [Float]?
  private let offsets: [Float]?
  var notes: [String] = []

  init(_ source: ONNXImport, _ columns: [String]?, _ scales: [Float]?, _ offsets: [Float]?) {
    (self.source, self.columns, self.scales, self.offsets) = (source, columns, scales, offsets)
  }

  /// - Parameters:
  ///   - answer: what the outputs stand for.
  ///   - target: the name of the answer.
  ///   - name: its usual name.
  mutating func preprocessing(
    _ answer: Preprocessing.Target, _ target: String?, name: String
  ) throws -> Preprocessing {
    let inputs = try inputs()
    if case .numbers(let scales) = answer, scales.count > 1 {
      return Preprocessing(
        inputs: inputs,
        targetNames: (1...scales.count).map { "\(target ?? name)\($0)" }, target: answer)
    }
    return Preprocessing(inputs: inputs, targetName: target ?? name, target: answer)
  }

  private mutating func inputs() throws -> Preprocessing.Inputs {
    let shape = source.inputShape
    if shape.rank == 3, [1, 3].contains(shape[2]) { return try images() }
    guard scales == nil, offsets == nil else {
      throw Problem.data(
        "scale", expected: "none, since the network is not fed images", found: "some",
        fix: "leave `scale` and `offset` out")
    }
    if shape.rank == 1, !hasTokens { return try table(shape[0]) }
    return try sequence()
  }

  // MARK: Tables

  private func table(_ count: Int) throws -> Preprocessing.Inputs {
    let names = columns ?? named() ?? (1...count).map { "x\($0)" }
    guard names.count == count, Set(names).count == count else {
      throw Problem.data(
        "columns", expected: "\(count) different names, one for each input",
        found: "\(Set(names).count)")
    }
    return .columns(
      names.map {
        EncodedColumn(name: $0, encoding: .number(offset: 0, scale: 1, fill: 0, indicator: false))
      })
  }

  /// Names of several inputs of the file, each of one column.
  private func named() -> [String]? {
    let names = source.fed.map(\.name)
    return names.count > 1 && names.count == source.inputShape.count ? names : nil
  }

  // MARK: Images

  private mutating func images() throws -> Preprocessing.Inputs {
    let shape = source.inputShape
    let scales = self.scales ?? [1 / 255]
    let offsets = self.offsets ?? scales.map { _ in 0 }
    let counts = [1, shape[2]]
    guard counts.contains(scales.count), offsets.count == scales.count || offsets.count == 1,
      scales.allSatisfy({ $0.isFinite && $0 != 0 }), offsets.allSatisfy(\.isFinite)
    else {
      throw Problem.data(
        "scale", expected: "one number, or \(shape[2]), for the channels, and as many of `offset`",
        found: "\(scales) and \(offsets)")
    }
    if self.scales == nil {
      notes.append(
        "pixels are fed as byte / 255, since the file does not say how; set `scale` and `offset` to what the "
          + "network was trained with")
    }
    return .images(
      ImagePreprocessing(
        height: shape[0], width: shape[1], channels: shape[2],
        scaling: LevelScaling(
          scales: scales,
          offsets: offsets.count == scales.count ? offsets : scales.map { _ in offsets[0] })))
  }

  // MARK: Sequences

  /// Whole numbers are taken for tokens, and so are places in a table.
  private var hasTokens: Bool {
    source.fed.count == 1
      && (source.fed[0].type?.isWhole == true || source.network.layers.leadingEmbedding != nil)
  }

  private func sequence() throws -> Preprocessing.Inputs {
    let shape = source.inputShape
    guard hasTokens ? shape.rank == 1 : shape.rank == 2 else {
      throw Problem.shape(
        "input",
        expected: "a row of numbers, an image of 1 or 3 channels, or a sequence of steps",
        found: "\(shape)")
    }
    let channels = shape.rank == 2 ? shape[1] : 1
    let usual = hasTokens ? ["tokens"] : (1...channels).map { "x\($0)" }
    let names = columns ?? usual
    guard names.count == channels else {
      throw Problem.data(
        "columns", expected: "\(channels) names, one for each number of a step",
        found: "\(names.count)")
    }
    return .sequence(
      SequenceEncoding(
        channels: names.map { .init(columns: [$0]) }, steps: shape[0],
        content: hasTokens ? .wholes(below: 1 << 24) : .numbers(padding: 0), others: [],
        splitting: nil, keepsLast: true))
  }

  // MARK: Examples

  /// A few inputs that a later load is checked with.
  func examples(of preprocessing: Preprocessing) -> [Float] {
    let shape = source.inputShape
    let count = shape.count > 1 << 14 ? 1 : 4
    var random = RandomGenerator(seed: 1)
    return (0..<shape.count * count).map { place in
      if hasTokens { return Float(random.below(2)) }
      let uniform = Float(random.uniform())
      guard preprocessing.imageShape != nil else { return 2 * uniform - 1 }
      let scaling = preprocessing.levelScaling
      let channel = scaling.scales.count == 1 ? 0 : place % scaling.scales.count
      return (uniform * 255).rounded() * scaling.scales[channel] + scaling.offsets[channel]
    }
  }
}
