import Datasets
import Engine
import Networks

extension RunConfiguration: Codable {
  /// The settings' names in files.
  public enum Key: String, CodingKey, CaseIterable {
    case data, target, ignore, sequence, task, validation, test, split, scaling, network, hidden,
      activation
    case dropout, loss, optimizer, schedule, l1, l2, batch, epochs, patience, seed, threads, kernels
    case name, output, channels, resampling, augment
    case from, freeze, head, unfreeze
    case fromSHA256 = "from_sha256"
    case imageSize = "image_size"
    case imageFit = "image_fit"
    case skipBad = "skip_bad"
    case cacheMemory = "cache_memory"
    case cacheDisk = "cache_disk"
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case clipValue = "clip_value"
    case clipNorm = "clip_norm"
    case clipGlobalNorm = "clip_global_norm"
    case classWeights = "class_weights"
    case checkpointEvery = "checkpoint_every"
    case formatVersion = "format_version"
  }

  /// Every setting may be left out.
  public init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: Key.self)
    func read<Value: Decodable>(_ key: Key, _ value: inout Value) throws {
      if let given = try fields.decodeIfPresent(Value.self, forKey: key) { value = given }
    }
    func readOptional<Value: Decodable>(_ key: Key, _ value: inout Value?) throws {
      if let given = try fields.decodeIfPresent(Value.self, forKey: key) { value = given }
    }
    func choice<Value: RawRepresentable<String> & CaseIterable>(
      _ key: Key, _ others: String = ""
    ) throws -> Value? {
      guard let name = try fields.decodeIfPresent(String.self, forKey: key) else { return nil }
      if let value = Value(rawValue: name) { return value }
      throw Problem.data(
        key.rawValue,
        expected: Value.allCases.map(\.rawValue).joined(separator: ", ") + others,
        found: "'\(name)'")
    }
    let version = try fields.decodeIfPresent(Int.self, forKey: .formatVersion) ?? 1
    guard version == 1 else {
      throw Problem.data(
        Key.formatVersion.rawValue, expected: "1", found: "\(version)",
        fix: "use a newer Glassbox")
    }
    try readOptional(.data, &data)
    try readOptional(.target, &target)
    try read(.ignore, &ignore)
    try readOptional(.sequence, &sequence)
    task = try choice(.task)
    try read(.validation, &validation)
    try read(.test, &test)
    try readOptional(.split, &split)
    if let name = try fields.decodeIfPresent(String.self, forKey: .scaling) {
      scaling = try Self.scaling(named: name)
    }
    try readOptional(.imageSize, &imageSize)
    try readOptional(.channels, &channels)
    imageFit = try choice(.imageFit) ?? imageFit
    resampling = try choice(.resampling) ?? resampling
    try read(.skipBad, &skipBad)
    try read(.cacheMemory, &cacheMemory)
    try read(.cacheDisk, &cacheDisk)
    try readOptional(.augment, &augment)
    if (try? fields.decodeIfPresent(String.self, forKey: .network)) != nil {
      networkKind = try choice(.network, " or a list of layers")
    } else {
      try readOptional(.network, &network)
    }
    try readOptional(.from, &from)
    try readOptional(.fromSHA256, &fromSHA256)
    try readOptional(.freeze, &freeze)
    head = try choice(.head)
    try read(.unfreeze, &unfreeze)
    try readOptional(.hidden, &hidden)
    try read(.activation, &activation)
    try read(.dropout, &dropout)
    loss = try fields.decodeIfPresent(Named<Losses>.self, forKey: .loss)?.wrappedValue
    try read(.optimizer, &optimizer)
    try readOptional(.learningRate, &learningRate)
    try readOptional(.weightDecay, &weightDecay)
    try read(.l1, &l1)
    try read(.l2, &l2)
    try readOptional(.clipValue, &clipValue)
    try readOptional(.clipNorm, &clipNorm)
    try readOptional(.clipGlobalNorm, &clipGlobalNorm)
    schedule = try fields.decodeIfPresent(Named<Schedules>.self, forKey: .schedule)?.wrappedValue
    try read(.classWeights, &classWeights)
    try readOptional(.batch, &batch)
    try readOptional(.epochs, &epochs)
    try readOptional(.patience, &patience)
    try read(.seed, &seed)
    try readOptional(.threads, &threads)
    try readOptional(.kernels, &kernels)
    try readOptional(.name, &name)
    try readOptional(.output, &output)
    try readOptional(.checkpointEvery, &checkpointEvery)
  }

  /// Writes every setting; what is decided from the data is null.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(1, forKey: .formatVersion)
    try fields.encode(data, forKey: .data)
    try fields.encode(target, forKey: .target)
    try fields.encode(ignore, forKey: .ignore)
    try fields.encode(sequence, forKey: .sequence)
    try fields.encode(task, forKey: .task)
    try fields.encode(validation, forKey: .validation)
    try fields.encode(test, forKey: .test)
    try fields.encode(split, forKey: .split)
    try fields.encode(Self.name(of: scaling), forKey: .scaling)
    try fields.encode(imageSize, forKey: .imageSize)
    try fields.encode(channels, forKey: .channels)
    try fields.encode(imageFit, forKey: .imageFit)
    try fields.encode(resampling, forKey: .resampling)
    try fields.encode(skipBad, forKey: .skipBad)
    try fields.encode(cacheMemory, forKey: .cacheMemory)
    try fields.encode(cacheDisk, forKey: .cacheDisk)
    try fields.encode(augment, forKey: .augment)
    if network == nil, let networkKind {
      try fields.encode(networkKind, forKey: .network)
    } else {
      try fields.encode(network, forKey: .network)
    }
    try fields.encode(from, forKey: .from)
    try fields.encode(fromSHA256, forKey: .fromSHA256)
    try fields.encode(freeze, forKey: .freeze)
    try fields.encode(head, forKey: .head)
    try fields.encode(unfreeze, forKey: .unfreeze)
    try fields.encode(hidden, forKey: .hidden)
    try fields.encode(activation, forKey: .activation)
    try fields.encode(dropout, forKey: .dropout)
    try fields.encode(loss.map { Named<Losses>(wrappedValue: $0) }, forKey: .loss)
    try fields.encode(optimizer, forKey: .optimizer)
    try fields.encode(learningRate, forKey: .learningRate)
    try fields.encode(weightDecay, forKey: .weightDecay)
    try fields.encode(l1, forKey: .l1)
    try fields.encode(l2, forKey: .l2)
    try fields.encode(clipValue, forKey: .clipValue)
    try fields.encode(clipNorm, forKey: .clipNorm)
    try fields.encode(clipGlobalNorm, forKey: .clipGlobalNorm)
    try fields.encode(schedule.map { Named<Schedules>(wrappedValue: $0) }, forKey: .schedule)
    try fields.encode(classWeights, forKey: .classWeights)
    try fields.encode(batch, forKey: .batch)
    try fields.encode(epochs, forKey: .epochs)
    try fields.encode(patience, forKey: .patience)
    try fields.encode(seed, forKey: .seed)
    try fields.encode(threads, forKey: .threads)
    try fields.encode(kernels, forKey: .kernels)
    try fields.encode(name, forKey: .name)
    try fields.encode(output, forKey: .output)
    try fields.encode(checkpointEvery, forKey: .checkpointEvery)
  }

  private static let scalings: [(name: String, scaling: PreprocessingOptions.Scaling)] = [
    ("standardise", .standardise), ("min-max", .minMax), ("none", .none),
  ]

  private static func name(of scaling: PreprocessingOptions.Scaling) -> String {
    scalings.first { $0.scaling == scaling }!.name
  }

  private static func scaling(named name: String) throws -> PreprocessingOptions.Scaling {
    guard let found = scalings.first(where: { $0.name == name }) else {
      throw Problem.data(
        "scaling", expected: "one of \(scalings.map(\.name).joined(separator: ", "))",
        found: "'\(name)'")
    }
    return found.scaling
  }
}
