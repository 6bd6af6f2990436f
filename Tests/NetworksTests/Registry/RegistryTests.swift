import Engine
import Testing

@testable import Networks

/// A type of each family that only a user has.
private enum Own {
  struct Scale: IdentifiedLayer {
    static let kind = "scale"
    static var usual: Scale { Scale() }
    static var settings: [Setting<Scale>] { [.usual("factor", \.factor), .name] }
    var factor = 2.0
    var identity = LayerIdentity()

    func callAsFunction(_ input: Node) throws -> Node {
      try identity.scope(in: input.graph, kind: Self.kind) {
        let width = try TensorShape(checking: [input.shape.extents.last ?? 1])
        return try input * input.graph.parameter("factors", shape: width, .ones) * factor
      }
    }
  }

  struct SquareOfFirst: Loss {
    static let kind = "square_of_first"
    static var usual: SquareOfFirst { SquareOfFirst() }
    static var settings: [Setting<SquareOfFirst>] { [.usual("weight", \.weight)] }
    var weight = 1.0

    func perExample(_ output: Node, _ target: Node) throws -> Node {
      let difference = try output - target
      return try (difference * difference * weight).reshaped(to: [output.shape[0]])
    }
  }

  struct Halving: Schedule {
    static let kind = "halving"
    static var usual: Halving { Halving() }
    static var settings: [Setting<Halving>] { [.usual("every", \.every)] }
    var every = 10

    func rate(base: Double, step: Int, state: ScheduleState) -> Double {
      (0..<step / every).reduce(base) { rate, _ in rate / 2 }
    }
  }

  struct Ramp: Initializer {
    static let kind = "ramp"
    static var usual: Ramp { Ramp() }
    static var settings: [Setting<Ramp>] { [.usual("slope", \.slope)] }
    var slope = 1.0

    func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      var tensor = Tensor(repeating: 0, shape: shape)
      for place in 0..<shape.count { tensor.values[place] = Float(slope) * Float(place) }
      return tensor
    }
  }

  struct SignDescent: UpdateRule {
    static let kind = "sign_descent"
    static var usual: SignDescent { SignDescent() }
    static var settings: [Setting<SignDescent>] { [.usual("width", \.width)] }
    var width = 0.0
    var state: [(name: String, initial: Double)] { [] }

    func update<Q: Scalar>(
      _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
    ) -> (parameter: Q, state: [Q]) {
      let sign: Q = .select(
        gradient, greaterThan: Q(width), 1,
        else: .select(Q(-width), greaterThan: gradient, -1, else: 0))
      return (parameter - rate * sign, [])
    }
  }
}

@Suite struct RegistryTests {
  private let registry = Registry.standard.adding(
    Own.Scale.self, Own.SquareOfFirst.self, Own.Halving.self, Own.Ramp.self, Own.SignDescent.self)

  /// Reads, writes and reads again; without the registry nobody knows the name.
  private func readBack<F: Family>(_ text: String, _ family: F.Type) throws -> F.Member {
    let value = try JSONText.decode(Named<F>.self, from: text, at: "text", registry: registry)
    #expect(try JSONText.encode(value) == text)
    #expect(throws: Problem.self) { try JSONText.decode(Named<F>.self, from: text, at: "text") }
    return value.wrappedValue
  }

