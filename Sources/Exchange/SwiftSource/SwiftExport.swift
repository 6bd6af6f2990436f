package import Networks
package import Training

/// A network as a Swift package that needs nothing: its steps as lines of Swift, its weights as a file that the
/// compiler puts into the program.
package struct SwiftExport: Sendable {
  /// The files of the package, by their paths in its folder.
  package let files: [(path: String, bytes: [UInt8])]
  /// What the package does not do, in sentences.
  package let notes: [String]
  /// What is given, such as `hours: Double?`.
  package let inputs: [String]
  /// What is answered.
  package let outputs: [String]
  /// The package, its library and its type.
  package let name: String

  /// A trained model: from raw values, such as the cells of a row or the pixels of an image, to labels and
  /// probabilities, or to values in their own units.
  ///
  /// - Parameter name: of the package, from which that of its type follows: `my-model` is `MyModel`.
  /// - Throws: `Problem`, all that cannot be written as Swift together, with the layers' paths.
  package init(_ trained: TrainedModel, name: String) throws {
    let name = try SwiftNames.type(name)
    var source = try SwiftNetworkSource(trained.model, name: name)
    let inputs = SwiftInputs(trained.preprocessing)
    let answers = SwiftAnswers(trained)
    source.addPrediction(inputs, answers)
    var notes = inputs.notes
    if trained.calibration != nil {
      notes.append(
        "the package answers without intervals and sets of classes, which the model knows")
    }
    self.init(
      [source], name: name, notes: notes, inputs: inputs.descriptions,
      outputs: answers.descriptions, example: inputs.example)
  }

  /// Networks alone, from the numbers that they are given to what they answer.
  ///
  /// - Parameters:
  ///   - networks: with the names of their types.
  ///   - name: of the package.
  /// - Throws: `Problem`, all that cannot be written as Swift together, with the layers' paths.
  package init(_ networks: [(name: String, model: Model)], name: String) throws {
    let name = try SwiftNames.type(name)
    var sources: [SwiftNetworkSource] = []
    for (own, model) in networks {
      sources.append(
        try SwiftNetworkSource(
          model, name: SwiftNames.type(own), library: name,
          behind: sources.last?.weights.values ?? []))
    }
    self.init(
      sources, name: name, notes: [],
      inputs: networks.map { "\($0.name): \($0.model.inputShape)" },
      outputs: networks.map { "\($0.name): \($0.model.outputCount)" }, example: nil)
  }

  private init(
    _ sources: [SwiftNetworkSource], name: String, notes: [String], inputs: [String],
    outputs: [String], example: String?
  ) {
    self.name = name
    (self.notes, self.inputs, self.outputs) = (notes, inputs, outputs)
    let functions = sources.reduce(into: Set<String>()) { $0.formUnion($1.functions) }
    let package = SwiftPackageText(name: name)
    let call = "\(name)().\(example.map { "predict(\($0))" } ?? "network(numbers)")"
    let texts =
      [
        ("Package.swift", package.manifest),
        ("README.md", package.readme(call: call, notes: notes)),
        (
          "Sources/\(name)/Functions.swift", SwiftFunctions.text(of: functions, library: "C\(name)")
        ),
        ("Sources/C\(name)/include/C\(name).h", package.header),
        ("Sources/C\(name)/include/module.modulemap", package.moduleMap),
        (
          "Sources/C\(name)/weights.c",
          package.weights(count: sources.last?.weights.values.count ?? 0)
        ),
      ] + sources.map { ("Sources/\(name)/\($0.name).swift", $0.text) }
    files =
      texts.map { ($0.0, Array($0.1.utf8)) }
      + [("Sources/C\(name)/weights.bin", sources.last?.weights.bytes ?? [])]
  }

  /// Writes the package, each file whole or not at all.
  ///
  /// - Parameter force: whether a folder that exists is written into.
  /// - Throws: `Problem` if it cannot be written.
  package func write(to folder: String, force: Bool = false) throws {
    try AtomicFile.refuseToOverwrite(folder, force: force)
    for (path, bytes) in files {
      let whole = "\(folder)/\(path)"
      try RunFolder.create(String(whole[..<whole.lastIndex(of: "/")!]))
      try AtomicFile.write(bytes, to: whole)
    }
  }

  /// How large all files are together.
  package var byteCount: Int { files.reduce(0) { $0 + $1.bytes.count } }
}
