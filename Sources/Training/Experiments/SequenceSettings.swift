public import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// How the rows of a table are understood, with what the network says about them.
  ///
  /// - Parameter base: the model that the training starts from.
  func preprocessingOptions(_ base: TrainedModel?) -> PreprocessingOptions {
    var options = PreprocessingOptions()
    options.scaling = data.scaling
    options.ignoring = data.ignore
    options.roles = data.roles
    options.saidKinds = Set(data.kinds.keys)
    options.task = data.forecast == nil ? data.task : .regression
    options.labelSeparator = data.labelSeparator
    options.targetScaling = data.targetScaling == .log ? .log : .linear
    options.sequence = base.map { $0.preprocessing.sequence?.options } ?? data.sequence
    options.tokens = network.layers?.layers.leadingEmbedding?.tokens
    return options
  }

  /// What the columns of a sequence are read as.
  func kinds(_ options: PreprocessingOptions) -> RawData.KindsOfColumns? {
    options.sequence.map { sequence in
      { header, file in
        let channels = try sequence.channels(
          in: header, of: file, except: data.ignore + data.targets(in: header))
        let tokens = sequence.content.map { $0 != .numbers } ?? (options.tokens != nil)
        let labels = try sequence.labelColumns(in: header, of: file)
        // A label is a name, whatever it looks like.
        return sequence.kinds(of: channels, tokens: tokens).merging(
          labels.map { ($0, .categorical) }
        ) { $1 }
      }
    }
  }

  /// A file's columns, those of a sequence read as steps.
  public func table(_ path: String, decoders: Decoders = .none) throws -> DataTable {
    try data.checkThatRowsAreInMemory(
      for: "facts about all columns",
      fix: "leave it out, or look at a file with some of the rows")
    var options = data.tableOptions
    options.steps = nil
    guard
      case .table(let table) = try RawData(
        .table(path), options: options, kinds: kinds(preprocessingOptions(nil)),
        decoders: decoders)
    else { preconditionFailure("a table") }
    return table
  }

  /// - Throws: `Problem` for settings that the kind of data has no use for.
  package func check(for location: DataLocation) throws {
    var problems: [Problem] = []
    func refuse(_ isGiven: Bool, _ name: String, _ expected: String) {
      guard isGiven else { return }
      problems.append(
        Problem.data(
          name, expected: expected, found: location.paths.joined(separator: ":"),
          fix: "remove the setting"))
    }
    if case .table = location {
    } else {
      for (isGiven, name) in [
        (data.sequence != nil, "sequence"), (data.group != nil, "group"),
        (data.splitByTime != nil, "split_by_time"), (data.weight != nil, "weight"),
        (data.forecast != nil, "forecast"),
      ] {
        refuse(isGiven, name, "a table")
      }
    }
    if case .idx = location {
      let standard = DataSettings()
      let folder = "a folder of images"
      refuse(data.imageFit != standard.imageFit, "image_fit", folder)
      refuse(data.resampling != standard.resampling, "resampling", folder)
      refuse(data.skipBad, "skip_bad", folder)
    }
    try Problem.throwIfAny(problems)
  }

  /// - Throws: `Problem` where a network reads sequences other than the data are.
  func check(_ network: LayerList, reads preprocessing: Preprocessing) throws {
    let embedding = network.layers.leadingEmbedding
    let maskings = network.layers.flattened.compactMap { $0 as? Masking }
    switch preprocessing.inputs {
    case .byteImages, .images:
      guard let image = preprocessing.imageShape, preprocessing.columnWidth > 0,
        let first = network.layers.first, first is Conv2D || first is DepthwiseConv2D
      else { return }
      throw Problem.data(
        "network",
        expected: "\(ImageBranch.kind) as the first layer, since columns stand behind the image",
        found: first.kindName,
        fix: "move the layers that read the image into "
          + "{layer: \(ImageBranch.kind), shape: \(image.extents), layers: […]}, "
          + "or name the columns in `ignore`")
    case .columns:
      guard self.network.from == nil, data.scaling != .none, embedding != nil || !maskings.isEmpty
      else { return }
      let kind = embedding == nil ? Masking.kind : Embedding.kind
      throw Problem.data(
        "network", expected: "steps of a sequence for \(kind)",
        found: "columns, each scaled by itself, so that no number is "
          + (embedding == nil ? "padding's any more" : "a token any more"),
        fix: "say which columns are steps, such as `sequence: first..last`, "
          + "or leave the numbers as they are with `scaling: none`")
    case .sequence(let sequence):
      if let tokens = sequence.tokens {
        guard let embedding else {
          throw Problem.data(
            "network", expected: "an embedding as the first layer, since the steps are tokens",
            found: network.layers.first.map { "\(Swift.type(of: $0))" } ?? "no layer",
            fix: "begin with {layer: embedding, tokens: \(tokens), units: 16, mask_zero: true}")
        }
        guard embedding.tokens >= tokens else {
          throw Problem.data(
            "network", expected: "an embedding of \(tokens) tokens or more, as the data have",
            found: "\(embedding.tokens)", fix: "write `tokens: \(tokens)`")
        }
        return
      }
      guard embedding == nil else {
        throw Problem.data(
          "network", expected: "a first layer that reads numbers", found: Embedding.kind,
          fix: "say that the steps are tokens: `as: tokens` below `sequence`")
      }
      for masking in maskings where Float(masking.value) != sequence.padding {
        throw Problem.data(
          "network", expected: "masking of \(sequence.padding), the sequence's padding",
          found: "\(masking.value)", fix: "write the same number for `value` and `padding`")
      }
    }
  }
}
