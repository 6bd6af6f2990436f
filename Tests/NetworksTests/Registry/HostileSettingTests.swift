import Engine
import TestSupport
import Testing

@testable import Networks

/// Every layer with every setting at numbers that no network has: each is refused with words, or makes
/// a network that works.
@Suite struct HostileSettingTests {
  /// What a layer is tried on, and settings that make it fit.
  private static let good: [String: String] = [
    "units": "2", "filters": "2", "kernel_size": "1", "heads": "1", "key_width": "2", "hidden": "2",
    "tokens": "3", "rate": "0.5", "shape": "[4, 4, 1]", "from": "[0]", "relative": "[0]",
    "function": "\"relu\"",
    "layers": #"[{"layer": "lstm", "units": 2, "return_sequences": true}]"#,
  ]

  private static func fields(_ kind: any Configurable.Type, _ name: String, _ value: String)
    -> String
  {
    var fields = ["\"layer\": \"\(kind.kind)\""]
    for facts in kind.settingFacts where facts.isRequired && facts.name != name {
      fields.append("\"\(facts.name)\": \(good[facts.name] ?? "1")")
    }
    return "[{" + (fields + ["\"\(name)\": \(value)"]).joined(separator: ", ") + "}]"
  }

  /// Builds the network over every kind of input and asks it once.
  /// - Returns: on how many inputs it works.
  private static func work(_ json: String) throws -> Int {
    let list: LayerList
    do {
      list = try JSONText.decode(LayerList.self, from: json, at: "network")
    } catch is Problem {
      return 0
    }
    return try [[16], [4, 4], [4, 4, 1]].count { shape in
      do {
        let shape = try TensorShape(checking: shape)
        let model = try Model(Sequential(list.layers), inputShape: shape, loss: .meanSquaredError)
        let numbers = [Float](repeating: 1, count: shape.count)
        _ = try Predictor(model)(numbers)
        return true
      } catch is Problem {
        return false
      }
    }
  }

  @Test func everySettingOfEveryLayer() throws {
    var (settings, refused) = (0, 0)
    for kind in Registry.standard.kinds(of: Layers.self) {
      for facts in kind.settingFacts where facts.range != nil || facts.name == "shape" {
        settings += 1
        for number in HostileNumbers.texts {
          let forms = facts.name == "shape" || number.hasPrefix("\"") ? [] : ["[\(number), 1]"]
          for value in [number, "[\(number)]", "[1, \(number)]"] + forms {
            let clock = ContinuousClock()
            let start = clock.now
            let works = try Self.work(Self.fields(kind, facts.name, value))
            if works == 0 { refused += 1 }
            let words = "\(kind.kind).\(facts.name) = \(value)"
            #expect(clock.now - start < .seconds(5), "\(words)")
          }
        }
      }
    }
    #expect(settings > 40 && refused > 1000)
  }

  @Test func aNumberOutOfItsRangeIsNamedWithTheRange() throws {
    let problem = #expect(throws: Problem.self) {
      try JSONText.decode(
        LayerList.self, from: #"[{"layer": "max_pool2d", "pool_size": [2, -3]}]"#, at: "network")
    }
    #expect(problem?.description.contains("pool_size") == true)
    #expect(problem?.expected == "whole number, or [height, width], from 1 to 65536")
    #expect(problem?.found == "-3")
  }

  @Test func settingsFromCodeDoNotTrapEither() {
    let layer = Conv1D(1, kernelSize: .min, padding: .causal)
    #expect(throws: Problem.self) {
      try Model(Sequential([layer]), inputShape: [4, 1], loss: .meanSquaredError)
    }
  }

  @Test(arguments: [[0], [4, 0], [1 << 40], [1 << 31, 1 << 31], [1 << 62]])
  func inputsThatNobodyHasAreRefused(extents: [Int]) throws {
    #expect(throws: Problem.self) {
      let shape = try TensorShape(checking: extents)
      _ = try Model(Sequential([Flatten(), Dense(1)]), inputShape: shape, loss: .meanSquaredError)
    }
  }

  /// Lists that repeat a layer of a list that repeats a layer double with every level.
  @Test func layersAreCountedBeforeTheyAreBuilt() throws {
    let pair = (0..<60).reduce(#"{"layer": "flatten"}"#) { inner, _ in
      #"{"layer": "sequential", "layers": [\#(inner), {"same_as": 0}]}"#
    }
    let long = [String](repeating: #"{"layer": "flatten"}"#, count: 30_000)
      .joined(separator: ", ")
    for text in [pair, long] {
      let problem = #expect(throws: Problem.self) {
        try JSONText.decode(LayerList.self, from: "[\(text)]", at: "network")
      }
      #expect(problem?.expected.contains("1000 layers") == true)
    }
  }

  @Test func whatIsWrittenCanBeReadOrIsRefused() throws {
    var refused = 0
    for depth in [1, 20, 60, 120, 200] {
      var layer: any Layer = Dense(2)
      for _ in 0..<depth { layer = Residual([layer]) }
      do {
        let text = try JSONText.encode(LayerList([layer]))
        #expect(try JSONText.decode(LayerList.self, from: text, at: "network").layers.count == 1)
      } catch let problem as Problem {
        #expect(problem.expected == "JSON of at most 256 levels")
        refused += 1
      }
    }
    #expect((1...3).contains(refused))
  }
}