  @Test func componentsOfOnesOwnAreReadByName() throws {
    let loss = try readBack(#"{"name":"square_of_first","weight":3}"#, Losses.self)
    #expect((loss as? Own.SquareOfFirst)?.weight == 3)
    let schedule = try readBack(#"{"every":4,"name":"halving"}"#, Schedules.self)
    #expect(schedule.rate(base: 8, step: 9, state: ScheduleState()) == 2)
    let initializer = try readBack(#""ramp""#, Initializers.self)
    var generator = RandomGenerator(seed: 1)
    #expect(initializer.values(shape: [3], generator: &generator).values == [0, 1, 2])
  }

  @Test func aRuleOfOnesOwnIsReadAndTrains() throws {
    let text = try JSONText.encode(Optimizer(Own.SignDescent(width: 0.5), learningRate: 0.1))
    let optimizer = try JSONText.decode(
      Optimizer.self, from: text, at: "optimizer", registry: registry)
    #expect(optimizer.rule.isSame(as: Own.SignDescent(width: 0.5)))
    #expect(throws: Problem.self) { try JSONText.decode(Optimizer.self, from: text, at: "o") }
    #expect(try Optimizer(named: "sign_descent", registry: registry).rule.name == "sign_descent")
    let cycle = try LearningCycle(
      Dense(1, usesBias: false), inputShape: [1], batch: 1, loss: Own.SquareOfFirst(),
      optimizer: optimizer)
    let values = try cycle.graph.evaluate(
      cycle.graph.assignments.map { Node(graph: cycle.graph, id: $0.value) },
      feeding: [
        "input": [1], "target": [0], "dense/kernel": [1], Optimizer.rateInput: [0.1],
      ])
    #expect(abs(values[0][0] - 0.9) < 1e-12)
  }

  @Test func aLayerOfOnesOwnWithWeightsIsReadBackAsItWas() throws {
    let network = Sequential {
      Dense(3, kernelInitializer: Own.Ramp(slope: 0.5))
      Own.Scale(factor: 3)
      Own.Scale(factor: 4, identity: LayerIdentity(name: "last"))
    }
    let text = try JSONText.encode(network)
    let again = try JSONText.decode(Sequential.self, from: text, at: "network", registry: registry)
    #expect(try JSONText.encode(again) == text)
    let models = try [network, again].map {
      try Model($0, inputShape: [2], loss: .meanSquaredError)
    }
    #expect(
      models[1].tensors.map(\.name) == [
        "dense/kernel", "dense/bias", "scale/factors", "last/factors",
      ])
    #expect(try Predictor(models[0])([1, 2]) == Predictor(models[1])([1, 2]))
    let unknown = #expect(throws: Problem.self) {
      try JSONText.decode(Sequential.self, from: text, at: "network")
    }
    #expect(unknown?.description.contains("`scale`") == true)
  }

  @Test func anOwnTypeTakesThePlaceOfABuiltInOneOfItsName() throws {
    struct Zeros: Initializer {
      static let kind = "zeros"
      static var usual: Zeros { Zeros() }
      func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
        Tensor(repeating: 7, shape: shape)
      }
    }
    let registry = Registry.standard.adding(Zeros.self)
    #expect(registry.initializers.count == Registry.standard.initializers.count)
    let read = try JSONText.decode(
      Named<Initializers>.self, from: "\"zeros\"", at: "text", registry: registry)
    #expect(read.wrappedValue is Zeros)
  }

  /// One spelling is written, any is read.
  @Test(arguments: [
    ("heNormal", "he_normal"), ("HE_NORMAL", "he_normal"), ("random_uniform", "uniform"),
    ("GlorotUniform", "glorot_uniform"), ("truncatedNormal", "truncated_normal"),
  ])
  func initializersAreReadInAnySpelling(_ written: String, _ name: String) throws {
    let read = try JSONText.decode(Named<Initializers>.self, from: "\"\(written)\"", at: "text")
    #expect(read.wrappedValue.name == name)
    #expect(try JSONText.encode(read) == "\"\(name)\"")
  }

  @Test func schedulesAndRulesAreReadInTheirOldSpelling() throws {
    let schedules = [
      "\"onPlateau\"": "plateau", #"{"name": "warmUp", "over": 3, "then": "onPlateau"}"#: "warm_up",
    ]
    for (text, name) in schedules {
      let read = try JSONText.decode(Named<Schedules>.self, from: text, at: "text")
      #expect(read.wrappedValue.name == name)
    }
    let rule = try JSONText.decode(
      Optimizer.self,
      from: #"{"rule": "adagrad", "settings": {"initialSum": 0.5, "epsilon": 1e-6}, "#
        + #""learning_rate": 0.1, "weight_decay": 0}"#, at: "text")
    #expect((rule.rule as? Adagrad)?.initialSum == 0.5)
  }

  @Test func namesThatAreNearlyRightAreNamed() {
    let problem = #expect(throws: Problem.self) { try Registry.standard.loss(named: "hubert") }
    #expect(problem?.fix == "write `huber`")
  }
}
