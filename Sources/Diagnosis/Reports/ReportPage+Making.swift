import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

extension ReportPage {
  // MARK: Data

  var data: String {
    let rows = experiment.rows
    var text =
      "<h2>Data</h2>\n<p>\(rows.train.grouped) rows to train, \(rows.validation.grouped) to "
      + "validate, \(rows.test.grouped) to test, from <code>\(experiment.data.escaped)</code>"
    guard let facts = report.facts else { return text + ".</p>\n" }
    text += facts.stratified == true ? ", each class shared out evenly" : ""
    text += ". "
    text +=
      facts.duplicates == 0
      ? "No row of validation or test has the same inputs as a row of an earlier part.</p>\n"
      : "<strong>Rows of validation or test with the same inputs as a row of an earlier part: "
        + "\(facts.duplicates.grouped)</strong>; so the scores flatter.</p>\n"
    if let near = facts.nearDuplicates, near > 0 {
      text +=
        "<p><strong>Images of validation or test that are nearly the same as one of an earlier part, "
        + "saved again or in another size: \(near.grouped)</strong>.</p>\n"
    }
    if !facts.classes.isEmpty {
      let names = ["train", "validation", "test"]
      text +=
        PageTable(
          columns: [.init(name: "class", isNumber: false)] + names.map { .init(name: $0) },
          rows: facts.classes.prefix(Self.mostLines).map {
            [
              .text($0.label.shortened(to: 60)), .text($0.train.grouped),
              .text($0.validation.grouped),
              .text($0.test.grouped),
            ]
          }
        ).html
    }
    text += Self.list("Columns of the file", facts.columns)
    text += Self.list(
      "What was done with them, learned from training rows only", facts.preprocessing)
    return text + hashes(facts.files)
  }

  /// Of a few files; those of a folder of images are counted.
  private func hashes(_ files: [SplitManifest.File]) -> String {
    guard files.count <= Self.mostHashes else {
      return "<p class=\"soft\">The SHA-256 of each of the \(files.count.grouped) files is in "
        + "<code>\("\(path)/split.json".escaped)</code>.</p>\n"
    }
    return files.map {
      "<p class=\"soft break\">\($0.name.escaped): SHA-256 <code>\($0.sha256.escaped)</code></p>\n"
    }.joined()
  }

  private static let mostHashes = 4

  static let mostLines = 200

  static func list(_ title: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    let shown = lines.prefix(mostLines).map { $0.shortened(to: 300).escaped }
    let rest = lines.count - shown.count
    return "<details><summary>\(title.escaped) (\(lines.count))</summary>\n<pre>"
      + shown.joined(separator: "\n") + (rest > 0 ? "\n… and \(rest) more" : "")
      + "</pre></details>\n"
  }

  // MARK: Network

  var network: String {
    get throws {
      let diagram = try NetworkDiagram(
        model.model, inputName: inputName, outputName: experiment.target.shortened(to: 12))
      var figures = [
        diagram.figure.html("network", caption: diagram.caption),
        WeightHistograms(model.model.tensors).figure.html("weights"),
      ]
      if let grid = firstWeights {
        figures.append(grid.figure.html("first-weights", caption: grid.description))
      }
      if let grid = try featureMaps {
        figures.append(grid.figure.html("features", caption: grid.description))
      }
      return "<h2>Network</h2>\n<div class=\"figures\">\n\(figures.joined())</div>\n" + tensors
    }
  }

  private var inputName: String {
    model.preprocessing.imagePreprocessing == nil || model.preprocessing.columnWidth > 0
      ? "inputs" : "image"
  }

  /// As images, where the first layer looks at images.
  private var firstWeights: ImageGrid? {
    guard let kernel = model.model.tensors.first(where: { $0.tensor.shape.rank >= 2 })?.tensor
    else { return nil }
    if kernel.shape.rank == 4 {
      return ImageGrid(weights: kernel, height: kernel.shape[0], width: kernel.shape[1])
    }
    guard let images = InputImages(model.preprocessing), let full = images.kernel(kernel)
    else { return nil }
    return ImageGrid(weights: full, height: images.height, width: images.width)
  }

  /// What the first layer that keeps the image's rows and columns makes of one of the training rows.
  private var featureMaps: ImageGrid? {
    get throws {
      let trained = self.model
      guard trained.preprocessing.imageShape?.rank == 3,
        let example = try trained.goldenExamples.first
      else {
        return nil
      }
      let cycle = try CompiledCycle(trained.model)
      let forward = try cycle.forwardPass(batch: 1)
      guard let (node, layer) = Self.firstMaps(forward) else { return nil }
      let program = try cycle.program(forward, watching: [node])
      try program.feed(inputs: example.input)
      program.run()
      let shape = try TensorShape(checking: Array(node.shape.extents.dropFirst()))
      return ImageGrid(featureMaps: try Tensor(shape, program.values(of: node)), layer: layer)
    }
  }

