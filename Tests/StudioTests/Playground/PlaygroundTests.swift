import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Studio

/// A playground for tests: of the settings of a run as JSON.
func makePlayground(
  _ plane: Plane = .spirals, run: String = "{}", count: Int = 40, noise: Double = 0.1
) throws -> Playground {
  var settings = PlaygroundSettings(data: .plane(plane, noise: noise, count: count))
  settings.run = try JSONText.decode(RunConfiguration.self, from: run, at: "run")
  if settings.run.network.hidden == nil, settings.run.network.architecture == nil {
    settings.run.network.hidden = [3]
  }
  return try Playground(settings)
}

/// All bits of a state that later steps depend on.
private func bits(_ playground: Playground) -> [UInt32] {
  playground.training.cycle.store.save().map(\.bitPattern)
    + [Float(playground.training.lastLoss).bitPattern]
}

@Suite struct PlaygroundTests {
  @Test(arguments: Plane.allCases, ["sgd", "adam"])
  func backAndForwardAgainGivesTheSameBits(plane: Plane, optimizer: String) throws {
    let playground = try makePlayground(plane, run: #"{"optimizer": "\#(optimizer)", "batch": 8}"#)
    var seen: [Int: [UInt32]] = [:]
    for step in 0..<40 {
      seen[step] = bits(playground)
      #expect(try playground.advance(steps: 1) == 1)
    }
    for step in [39, 38, 3, 17, 0, 1, 20] {
      try playground.go(to: step)
      #expect(playground.step == step)
      #expect(bits(playground) == seen[step])
    }
    #expect(playground.furthest == 40)
  }

  @Test func aThousandStepsBackAndForwardAgainGiveTheSameBits() throws {
    let playground = try makePlayground(
      run:
        #"{"dropout": 0.2, "batch": 8, "schedule": {"name": "step", "every": 10, "factor": 0.9}}"#)
    try playground.advance(steps: 300)
    let middle = bits(playground)
    try playground.edit(.weight(name: "dense/kernel", place: [0, 1], value: 0.5))
    #expect(bits(playground) != middle)
    let edited = bits(playground)
    try playground.advance(steps: 200)
    try playground.edit(.setting(name: "l2", value: .init(.number(0.01))))
    try playground.edit(.setting(name: "learning_rate", value: .init(.number(0.02))))
    try playground.advance(steps: 800)
    let end = bits(playground)
    let rate = playground.training.nextRate
    try playground.go(to: 300)
    #expect(bits(playground) == edited)
    #expect(playground.training.nextRate != rate)
    try playground.go(to: 1300)
    #expect(bits(playground) == end)
    #expect(playground.training.nextRate == rate)
    try playground.go(to: 299)
    try playground.advance(steps: 1001)
    #expect(bits(playground) == end)
    // The settings hold all of it.
    let text = try JSONText.encode(playground.settings)
    let again = try Playground(
      JSONText.decode(PlaygroundSettings.self, from: text, at: "settings"))
    try again.advance(steps: 1300)
    #expect(bits(again) == end)
  }

  @Test func stepsTakenTogetherAreTheStepsOfATraining() throws {
    let playground = try makePlayground(run: #"{"batch": 8}"#)
    let training = try playground.experiment.run()
    try training.run { event, _ in
      if case .epoch(let record) = event, record.epoch == 3 { .stop } else { .continue }
    }
    for _ in 0..<3 { try playground.advanceEpoch() }
    #expect(playground.step == training.steps)
    #expect(try playground.training.model().weightsSHA256 == training.model().weightsSHA256)
    #expect(playground.training.history.last?.train == training.history.last?.train)
  }

  @Test func anEditForgetsWhatCameAfterIt() throws {
    let playground = try makePlayground()
    try playground.advance(steps: 20)
    let before = bits(playground)
    try playground.go(to: 5)
    for value in [0.1, 0.2, 0.3] {
      try playground.edit(.weight(name: "dense/kernel", place: [1, 2], value: value))
    }
    #expect(playground.furthest == 5)
    #expect(playground.settings.edits.count == 1)
    #expect(playground.training.cycle["dense/kernel"]?[1, 2] == 0.3)
    try playground.go(to: 20)
    #expect(bits(playground) != before)
    #expect(throws: Problem.self) { try playground.go(to: -1) }
  }

  @Test func editsThatCannotBeAreRefusedAndChangeNothing() throws {
    let playground = try makePlayground()
    try playground.advance(steps: 3)
    let before = bits(playground)
    let edits: [PlaygroundEdit] = [
      .weight(name: "dense/kernels", place: [0, 0], value: 1),
      .weight(name: "dense/kernel", place: [0], value: 1),
      .weight(name: "dense/kernel", place: [2, 0], value: 1),
      .weight(name: "dense/kernel", place: [0, 0], value: 1e60),
      .setting(name: "learning_rate", value: .init(.number(-1))),
      .setting(name: "learning_rate", value: .init(.text("much"))),
    ]
    for edit in edits { #expect(throws: Problem.self) { try playground.edit(edit) } }
    #expect(bits(playground) == before)
    #expect(playground.settings.edits.isEmpty)
    for text in [#"{"setting": "batch", "value": 3}"#, #"{"value": 3}"#] {
      #expect(throws: Problem.self) {
        try JSONText.decode(PlaygroundEdit.self, from: text, at: "edit")
      }
    }
  }

  @Test func everySettingThatMayChangeCanBeChanged() throws {
    let values: [String: LocatedValue.Content] = [
      "schedule": .text("cosine"), "epochs": .integer(50), "patience": .integer(20),
      "threads": .integer(1),
    ]
    for name in PlaygroundEdit.settings {
      let playground = try makePlayground()
      try playground.advance(steps: 4)
      let edit = PlaygroundEdit.setting(name: name, value: .init(values[name] ?? .number(0.05)))
      let text = try JSONText.encode(edit)
      #expect(try JSONText.decode(PlaygroundEdit.self, from: text, at: "edit") == edit)
      try playground.edit(edit)
      try playground.advance(steps: 4)
      let there = bits(playground)
      try playground.go(to: 2)
      try playground.go(to: 8)
      #expect(bits(playground) == there, "\(name)")
    }
  }

  @Test func aForkIsEqualUntilItIsChanged() throws {
    let playground = try makePlayground()
    try playground.advance(steps: 100)
    let fork = try playground.fork()
    #expect(bits(fork) == bits(playground))
    try playground.advance(steps: 50)
    try fork.advance(steps: 50)
    #expect(bits(fork) == bits(playground))
    try fork.go(to: 30)
    try playground.go(to: 30)
    #expect(bits(fork) == bits(playground))
    let there = bits(playground)
    try fork.edit(.setting(name: "learning_rate", value: .init(.number(0.5))))
    try fork.advance(steps: 10)
    #expect(playground.furthest == 150)
    #expect(bits(playground) == there)
    try playground.advance(steps: 10)
    #expect(bits(fork) != bits(playground))
  }

  @Test func aLossThatIsNotFiniteLeavesTheLastFiniteStep() throws {
    let playground = try makePlayground(
      .slope,
      run: #"{"optimizer": "sgd", "learning_rate": 1e10, "activation": "linear", "batch": 4}"#)
    let problem = #expect(throws: Problem.self) { try playground.advance(steps: 500) }
    #expect(problem?.isDivergence == true)
    #expect(problem?.found.contains("could not be found") == false)
    #expect(bits(playground).allSatisfy { Float(bitPattern: $0).isFinite })
    #expect(playground.step == playground.furthest)
    let step = playground.step
    #expect(throws: Problem.self) { try playground.advance(steps: 500) }
    #expect(playground.step == step)
    try playground.go(to: 0)
    try playground.edit(.setting(name: "learning_rate", value: .init(.number(0.001))))
    try playground.advance(steps: 100)
    #expect(playground.step == 100)
  }

  @Test func aTrainingWithAnEndComesToIt() throws {
    let playground = try makePlayground(run: #"{"epochs": 3, "batch": 8}"#)
    let done = try playground.advance(steps: 1000)
    #expect(playground.isDone)
    #expect(done == 3 * playground.training.plan.stepsPerEpoch(rows: playground.data.train.count))
    #expect(try playground.advance(steps: 1) == 0)
    #expect(throws: Problem.self) { try playground.go(to: done + 1) }
    _ = try playground.frame(.init())
  }

  @Test func aDeadlineThatIsOverStopsAfterOneStep() throws {
    let playground = try makePlayground()
    #expect(try playground.advance(steps: 1000, until: .now) == 1)
  }

  @Test func memoryStaysFlat() throws {
    let playground = try makePlayground(run: #"{"hidden": [1], "batch": 1}"#, count: 20)
    let start = playground.training.moment()
    var line = TimeLine(start)
    #expect(line.moments.count == 1)
    // What a day of steps would keep.
    let kept = stride(from: 0, through: 1 << 24, by: TimeLine.leastSpacing).filter {
      line.isWanted($0, furthest: 1 << 24, near: 1 << 24)
    }
    #expect(kept.count < 600)
    #expect(kept.last == 1 << 24)
    #expect(
      kept.suffix(4) == [1, 2, 3, 4].map { (1 << 24) - (4 - $0) * TimeLine.leastSpacing }[...])
    line.begin(again: start)
    #expect(line.moments.count == 1)
    try playground.advance(steps: 400)
    #expect(playground.training.history.count <= 2)
    var curve = LossCurve()
    var record = try #require(playground.training.history.last)
    for epoch in 1...20_000 {
      record.epoch = epoch
      curve.add(record, at: 7 * epoch)
    }
    #expect((LossCurve.most / 2...2 * LossCurve.most).contains(curve.points.count))
    #expect(curve.points.allSatisfy { $0.step == 7 * $0.epoch })
  }
}
