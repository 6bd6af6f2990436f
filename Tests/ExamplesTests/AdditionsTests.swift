import Datasets
import Foundation
import TestSupport
import Testing

/// Does what the table of `CONTRIBUTING.md` says: each file of `Additions` comes into its target, and its
/// line into the list that the row names.
///
/// The compiler checks both among the target's other files. The files are part of these tests too, so
/// that what they say also runs, by way of a registry where that is what knows it.
@Suite struct AdditionsTests {
  /// A row of the table with an addition of these tests.
  struct Addition {
    let file: String
    let list: String

    var name: String { String(file.split(separator: "/").last!) }
    var module: String { String(list.split(separator: "/")[1]) }

    static func all() throws -> [Addition] {
      try repositoryText("CONTRIBUTING.md").split(separator: "\n").compactMap { row in
        let paths = row.split(separator: "`").map(String.init).filter { $0.hasSuffix(".swift") }
        guard row.hasPrefix("| "), let list = paths.last,
          let file = paths.first(where: { $0.contains("/Additions/") })
        else { return nil }
        return Addition(file: file, list: list)
      }
    }
  }

  @Test func everyAdditionStandsInTheTable() throws {
    let files = try repositoryFiles(in: "Tests/ExamplesTests/Additions")
    #expect(try Addition.all().map(\.name).sorted() == files.filter { $0 != "Rooms.swift" })
  }

  @Test func aFileAndALineAreEnough() throws {
    for addition in try Addition.all() {
      var list = try repositoryText(addition.list)
      let start = try #require(list.firstRange(of: ".Type] = [\n"), "\(addition.list)")
      let type = addition.name.dropLast(".swift".count)
      list.insert(contentsOf: "    \(type).self,\n", at: start.upperBound)
      let checked = try ModuleCompiler.check(
        module: addition.module,
        changed: [addition.file: try repositoryText(addition.file), addition.list: list])
      #expect(checked.status == 0, "\(addition.name): \(checked.errors)")
    }
  }

  /// What a target does not know is found: the check above can fail.
  @Test func aFileThatDoesNotFitIsRefused() throws {
    let file = "Sources/Networks/Layers/Wrong.swift"
    let text = try repositoryText("Sources/Networks/Layers/Flatten.swift")
      .replacing("struct Flatten", with: "struct Wrong").replacing("reshaped", with: "flattened")
    let checked = try ModuleCompiler.check(module: "Networks", changed: [file: text])
    #expect(checked.status != 0 && checked.errors.contains("flattened"))
  }

  /// The setting that the page shows: each `+` comes after the line above it.
  @Test func aSettingIsTwoPlacesInOneFile() throws {
    let page = try repositoryText("CONTRIBUTING.md")
    let shown = try #require(page.components(separatedBy: "```diff\n").dropFirst().first)
      .components(separatedBy: "\n```")[0].split(separator: "\n")
    let file = String(try #require(shown.first?.dropFirst("+++ ".count)))
    var lines = try repositoryText(file).components(separatedBy: "\n")
    var place = 0
    for line in shown.dropFirst() {
      let text = String(line.dropFirst())
      if line.hasPrefix("+") {
        lines.insert(text, at: place)
        place += 1
      } else {
        let known = try #require(lines[place...].firstIndex(of: text), "\(file) has no \(text)")
        place = known + 1
      }
    }
    let checked = try ModuleCompiler.check(
      module: "Training", changed: [file: lines.joined(separator: "\n")])
    #expect(checked.status == 0, "\(checked.errors)")
  }

  @Test func theOpPassesItsChecks() throws {
    for kernels in Kernels.available {
      for example in Ops.Softsign.examples {
        let found = try example.check(kernels: Kernels(named: kernels), seed: 1)
        #expect(found == 2)
      }
    }
    #expect((Ops.Softsign().value(-3.0) as Double) == -0.75)
  }

  /// Layer, loss, optimiser and metric are read by their names, train together, are stored and read back.
  @Test func whatFilesNameTrainsAndIsReadBack() throws {
    let registry = Registry.standard.adding(
      RepeatVector.self, Losses.LogCosh.self, SignDescent.self, Metrics.MaximumError.self)
    let network = try JSONText.decode(
      LayerList.self,
      from:
        #"[{"layer":"repeat_vector","steps":3},{"layer":"flatten"},{"layer":"dense","units":1}]"#,
      at: "network", registry: registry)
    var optimizer = try Optimizer(named: "sign_descent", registry: registry)
    optimizer.learningRate = 0.01
    var trainer = Trainer(
      Sequential(network.layers), loss: try registry.loss(named: "log_cosh"),
      optimizer: optimizer, metrics: [.maximumError])
    let rows = (0..<40).map { [Float($0) / 40, Float($0 % 7) / 7] }
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: rows.flatMap(\.self)),
      targets: Examples(shape: .scalar, floats: rows.map { $0[0] - 2 * $0[1] }))
    let history = try trainer.fit(data, epochs: 400)
    let (first, last) = (history[0], history[history.count - 1])
    #expect(last.train["loss"]! < 0.05 * first.train["loss"]!)
    #expect(last.train[Metrics.MaximumError()]! < 0.2)
    let model = try TrainedModel(
      trainer, preprocessing: Preprocessing(columns: ["a", "b"], target: "y"))
    let opened = try TrainedModel(bytes: model.bytes(), registry: registry)
    #expect(try opened.predict(data.inputs) == model.predict(data.inputs))
  }

  @Test func theLossIsItsFormula() throws {
    for distance in [-3.0, -0.1, 0, 0.5, 2] {
      let graph = Graph()
      let output = graph.constant(distance, shape: [1, 1])
      let loss = try Losses.LogCosh().perExample(output, graph.constant(0, shape: [1, 1]))
      let value: Double = try graph.evaluate([loss], feeding: [:])[0][0]
      #expect(abs(value - log(cosh(distance))) < 1e-12)
    }
  }

  @Test func theLessonIsRight() throws {
    let lesson = try TwoNeuronsLesson.make()
    #expect(lesson.name == TwoNeuronsLesson.name)
    for part in lesson.steps.flatMap(\.parts) {
      if case .printed(let numbers) = part { #expect(numbers.map(\.verdict) == [.right]) }
    }
    _ = try StrictXML(page: lesson.page)
  }
}
