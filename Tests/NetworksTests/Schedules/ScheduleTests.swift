import Engine
import Foundation
import Testing

@testable import Networks

@Suite struct ScheduleTests {
  private struct Case {
    var source: String
    var schedule: any Schedule
    var base: Double
    var steps: [Int]
    var rates: [Double]

    init(
      _ source: String, _ schedule: any Schedule, base: Double, steps: [Int], rates: [Double]
    ) {
      (self.source, self.schedule, self.base) = (source, schedule, base)
      (self.steps, self.rates) = (steps, rates)
    }
  }

  /// Made by Keras 3.15.1 and PyTorch 2.15.0 in float64 with the settings shown: the rate of each
  /// step. For Keras's cosine with warm-up, only the steps after the warm-up.
  private static let references: [Case] = [
    Case(
      "keras.optimizers.schedules.ExponentialDecay", .exponential(factor: 0.5, every: 10),
      base: 0.1,
      steps: [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.1, 0.09330329915368074, 0.08705505632961241, 0.07071067811865477, 0.05358867312681466,
        0.05, 0.04665164957684037, 0.02679433656340733, 0.025, 0.01767766952966369, 0.00625,
        0.0015625, 0.00010466537720080985, 9.765625e-05, 9.111650307976638e-05, 3.0517578125e-06,
      ]),
    Case(
      "keras.optimizers.schedules.ExponentialDecay", .step(every: 10, factor: 0.5), base: 0.1,
      steps: [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.00625, 0.0015625, 0.0001953125,
        9.765625e-05, 9.765625e-05, 3.0517578125e-06,
      ]),
    Case(
      "keras.optimizers.schedules.ExponentialDecay", .exponential(factor: 0.96, every: 7),
      base: 0.05,
      steps: [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.05, 0.04970926289657111, 0.049420216354408436, 0.048563122079207835, 0.04744340770023209,
        0.04716753652160086, 0.04689326946271754, 0.04475577330819794, 0.04449553003033103,
        0.04321683713684048, 0.039597043853601806, 0.035237829078005475, 0.028069494134537944,
        0.02790627726615015, 0.027744009461753275, 0.020848165942643423,
      ]),
    Case(
      "keras.optimizers.schedules.CosineDecay", .cosine(over: 100, floor: 0.0), base: 0.1,
      steps: [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.1, 0.09997532801828658, 0.09990133642141358, 0.0993844170297569, 0.09801468428384716,
        0.09755282581475769, 0.09704403844771128, 0.0913540287137281, 0.09045084971874738,
        0.08535533905932738, 0.06545084971874737, 0.03454915028125263, 2.467198171342e-05, 0.0, 0.0,
        0.0,
      ]),
    Case(
      "keras.optimizers.schedules.CosineDecay", .cosine(over: 90, floor: 0.05), base: 0.1,
      steps: [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.1, 0.09997106428340706, 0.09988429238734164, 0.0992783682680799, 0.0976751845240198,
        0.09713539948733066, 0.09654123309192242, 0.0899305107963193, 0.08888711104815145,
        0.08303241146011062, 0.060748288439179204, 0.02875000000000001, 0.005000000000000001,
        0.005000000000000001, 0.005000000000000001, 0.005000000000000001,
      ]),
    Case(
      "keras.optimizers.schedules.CosineDecay",
      .warmUp(over: 10, then: .cosine(over: 90, floor: 0.0)), base: 0.1,
      steps: [10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.1, 0.0999695413509548, 0.09755282581475769, 0.09698463103929543, 0.09330127018922195,
        0.07500000000000001, 0.041317591116653486, 3.0458649045211895e-05, 0.0, 0.0, 0.0,
      ]),
    Case(
      "keras.optimizers.schedules.CosineDecay",
      .warmUp(over: 20, then: .cosine(over: 50, floor: 0.1)), base: 0.2,
      steps: [20, 25, 40, 60, 99, 100, 101, 150],
      rates: [
        0.2, 0.19559508646656384, 0.13781152949374528, 0.03718847050625475, 0.020000000000000004,
        0.020000000000000004, 0.020000000000000004, 0.020000000000000004,
      ]),
    Case(
      "torch.optim.lr_scheduler.StepLR", .step(every: 5, factor: 0.5), base: 0.1,
      steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      rates: [
        0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.025,
        0.0125,
      ]),
    Case(
      "torch.optim.lr_scheduler.StepLR", .step(every: 7, factor: 0.1), base: 0.02,
      steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      rates: [
        0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002,
        0.0002, 0.0002,
      ]),
  ]