  /// The last image of several channels that the first layer with weights makes.
  private static func firstMaps(_ forward: ForwardPass) -> (node: Node, layer: String)? {
    let graph = forward.graph
    let own = graph.records.firstIndex {
      if case .variable = $0.source { true } else { false }
    }
    guard let own else { return nil }
    let layer = graph.records[own].path
    let last = graph.records.indices.last { id in
      let record = graph.records[id]
      guard case .op = record.source, id <= forward.output.id else { return false }
      return record.path == layer && record.shape.rank == 4 && record.shape[3] > 1
    }
    return last.map { (Node(graph: graph, id: $0), layer) }
  }

  private var tensors: String {
    let model = model.model
    let table = PageTable(
      columns: [
        .init(name: "tensor", isNumber: false), .init(name: "shape"),
        .init(name: "numbers"), .init(name: "smallest"), .init(name: "largest"),
      ],
      rows: model.tensors.prefix(Self.mostLines).map { name, tensor in
        [
          .text(name), .text(tensor.shape.extents.map(String.init).joined(separator: " × ")),
          .text(tensor.shape.count.grouped), .text(Double(tensor.values.min() ?? 0).brief),
          .text(Double(tensor.values.max() ?? 0).brief),
        ]
      })
    return table.html + "<p>\(model.parameterCount.grouped) parameters. Weights’ SHA-256 "
      + "<code class=\"break\">\(experiment.weightsSHA256.escaped)</code></p>\n"
  }

  // MARK: How it was made

  var making: String {
    var text = "<h2>How it was made</h2>\n"
    text +=
      PageTable(
        columns: [.init(name: "what", isNumber: false), .init(name: "value", isNumber: false)],
        rows: facts.map { [.text($0), .text($1)] }
      ).html
    text +=
      "<h3>To make it again</h3>\n<pre class=\"commands\"><code>\(commands.escaped)</code></pre>\n"
      + "<p class=\"soft\">\(sameness)</p>\n"
    text +=
      "<details><summary>Every setting (config.json)</summary>\n<pre>\(settings.escaped)</pre>"
      + "</details>\n"
    return text
  }

  /// What the commands lead to.
  private var sameness: String {
    guard experiment.changes?.isEmpty ?? true else {
      return
        "This run went on with other settings on its way (see the notes at the top). The commands "
        + "train with the last of them from the beginning, which gives other weights."
    }
    return "The same data, settings, seed and kernels give the same weights, bit for bit, on any "
      + "number of threads; the second command prints their SHA-256."
  }

  private var facts: [(String, String)] {
    let plan = model.record.plan
    return [
      ("made by", report.build ?? experiment.program),
      ("loss", plan.loss.name), ("optimiser", optimizer(plan.optimizer)),
      ("learning rate", plan.optimizer.learningRate.brief),
      ("rows a step", plan.batch.grouped),
      (
        "epochs",
        "\(experiment.epochsRun) of at most \(plan.epochs)"
          + (experiment.bestEpoch.map { ", best \($0)" } ?? "")
      ),
      ("seed", "\(experiment.seed)"),
      ("threads, kernels", "\(experiment.threads), \(experiment.kernels)"),
      (
        "learning alone",
        "\(experiment.seconds.brief) s, \(experiment.samplesPerSecond.grouped) samples/s"
      ),
    ]
      + (experiment.wallSeconds.map {
        [("with preparing, scoring and writing", "\($0.brief) s")]
      } ?? [])
  }

  private func optimizer(_ optimizer: Optimizer) -> String {
    var text = optimizer.rule.name
    if optimizer.weightDecay > 0 { text += ", weight decay \(optimizer.weightDecay.brief)" }
    switch optimizer.clipping {
    case nil: break
    case .value(let limit): text += ", gradients clipped to \(limit.brief)"
    case .norm(let limit): text += ", each gradient’s norm clipped to \(limit.brief)"
    case .globalNorm(let limit): text += ", gradients’ common norm clipped to \(limit.brief)"
    }
    return text
  }

  /// The commands that lead to the same weights and the same page.
  var commands: String {
    let run = path.shellQuoted
    let again = (path + "-again").shellQuoted
    return [
      "glassbox train --config \((path + "/config.json").shellQuoted) "
        + "--split \((path + "/split.json").shellQuoted) --output \(again)"
        + (experiment.data == "-" ? " < DATA" : ""),
      "glassbox inspect \(again)", "glassbox report \(run)",
    ].joined(separator: "\n")
  }
}
