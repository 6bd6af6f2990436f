import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct PlaygroundExportTests {
  @Test(arguments: Plane.allCases)
  func settingsAndDataMakeTheSameNetworkWhereTheyAreTrained(_ plane: Plane) throws {
    let playground = try makePlayground(
      plane, run: #"{"learning_rate": 0.02, "batch": 8, "hidden": [3]}"#)
    try expectTheSameWhereItIsTrained(playground)
  }

  @Test(arguments: MadeData.allCases)
  func madeDataMakeTheSameNetworkWhereTheyAreTrained(_ made: MadeData) throws {
    var settings = PlaygroundSettings(data: .made(made, noise: 0.1, count: 60))
    settings.run.training.batch = 8
    try expectTheSameWhereItIsTrained(Playground(settings))
  }

  private func expectTheSameWhereItIsTrained(_ playground: Playground) throws {
    for _ in 0..<4 { try playground.advanceEpoch() }
    let folder = try TemporaryFolder()
    let name = ExportForm.csv.fileName(for: playground.settings.data)
    try folder.write(playground.export(.csv), to: name)
    let data = folder.path(name)
    let yaml = String(decoding: try playground.export(.yaml), as: UTF8.self)
    // Each line is a name and a value in JSON, so together they are an object.
    let members = yaml.split(separator: "\n").map { line in
      let halves = line.split(separator: ":", maxSplits: 1)
      return "\"\(halves[0])\":\(halves[1])"
    }
    var configuration = try JSONText.decode(
      RunConfiguration.self, from: "{\(members.joined(separator: ","))}", at: "yaml")
    #expect(configuration.data.source == playground.settings.data.fileName)
    configuration.data.source = data
    let training = try Experiment(configuration).run()
    try training.run()
    #expect(training.history.count == 4)
    #expect(try training.model().weightsSHA256 == playground.training.model().weightsSHA256)
  }

  @Test func theModelHasThePresentWeights() throws {
    let playground = try makePlayground()
    try playground.advance(steps: 30)
    try playground.edit(.weight(name: "dense/bias", place: [0], value: 3))
    let model = try TrainedModel(bytes: playground.export(.model))
    #expect(
      try model.model.weightsSHA256 == playground.training.model().weightsSHA256)
    #expect(model.labels == ["blue", "orange"])
  }

  @Test func cautionsStandWhereTheFileSaysLess() throws {
    let playground = try makePlayground(run: #"{"batch": 8}"#)
    try playground.advanceEpoch()
    func text(_ form: ExportForm) throws -> String {
      String(decoding: try playground.export(form), as: UTF8.self)
    }
    #expect(try !text(.yaml).contains("#"))
    try playground.advance(steps: 1)
    try playground.edit(.setting(name: "l2", value: .init(.number(0.1))))
    #expect(try text(.yaml).contains("# Numbers were changed by hand after step"))
    #expect(try text(.yaml).contains("in the middle of epoch 2"))
    #expect(try text(.yaml).contains("l2: 0.1\n"))
    #expect(try text(.swift).contains("// Numbers were changed by hand after step"))
  }

  @Test func swiftBuildsTheNetwork() throws {
    let playground = try makePlayground(run: #"{"hidden": [3, 2], "dropout": 0.1}"#)
    let text = String(decoding: try playground.export(.swift), as: UTF8.self)
    #expect(
      text.contains(
        """
        let network = Sequential {
          Dense(3, activation: .relu, kernelInitializer: .heNormal)
          Dropout(0.1)
          Dense(2, activation: .relu, kernelInitializer: .heNormal)
          Dropout(0.1)
          Dense(1)
        }
        """))
    #expect(!text.contains("\"hidden\""))
    // Layers without a short form stay among the settings.
    let other = try makePlayground(
      run: """
        {"network": [{"layer": "residual", "layers": [{"layer": "dense", "units": 2}]}, \
        {"layer": "dense", "units": 1}]}
        """)
    let written = String(decoding: try other.export(.swift), as: UTF8.self)
    #expect(!written.contains("Sequential"))
    #expect(written.contains("\"network\": [{"))
  }
}
