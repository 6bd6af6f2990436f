import Engine
import Testing

@testable import Networks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything that files can name, with its settings, by loops over the registry.
@Suite struct SettingTests {
  private static var kinds: [any Configurable.Type] {
    let registry = Registry.standard
    return registry.kinds(of: Layers.self) + registry.kinds(of: Losses.self)
      + registry.kinds(of: Schedules.self) + registry.kinds(of: Initializers.self)
      + registry.kinds(of: UpdateRules.self)
  }

  /// A text for a setting of each type that is not its usual value.
  private static func other(_ facts: SettingFacts, usual: String?) throws -> String {
    let candidates =
      switch facts.type {
      case Int.words: ["7"]
      case Double.words: ["0.03125"]
      case Bool.words: ["true", "false"]
      case String.words: ["\"somewhere\""]
      case [Int].words: ["[5, 3]"]
      case [Double].words: ["[0.125, 0.5]"]
      case [[Double]].words: ["[[0, 0.5, 2]]"]
      case [GraphNode].words: [#"[{},{"inputs":[0],"op":"relu"}]"#]
      case LayerList.words: [#"[{"layer":"lstm","units":5}]"#]
      case ActivationFunction.words: [#""softplus""#]
      case Initializers.word: [#"{"name":"constant","value":0.625}"#]
      case Schedules.word: [#"{"name":"cosine","over":7}"#]
      case Extents.words: ["[2, 7]"]
      case Ends.words: ["[4, 7]"]
      case Sides.words: ["[[4, 7], [2, 3]]"]
      default:
        facts.type.replacing(" or ", with: ", ").split(separator: ", ").map { "\"\($0)\"" }
      }
    return try #require(candidates.first { $0 != usual }, "\(facts)")
  }

  @Test func layersTellAndChangeTheirSettingsByName() throws {
    var changed = 0
    for kind in Registry.standard.kinds(of: Layers.self) {
      let layer = try #require(Self.usual(kind) as? any StoredLayer)
      for facts in kind.settingFacts where facts.type == ActivationFunction.words {
        let other = layer.with(facts.name, ActivationFunction.softplus)
        #expect(other.setting(facts.name) == ActivationFunction.softplus, "\(kind).\(facts.name)")
        let stored = try #require(other as? any StoredLayer)
        #expect(try Self.json(stored).contains("softplus"))
        #expect(try Self.json(layer.with(facts.name, 7) as! any StoredLayer) == Self.json(layer))
        changed += 1
      }
      #expect(layer.setting("nothing", as: Int.self) == nil)
    }
    #expect(changed > 10)
    let deep = Sequential([Bidirectional(LSTM(2)), FrozenLayers([LSTM(2)])])
    let wide = deep.changed { $0.with("units", 5) }
    #expect([wide].flattened.compactMap { ($0 as? LSTM)?.settings.units } == [5, 2])
  }

  private static func usual(_ kind: any Configurable.Type) -> any Configurable { kind.usual }

  private static func json(_ value: any Configurable) throws -> String {
    try JSONText.encode(value)
  }

  private static func fields(_ value: any Configurable) throws -> [String: String] {
    struct Anything: Decodable {
      let fields: [String: String]
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        fields = container.allKeys.reduce(into: [:]) { fields, key in
          if let number = try? container.decode(Double.self, forKey: key) {
            fields[key.stringValue] =
              "\(number == number.rounded() ? "\(Int(number))" : "\(number)")"
          } else if let flag = try? container.decode(Bool.self, forKey: key) {
            fields[key.stringValue] = "\(flag)"
          } else if let text = try? container.decode(String.self, forKey: key) {
            fields[key.stringValue] = "\"\(text)\""
          }
        }
      }
    }
    return try JSONText.decode(Anything.self, from: json(value), at: "fields").fields
  }

  private static func text(_ given: [String: String]) -> String {
    "{"
      + given.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
      .joined(separator: ",") + "}"
  }

  private static func read(_ kind: any Configurable.Type, _ given: [String: String]) throws
    -> any Configurable
  {
    try JSONText.decode(kind, from: text(given), at: kind.kind)
  }

  /// What must be given, and no more.
  private static func required(_ kind: any Configurable.Type) throws -> [String: String] {
    try kind.settingFacts.filter(\.isRequired).reduce(into: [:]) {
      $0[$1.name] = try other($1, usual: nil)
    }
  }

  /// Nothing given is the default of `init`, whether in a file or in code.
  @Test func whatIsNotGivenIsUsual() throws {
    for kind in Self.kinds {
      let required = try Self.required(kind)
      let usual = try Self.fields(kind.usual)
      let read = try Self.fields(Self.read(kind, required))
      #expect(Set(usual.keys).subtracting(required.keys).isSubset(of: read.keys), "\(kind.kind)")
      for (name, value) in read where required[name] == nil {
        #expect(usual[name] == value, "\(kind.kind) \(name)")
      }
    }
  }

  /// Each setting can be given, changes the thing, and is written and read back.
  @Test func everySettingCanBeGiven() throws {
    for kind in Self.kinds {
      let required = try Self.required(kind)
      let before = try? Self.json(Self.read(kind, required))
      let usual = try Self.fields(kind.usual)
      for facts in kind.settingFacts {
        var given = required
        given[facts.name] = try Self.other(facts, usual: facts.isRequired ? nil : usual[facts.name])
        let value = try Self.read(kind, given)
        let after = try Self.json(value)
        if !facts.isRequired { #expect(after != before, "\(kind.kind) \(facts.name)") }
        let again = try JSONText.decode(kind, from: after, at: kind.kind)
        #expect(try Self.json(again) == after, "\(kind.kind) \(facts.name)")
      }
    }
  }

  @Test func whatIsMissingOrUnknownIsRefused() throws {
    for kind in Self.kinds {
      let required = try Self.required(kind)
      for name in required.keys {
        var given = required
        given[name] = nil
        let problem = #expect(throws: Problem.self) { try Self.read(kind, given) }
        #expect(problem?.location.hasSuffix(".\(name)") == true, "\(kind.kind) \(name)")
      }
      var given = required
      given["no_such_setting"] = "1"
      let problem = #expect(throws: Problem.self) { try Self.read(kind, given) }
      #expect(problem?.found == "`no_such_setting`", "\(kind.kind)")
    }
  }

  /// Several mistakes are told together, each with its place and its remedy.
  @Test func allMistakesOfANetworkAreToldTogether() throws {
    let text = #"""
      [{"layer": "dense", "unit": 3},
       {"layer": "residual", "layers": [{"layer": "dens"}, {"layer": "lstm", "units": "x"}]}]
      """#
    let problem = #expect(throws: Problem.self) {
      try JSONText.decode([String: LayerList].self, from: "{\"network\": \(text)}", at: "text")
    }
    #expect(
      problem?.all.map(\.location) == [
        "network[0].unit", "network[0].units", "network[1].layers[0]",
        "network[1].layers[1].units",
      ])
    #expect(problem?.all.map(\.fix).prefix(3) == ["write `units`", "", "write `dense`"])
  }

  /// The usual settings stand in the rule and in the function that makes its optimiser; both are one.
  @Test func optimizersHaveTheUsualSettingsOfTheirRules() throws {
    let made: [Optimizer] = [.adagrad(), .adam(), .rmsprop(), .sgd()]
    #expect(made.count == Registry.standard.updateRules.count)
    for (optimizer, usual) in zip(made, Registry.standard.updateRules) {
      #expect(optimizer.rule.isSame(as: usual), "\(usual.name)")
      #expect(optimizer.learningRate == usual.usualLearningRate, "\(usual.name)")
    }
  }
}
