import Datasets
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Exchange

/// A trained model as Swift answers raw rows as the model does.
@Suite(.enabled(if: SwiftProgram.canRun, "\(SwiftProgram.reason)"))
struct SwiftPredictionTests {
  private static let rows = 30

  @Test(arguments: try TableCase.all()) func rawRowsAreAnsweredTheSame(_ table: TableCase) throws {
    let folder = try TemporaryFolder()
    let (trained, predictions) = try table.learned(in: folder)
    let export = try SwiftExport(trained, name: "model of \(table.testDescription)")
    let inputs = SwiftInputs(trained.preprocessing)
    var lines: [String] = []
    var expected: [Double] = []
    for (row, prediction) in zip(table.rows, predictions).prefix(Self.rows) {
      let call = try "\(export.name)().predict(\(arguments(inputs, trained, table.header, row)))"
      if let probabilities = prediction.probabilities?.values {
        lines.append("do {\nlet answer = \(call)\nshow(answer.probabilities)")
        expected += probabilities.map(Double.init)
        if let label = prediction.label {
          lines.append("show([answer.label == \(label.swift) ? 1 : 0])")
          expected.append(1)
        }
        lines.append("}")
      } else if let quantiles = prediction.quantiles?.values.first {
        lines.append("for quantile in \(call).quantiles { show(quantile) }")
        expected += quantiles.values.sorted()
      } else {
        lines.append("show(\(call).value)")
        expected.append(try #require(prediction.value))
      }
    }
    let program = try SwiftProgram(
      export, body: lines.joined(separator: "\n"), isOptimized: false)
    let bits = try program.bits()
    let isClass = predictions[0].probabilities != nil
    let found = bits.map {
      isClass ? Double(Float(bitPattern: UInt32($0))) : Double(bitPattern: $0)
    }
    try #require(found.count == expected.count)
    let size = max(1, expected.map(abs).max() ?? 0)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-5 * size) }
  }

  /// As its user builds it: a package that depends on it by its path.
  @Test func anotherPackageUsesIt() throws {
    let folder = try TemporaryFolder()
    let preprocessing = try Preprocessing(
      columns: ["class", "Sleep (h)"], target: "passed", classes: ["no", "yes"])
    let model = try Model(
      Sequential([Dense(4, activation: .tanh), Dense(2)]), inputShape: [2],
      loss: .crossEntropy, seed: 3)
    let trained = try TrainedModel(
      model, preprocessing: preprocessing,
      record: TrainingRecord(
        task: .binary, data: "", rows: .init(train: 0, validation: 0, test: 0),
        plan: TrainingPlan(loss: model.loss), epochsRun: 0, kernels: ""),
      examples: Dataset(
        inputs: Examples(shape: [2], floats: [0, 0]), targets: Examples(shape: .scalar, floats: [0])
      ))
    let export = try SwiftExport(trained, name: "students")
    #expect(export.inputs == ["`class`: Double?", "sleepH: Double?"])
    try export.write(to: folder.path("Students"))
    try folder.write(
      """
      // swift-tools-version: 6.1
      import PackageDescription
      let package = Package(
        name: "User", dependencies: [.package(path: "../Students")],
        targets: [.executableTarget(name: "User", dependencies: ["Students"])])
      """, to: "User/Package.swift")
    try folder.write(
      """
      import Students
      let answer = Students().predict(class: 3, sleepH: nil)
      print(answer.label, answer.probabilities[1].bitPattern)
      """, to: "User/Sources/User/main.swift")
    let outcome = try Emulator.run(
      ["swift", "run", "--package-path", folder.path("User"), "--disable-sandbox"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("warning"), "\(outcome.errors)")
    let words = outcome.output.split(whereSeparator: \.isWhitespace).map(String.init)
    let expected = try trained.predict(["class": 3, "Sleep (h)": nil])
    #expect(words.first == expected.label)
    let found = Float(bitPattern: try #require(UInt32(words.last ?? "")))
    #expect(abs(found - (expected.probabilities?.values[1] ?? 0)) < 1e-6)
  }

  /// The cells of a row as a call has them.
  private func arguments(
    _ inputs: SwiftInputs, _ trained: TrainedModel, _ header: [String], _ row: [String]
  ) throws -> String {
    try inputs.parameters.map { parameter in
      let place = header.firstIndex { SwiftNames.words($0) == parameter.label }
      let value: String
      switch parameter.type {
      case "Double?": value = Double(row[try #require(place)]).map(\.swift) ?? "nil"
      case "String?": value = row[try #require(place)].swift
      case "[String]":
        value = "[\(row[0].split(separator: " ").map { String($0).swift }.joined(separator: ", "))]"
      default:
        let names = trained.preprocessing.sequence?.columns
        let columns = names ?? trained.preprocessing.columns.filter { $0.width > 0 }.map(\.name)
        let numbers = try columns.map { Double(row[try #require(header.firstIndex(of: $0))]) }
        value = "[\(numbers.map { $0?.swift ?? "Double.nan" }.joined(separator: ", "))]"
      }
      return "\(parameter.label): \(value)"
    }.joined(separator: ", ")
  }
}
