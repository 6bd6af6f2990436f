import ConfigurationFiles
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

@Suite struct SearchSpaceTests {
  private func space(
    _ yaml: String, for configuration: RunConfiguration = RunConfiguration()
  ) throws -> SearchSpace {
    try SearchSpace(
      ConfigurationFile.read(Array(yaml.utf8), "space.yaml"), for: configuration)
  }

  private func problems(_ yaml: String) -> [String] {
    do {
      _ = try space(yaml)
      return []
    } catch {
      return (error as? Problem)?.all.map(\.description) ?? ["\(error)"]
    }
  }

  @Test func everyFormIsRead() throws {
    let space = try space(
      """
      learning_rate: {from: 0.0001, to: 0.1, scale: log}
      dropout: {from: 0, to: 0.75, step: 0.25}
      batch: {from: 8, to: 64}
      hidden: {length: {from: 1, to: 3}, each: {from: 16, to: 256, scale: log}}
      optimizer: [adam, sgd]
      optimizer.momentum: {from: 0.5, to: 0.99, when: {optimizer: sgd}}
      l2: {choices: [0, 0.001], when: {optimizer: [adam, sgd]}}
      """)
    #expect(
      space.dimensions.map(\.name) == [
        "batch", "dropout", "hidden.length", "hidden[0]", "hidden[1]", "hidden[2]",
        "learning_rate", "optimizer", "l2", "optimizer.momentum",
      ])
    #expect(space.dimensions[0].domain == .whole(low: 8, high: 64, isLogarithmic: false))
    #expect(space.dimensions[1].domain == .whole(low: 0, high: 3, isLogarithmic: false))
    #expect(space.dimensions[3].domain == .whole(low: 16, high: 256, isLogarithmic: true))
    #expect(space.dimensions[6].domain == .real(low: 0.0001, high: 0.1, isLogarithmic: true))
    #expect(space.dimensions[5].conditions == [.init(dimension: 2, values: [3])])
    #expect(space.dimensions[9].conditions == [.init(dimension: 7, values: [1])])
    let point: SearchPoint = [16, 2, 2, 32, 64, nil, 0.01, 1, 0, 0.9]
    let configuration = try space.configuration(RunConfiguration(), at: point)
    #expect(configuration.training.batch == 16)
    #expect(configuration.network.dropout == 0.5)
    #expect(configuration.network.hidden == [32, 64])
    #expect(configuration.training.optimizer == "sgd")
    let rule = try #require(configuration.training.updateRule as? StochasticGradientDescent)
    #expect(rule.momentum == 0.9)
    #expect(space.point(of: space.texts(at: point), usual: point) == point)
  }

  /// Whole ends mean whole numbers only where the setting takes no others.
  @Test func whatIsWholeIsToldByTheSetting() throws {
    let space = try space(
      """
      dropout: {from: 0, to: 0.5}
      learning_rate: {from: 1, to: 2}
      epochs: {from: 1, to: 2}
      """)
    let kinds = space.dimensions.map { dimension in
      if case .real = dimension.domain { "real" } else { "whole" }
    }
    #expect(kinds == ["real", "whole", "real"])
  }

  @Test func partsOfLayersAreLookedFor() throws {
    var configuration = RunConfiguration()
    configuration.network.architecture = .layers(
      LayerList([Dense(8, activation: .relu), Dense(2)]))
    let space = try space("network[0].units: [4, 16]", for: configuration)
    let found = try space.configuration(configuration, at: [1])
    guard case .layers(let list)? = found.network.architecture else { return #expect(Bool(false)) }
    #expect((list.layers[0] as? Dense)?.units == 16)
  }

  /// All that is wrong is said at once, each with its line.
  @Test func everyFaultHasItsLine() {
    let found = problems(
      """
      learning_rat: {from: 0.1, to: 1}
      target: [a, b]
      dropout: {from: 0.5, to: 0.1}
      l1: {from: 0, to: 1, scale: log}
      l2: 0.5
      batch: {from: 8, to: many}
      activation: []
      weight_decay: {from: 0.1, to: 1, when: {optimiser: sgd}}
      clip_norm: {from: 0.1, to: 1, when: {}}
      optimizer: [adam, sgd]
      optimizer.momentum: {from: 0, to: 0.9, when: {optimizer: rmsprop}}
      hidden: {length: {from: 0, to: 2}, each: [16]}
      epochs: {from: 1, to: 9, unit: days}
      """)
    for line in [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13] {
      #expect(
        found.contains { $0.hasPrefix("space.yaml:\(line):") }, "line \(line): \(found)")
    }
    #expect(found.contains { $0.contains("`learning_rate`") })
    #expect(found.contains { $0.contains("`optimizer`") })
  }

  /// Values that the settings themselves refuse, each alone.
  @Test(arguments: [
    "dropout: {from: 0.5, to: 1.5}", "batch: {from: 0, to: 4}", "batch: [8, 16.5]",
    "activation: [relu, reluu]", "hidden: {length: 2, each: {from: 0, to: 8}}",
    "optimizer: [adam, [1]]", "learning_rate: [fast]", "schedule: [cosine, {name: step, evry: 2}]",
    "network[0].units: [4]", "epochs: {from: 1.5, to: 4}",
    "epochs: {from: 1, to: 9223372036854775807}", "l2: {from: 0, to: .inf}",
    "l2: {from: 0.0, to: 1.0, step: 1.0e-300}",
  ])
  func refusedValuesHaveTheirLine(_ yaml: String) {
    let found = problems(yaml)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.hasPrefix("space.yaml:1:") }, "\(found)")
  }

  @Test(arguments: ["", "[]", "5", "learning_rate", "{}"])
  func whatIsNoSpaceIsRefused(_ yaml: String) { #expect(!problems(yaml).isEmpty) }

  @Test func conditionsInACircleAreRefused() {
    let found = problems(
      """
      dropout: {choices: [0, 0.5], when: {activation: relu}}
      activation: {choices: [relu, tanh], when: {dropout: 0.5}}
      """)
    #expect(found.contains { $0.contains("do not ask for each other") })
  }

  /// What a study may look for: every setting of a network and its training can be a list of one value.
  @Test func everySettingIsEitherLookedForOrRefusedWithAReason() {
    for setting in RunConfiguration.settings {
      let found = problems("\(setting.name): {from: 1, to: 1}")
      let isRefused = found.contains { $0.contains("says what is asked") }
      #expect(isRefused == setting.isOfQuestion, "\(setting.name): \(found)")
    }
  }

  /// Points of a space that grew: what it did not look for has the usual value.
  @Test func pointsMoveToAWiderSpace() throws {
    let narrow = try space("learning_rate: {from: 0.001, to: 0.01, scale: log}")
    let wide = try space(
      """
      learning_rate: {from: 0.0001, to: 0.1, scale: log}
      dropout: {from: 0.0, to: 0.5}
      """)
    let texts = narrow.texts(at: [0.005])
    #expect(wide.point(of: texts, usual: [0.25, 0.001]) == [0.25, 0.005])
    #expect(narrow.point(of: ["learning_rate": "0.05"], usual: [0.001]) == nil)
  }
}
