import Datasets
import Engine
import Networks
package import Training

/// Everything that decides a playground; the page's address, an export and a test hold nothing else.
package struct PlaygroundSettings: Codable, Sendable {
  /// What is learned.
  package var data: PlaygroundData
  /// How, by the settings of a run.
  package var run: RunConfiguration
  /// What was changed by hand on the way, in the order of the steps.
  package var edits: [PlaygroundEdit.Dated] = []

  /// A playground that is not edited yet.
  package init(data: PlaygroundData, run: RunConfiguration = RunConfiguration()) {
    (self.data, self.run) = (data, run)
  }

  private enum Key: String, CodingKey, CaseIterable {
    case data, run, edits
  }

  /// - Throws: `Problem` for names that are not known and values that cannot be used.
  package init(from decoder: any Decoder) throws {
    let names = Key.allCases.map(\.rawValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where !names.contains(key.stringValue) {
      throw Problem.data(
        "playground", expected: "one of " + names.joined(separator: ", "),
        found: "`\(key.stringValue)`", fix: Problem.fix(key.stringValue, among: names))
    }
    let fields = try decoder.container(keyedBy: Key.self)
    data = try fields.decode(PlaygroundData.self, forKey: .data)
    run = try fields.decodeIfPresent(RunConfiguration.self, forKey: .run) ?? RunConfiguration()
    edits = try fields.decodeIfPresent([PlaygroundEdit.Dated].self, forKey: .edits) ?? []
  }

  /// Settings that are as usual are left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(data, forKey: .data)
    try run.encodeChosen(to: fields.superEncoder(forKey: .run))
    if !edits.isEmpty { try fields.encode(edits, forKey: .edits) }
  }

  /// Settings that would read or write files, or ask for what a playground says by itself.
  private static let refused: Set<String> = [
    "data", "more_rows", "split", "from", "from_sha256", "freeze", "head", "unfreeze", "target",
  ]
  /// Settings that make steps of columns, which two inputs of a plane are not.
  private static let ofSteps: Set<String> = ["forecast", "sequence"]

  /// Of a network that can be seen whole.
  static let usualHidden = [8, 8]
  /// Pictures of a folder are brought to so many pixels along a side where nobody says another size.
  private static let usualSide = 28

  /// Does nobody say what the network is?
  static func isOpen(_ network: NetworkSettings) -> Bool {
    network.architecture == nil && network.hidden == nil
  }

  /// The settings of the run with what a playground decides where nobody says it: a small network that can
  /// be seen whole, and a training without an end by a learning rate that stays.
  ///
  /// - Throws: `Problem`, all of them together, for settings that a playground has no use for.
  func completed() throws -> RunConfiguration {
    var problems = try run.chosen.filter {
      Self.refused.contains($0.name) || $0.group == .output
        || data.isPlane && Self.ofSteps.contains($0.name)
    }.map { setting in
      Problem.data(
        setting.name, expected: "no such setting in a playground, which reads and writes no files",
        found: setting.written(of: self.run) ?? "one", fix: "leave it out")
    }
    for (name, part) in [("validation", run.data.validation), ("test", run.data.test)]
    where part.isFile {
      problems.append(
        Problem.data(name, expected: "a share of the points, such as 0.2", found: "a file"))
    }
    try Problem.throwIfAny(problems)
    var run = run
    run.data.target = data.target
    run.data.task = run.data.task ?? data.task
    switch data {
    case .made(let made, _, _):
      if made == .waves {
        run.data.sequence = run.data.sequence ?? SequenceOptions(["step_*"])
      }
      if Self.isOpen(run.network) { run.network.architecture = .layers(LayerList(made.layers)) }
    case .files(let files):
      run.data.source = files.path
      if case .folder = DataLocation(files.path), run.data.imageSize == nil {
        run.data.imageSize = Extents(height: Self.usualSide, width: Self.usualSide)
      }
    case .plane, .points, .table:
      if Self.isOpen(run.network) { run.network.hidden = Self.usualHidden }
    }
    run.training.schedule = run.training.schedule ?? .constant
    run.training.epochs = run.training.epochs ?? TrainingPlan.mostEpochs
    run.training.patience = run.training.patience ?? 0
    // A step of so small a network is over before a second thread wakes up.
    run.training.threads = run.training.threads ?? 1
    return run
  }
}

extension RunConfiguration {
  /// With a network that can be seen whole where nobody says another one, as the inputs ask for.
  /// - Throws: `Problem` for settings that do not fit the data.
  func suited(to data: PreparedData, _ registry: Registry) throws -> RunConfiguration {
    guard PlaygroundSettings.isOpen(network) else { return self }
    var suited = self
    guard let image = data.preprocessing.imageShape, data.preprocessing.columnWidth == 0 else {
      suited.network.hidden =
        data.preprocessing.sequence == nil ? PlaygroundSettings.usualHidden : [8]
      return suited
    }
    var layers: [any StoredLayer] = []
    var (height, width) = (image[0], image[1])
    // Pools until what is left is small enough for a layer of all its numbers.
    for filters in [4, 8] where min(height, width) >= 6 {
      layers += [Conv2D(filters, kernelSize: 3, activation: .relu), MaxPool2D(poolSize: 2)]
      (height, width) = ((height - 2) / 2, (width - 2) / 2)
    }
    // The layer that answers is that of any network for these data.
    suited.network.hidden = [1]
    let known = try Experiment(suited, data: data, registry: registry).start.layers
    layers += [Flatten()] + known.suffix(1).compactMap { $0 as? any StoredLayer }
    (suited.network.hidden, suited.network.architecture) = (nil, .layers(LayerList(layers)))
    return suited
  }
}