  @Test func equalsKerasAndPyTorch() {
    for reference in Self.references {
      for (step, expected) in zip(reference.steps, reference.rates) {
        let rate = reference.schedule.rate(base: reference.base, step: step, state: ScheduleState())
        #expect(
          abs(rate - expected) <= 1e-14 * reference.base, "\(reference.source), step \(step)")
      }
    }
  }

  private static let losses: [Double] = [
    1.0, 0.8, 0.80005, 0.79995, 0.81, 0.9, 0.79, 0.79, 0.79, 0.79, 0.79, 0.79, 0.5, 0.6, 0.55, 0.51,
    0.52, 0.53, 0.54, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.49, 0.6, 0.6, 0.6,
  ]

  /// Made by Keras 3.15.1, `ReduceLROnPlateau` with `cooldown=0` and a rate of 0.1: the rate after
  /// each of the losses above.
  private static let plateaus: [(schedule: any Schedule, rates: [Double])] = [
    (
      .plateau(
        factor: 0.1, patience: 10, minimum: 0.0, improvement: 0.0001),
      [
        0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1,
        0.1, 0.1, 0.1, 0.1, 0.010000000000000002, 0.010000000000000002, 0.010000000000000002,
        0.010000000000000002, 0.010000000000000002, 0.010000000000000002, 0.010000000000000002,
        0.010000000000000002,
      ]
    ),
    (
      .plateau(
        factor: 0.5, patience: 2, minimum: 0.0, improvement: 0.0001),
      [
        0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.00625, 0.00625, 0.00625,
        0.00625, 0.003125, 0.003125, 0.0015625, 0.0015625, 0.00078125, 0.00078125, 0.000390625,
        0.000390625, 0.0001953125, 0.0001953125, 9.765625e-05, 9.765625e-05, 9.765625e-05,
        9.765625e-05, 4.8828125e-05, 4.8828125e-05,
      ]
    ),
    (
      .plateau(
        factor: 0.5, patience: 1, minimum: 0.005, improvement: 0.0),
      [
        0.1, 0.1, 0.05, 0.05, 0.025, 0.0125, 0.0125, 0.00625, 0.005, 0.005, 0.005, 0.005, 0.005,
        0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005,
        0.005, 0.005, 0.005, 0.005,
      ]
    ),
  ]

  @Test func plateauEqualsKeras() throws {
    for (schedule, rates) in Self.plateaus {
      var state = ScheduleState()
      for (epoch, (loss, expected)) in zip(Self.losses, rates).enumerated() {
        schedule.observe(validationLoss: loss, state: &state)
        // Through JSON at every epoch: a checkpoint changes nothing.
        state = try JSONDecoder().decode(ScheduleState.self, from: JSONEncoder().encode(state))
        let rate = schedule.rate(base: 0.1, step: 7, state: state)
        #expect(abs(rate - expected) <= 1e-16, "\(schedule), epoch \(epoch)")
      }
    }
  }

  @Test func warmUpClimbsToTheBaseAndThenBeginsTheOther() {
    let schedule = Schedules.WarmUp(over: 4, then: .step(every: 2, factor: 0.5))
    let rates = (0..<9).map { schedule.rate(base: 8, step: $0, state: ScheduleState()) }
    #expect(rates == [2, 4, 6, 8, 8, 8, 4, 4, 2])
    let constant = Schedules.WarmUp(over: 2, then: .constant)
    #expect(
      (0..<4).map { constant.rate(base: 1, step: $0, state: ScheduleState()) } == [0.5, 1, 1, 1])
  }

  @Test func plateauAfterWarmUpAndWithoutANumber() {
    let schedule = Schedules.WarmUp(over: 2, then: .plateau(factor: 0.5, patience: 2))
    var state = ScheduleState()
    for loss in [1, .nan, .infinity] { schedule.observe(validationLoss: loss, state: &state) }
    #expect(state.best == 1 && state.reductions == 1 && state.waited == 0)
    #expect(schedule.rate(base: 1, step: 0, state: state) == 0.5)
    #expect(schedule.rate(base: 1, step: 9, state: state) == 0.5)
  }

  @Test func plateauKeepsABaseBelowItsMinimum() {
    let schedule = Schedules.Plateau(factor: 0.5, patience: 1, minimum: 0.3)
    var state = ScheduleState()
    for _ in 0..<5 { schedule.observe(validationLoss: 1, state: &state) }
    #expect(schedule.rate(base: 0.2, step: 0, state: state) == 0.2)
    #expect(schedule.rate(base: 1, step: 0, state: state) == 0.3)
  }

  @Test func epochsBecomeSteps() {
    let epochs = Schedules.WarmUp(over: 1, then: .step(every: 2, factor: 0.1))
    #expect(
      epochs.inSteps(perEpoch: 100)
        == Schedules.WarmUp(over: 100, then: .step(every: 200, factor: 0.1)))
    #expect(Schedules.Cosine(over: .max / 2).inSteps(perEpoch: 3) == Schedules.Cosine(over: .max))
    #expect(Schedules.Plateau().inSteps(perEpoch: 3) == Schedules.Plateau())
  }

  /// Settings that only code can give, since `check` refuses them, must not trap.
  @Test func impossibleSettingsDoNotTrap() {
    for schedule: any Schedule in [
      .step(every: 0, factor: 2), .exponential(factor: 0, every: 0), .cosine(over: 0),
      .warmUp(over: 0, then: .constant), .warmUp(over: -3, then: .cosine(over: -1)),
    ] {
      for step in [Int.min, -1, 0, 1, .max] {
        _ = schedule.rate(base: 1, step: step, state: ScheduleState())
      }
      #expect(throws: Problem.self) { try schedule.check(at: "schedule") }
    }
    #expect(throws: Problem.self) { try Schedules.Plateau(factor: 1).check(at: "schedule") }
    #expect(throws: Problem.self) { try Schedules.Cosine(over: 1, floor: 2).check(at: "s") }
    #expect(throws: Problem.self) {
      try Schedules.Step(every: 1, factor: .infinity).check(at: "s")
    }
    #expect(throws: Problem.self) { try Schedules.Plateau(patience: 0).check(at: "s") }
  }

  @Test func jsonForms() throws {
    let all: [any Schedule] = [
      .constant, .step(every: 3, factor: 0.1), .exponential(factor: 0.9, every: 100),
      .cosine(over: 10, floor: 0.01), .plateau(factor: 0.2, patience: 3, minimum: 1e-6),
      .warmUp(over: 5, then: .warmUp(over: 2, then: .plateau())),
    ]
    for schedule in all {
      let named = Named<Schedules>(wrappedValue: schedule)
      let text = try JSONEncoder().encode([named])
      #expect(try JSONDecoder().decode([Named<Schedules>].self, from: text) == [named])
    }
    func read(_ text: String) throws -> any Schedule {
      try JSONDecoder().decode(Named<Schedules>.self, from: Data(text.utf8)).wrappedValue
    }
    func expect(_ text: String, _ schedule: any Schedule) throws {
      #expect(try read(text).isSame(as: schedule), "\(text)")
    }
    try expect("\"constant\"", .constant)
    try expect("\"onPlateau\"", .plateau())
    try expect(
      "{\"name\":\"warmUp\",\"over\":5,\"then\":{\"name\":\"cosine\",\"over\":9}}",
      .warmUp(over: 5, then: .cosine(over: 9)))
    let missing = #expect(throws: Problem.self) { try read("{\"name\":\"step\",\"every\":3}") }
    #expect(
      missing?.description
        == "schedule.factor: expected number, found nothing, and step cannot do without.")
    #expect(throws: Problem.self) { try read("\"linear\"") }
    #expect(throws: Problem.self) { try read("{\"name\":\"constant\",\"every\":3}") }
    let inner = #expect(throws: Problem.self) {
      try read("{\"name\":\"warmUp\",\"over\":5,\"then\":{\"name\":\"cosine\",\"over\":0}}")
    }
    #expect(inner?.location == "schedule.then.over")
  }

  /// Read by itself, a schedule still says whose setting is wrong, also inside another.
  @Test(arguments: [
    (#"{"name": "cosine", "over": "x"}"#, "schedule.over"),
    (
      #"{"name": "warm_up", "over": 3, "then": {"name": "cosine", "over": "x"}}"#,
      "schedule.then.over"
    ),
    (#"{"name": "warm_up", "over": 3, "then": "cosin"}"#, "schedule.then"),
  ]) func problemsNameTheSchedule(text: String, place: String) {
    let problem = #expect(throws: Problem.self) {
      try JSONText.decode(Named<Schedules>.self, from: text, at: "text")
    }
    #expect(problem?.location == place)
  }
}
