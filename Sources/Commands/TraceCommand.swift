import ArgumentParser
import Codecs
import Glassbox

/// `glassbox trace`
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Show one learning cycle of a model, number by number.",
    discussion: """
      glassbox trace runs/students students.csv --row 3
      glassbox trace runs/students --input 3,7 --target 1 --neuron dense/2
      glassbox trace runs/students --step 20 --html step.html

      Rows, neurons and weights are counted from 1.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: """
      The data to take a row from, or an image; the file the model was trained on if left out.
      """,
    completion: .file())
  var data: String?
  @Option(help: "Which row of the data.")
  var row: Int?
  @Option(help: "A row of its own: its values in the order of the columns, or column=value,….")
  var input: String?
  @Option(help: "The right answer for --input or an image: a class or a number.")
  var target: String?
  @Option(help: "Trace this step of the run, repeated from its seed or its checkpoint.")
  var step: Int?
  @Option(help: "Only this layer.")
  var layer: String?
  @Option(
    help: "Only this neuron, such as dense/3, or a pixel: conv2d/2,5,1 (row, column, channel).")
  var neuron: String?
  @Option(help: "Only this weight, such as dense/2,5: from input 2 to neuron 5.")
  var weight: String?
  @Flag(help: "Every number, with every term of every sum.")
  var all = false
  @Option(
    help: "Write a page with formulas and images; - for standard output.", completion: .file())
  var html: String?
  @Option(help: "Write a LaTeX document; - for standard output.", completion: .file())
  var latex: String?
  @Flag(help: "Replace files that exist.")
  var force = false
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [row != nil, input != nil, step != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --row, --input and --step")
    }
    guard input == nil || target != nil, target == nil || input != nil || data != nil else {
      throw ValidationError("--input and --target belong together: what is given, what is right")
    }
    guard [layer, neuron, weight].count(where: { $0 != nil }) <= 1 else {
      throw ValidationError("give one of --layer, --neuron and --weight")
    }
    guard row.map({ $0 >= 1 }) ?? true else { throw ValidationError("--row: counted from 1") }
    guard [html, latex].count(where: { $0 == "-" }) + (output.json ? 1 : 0) <= 1 else {
      throw ValidationError("only one of --json, --html - and --latex - can be standard output")
    }
  }

  func run() throws {
    let progress = WorkProgress("tracing", isQuiet: output.quiet)
    let trace = try step.map { try recorded($0, progress) } ?? example(progress)
    progress.end()
    if let html {
      let figures = TraceFigures(preprocessing: try? openModel(model).preprocessing)
      try write(trace.html(drawing: figures.html), to: html)
    }
    if let latex { try write(trace.latex, to: latex) }
    if output.json {
      try printJSON(trace)
    } else if html == nil, latex == nil {
      print(
        trace.text(isColored: StandardOutput.isColored), terminator: "",
        isStyled: StandardOutput.isColored)
    }
  }

  private func selection() throws -> TraceSelection {
    var selection = TraceSelection(layer: layer)
    if let neuron { selection = try Failure.usage { try .neuron(neuron) } }
    if let weight { selection = try Failure.usage { try .weight(weight) } }
    selection.showsAll = all
    return selection
  }

  // MARK: What is traced

  private func example(_ progress: WorkProgress) throws -> Trace {
    let trained = try openModel(model)
    let tracer = trained.tracer
    let selection = try selection()
    if let input, let target {
      let inputs = try row(input, trained.preprocessing)
      try trained.checkTokens(
        Examples(shape: trained.preprocessing.inputShape, floats: inputs), in: "--input")
      return try tracer.trace(
        inputs: inputs, targets: trained.target(target, at: "--target"),
        weights: trained.stepWeights(of: inputs, beside: target, at: "--target"),
        selection: selection, progress: progress.show)
    }
    let source = data ?? trained.record.data
    let dataset = try PreparedData.read(
      source, with: trained.preprocessing, configuration: configuration(), decoders: .standard,
      target: target, isScored: true, note: output.note)
    let place = (row ?? 1) - 1
    guard place < dataset.count else {
      throw Failure(
        status: .usage, text: "--row: expected 1 to \(dataset.count), found \(place + 1)")
    }
    let (inputs, targets) = (dataset.inputs[place], dataset.targets[place])
    if !dataset.unseenClasses.isEmpty,
      let unseen = targets.first(where: { Int($0) >= trained.labels.count })
    {
      throw Problem.unknown(
        "\(source), row \(place + 1)",
        dataset.unseenClasses[Int(unseen) - trained.labels.count], among: trained.labels)
    }
    try trained.checkTokens(dataset.inputs, in: DataLocation(source).paths[0])
    var trace = try tracer.trace(
      inputs: inputs, targets: targets, weights: dataset.weights(of: place).map(Array.init),
      selection: selection, progress: progress.show)
    if let image = dataset.images?[place] {
      trace.settings.append(.init(name: "image", value: image.file))
    }
    return trace
  }

  private func row(_ input: String, _ preprocessing: Preprocessing) throws -> [Float] {
    var unseen = UnseenValues()
    let inputs = try preprocessing.inputs(written: input, unseen: &unseen)
    if try file.configuration().data.strict { try unseen.refuse() }
    for note in unseen.notes { output.note(note) }
    return inputs
  }

  /// The run's own file is read as it was in training.
  private func configuration() throws -> RunConfiguration {
    var configuration = try file.configuration()
    if data == nil, file.flags.given.isEmpty, let run = try? StoredRun(model) {
      configuration.data = run.configuration.data
    }
    return configuration
  }

  private func recorded(_ step: Int, _ progress: WorkProgress) throws -> Trace {
    let run = try StoredRun(model, decoders: .standard)
    let checkpoint = try? run.checkpoint()
    return try run.experiment().trace(
      step: step, from: checkpoint, selection: selection(), progress: progress.show)
  }

  private func write(_ text: String, to path: String) throws {
    guard path != "-" else { return print(text, terminator: "") }
    try AtomicFile.refuseToOverwrite(path, force: force)
    try AtomicFile.write(Array(text.utf8), to: path)
  }
}
