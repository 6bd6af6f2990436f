import Datasets
import Engine
import Explaining
import Networks
import Testing
import Training

@testable import Studio

@Suite struct PlaygroundTraceTests {
  @Test func theNextStepIsTracedAsATrainingTracesIt() throws {
    let playground = try makePlayground(run: #"{"dropout": 0.2, "batch": 8}"#)
    try playground.advance(steps: 9)
    let trace = try playground.trace(.next)
    #expect(try JSONText.encode(trace) == JSONText.encode(playground.experiment.trace(step: 10)))
    try playground.advance(steps: 1)
    #expect(trace.loss == Float(playground.training.lastLoss))
  }

  @Test func aRowIsTracedAsItsValuesAre() throws {
    let playground = try makePlayground()
    try playground.advance(steps: 5)
    let points = try playground.points()
    let values: [String: CellValue] = [
      "x": .number(try #require(points.xs?[6])), "y": .number(try #require(points.ys?[6])),
    ]
    let label = points.labels[Int(try #require(points.targets?[6]))]
    let row = try JSONText.encode(playground.trace(.row(7)))
    #expect(try row == JSONText.encode(playground.trace(.values(values, target: label))))
    #expect(try row != JSONText.encode(playground.trace(.row(8))))
    for input in [TraceInput.next, .row(7), .values(values, target: label)] {
      let text = try JSONText.encode(input)
      #expect(try JSONText.decode(TraceInput.self, from: text, at: "input") == input)
    }
    #expect(throws: Problem.self) { try playground.trace(.row(41)) }
    #expect(throws: Problem.self) { try playground.trace(.values(values, target: "green")) }
    #expect(throws: Problem.self) { try playground.trace(.values(["x": 1], target: label)) }
  }

  @Test func gradientsAreProved() throws {
    let playground = try makePlayground(
      .moons, run: #"{"dropout": 0.2, "batch": 8, "activation": "tanh"}"#)
    try playground.advance(steps: 5)
    var wishes = FrameWishes()
    wishes.gradients = true
    let gradients = try #require(try playground.frame(wishes).gradients)
    let proof = try playground.prove(.next, weight: "dense/kernel", place: [1, 2])
    #expect(proof.holds)
    #expect(proof.entries.count == 1)
    #expect(proof.entries[0].tensor == "dense/kernel" && proof.entries[0].places == [2, 3])
    #expect(proof.entries[0].engine == gradients["dense/kernel"]?[5])
    let all = try playground.prove(.next)
    #expect(all.holds && all.entries.count == 13)
    #expect(try playground.prove(.row(1), weight: "dense/bias").entries.count == 3)
    #expect(throws: Problem.self) { try playground.prove(.next, weight: "dense/kern") }
    #expect(throws: Problem.self) {
      try playground.prove(.next, weight: "dense/kernel", place: [2, 0])
    }
  }

  @Test func theLandscapeHasTheWayHere() throws {
    let playground = try makePlayground()
    #expect(try playground.landscape() == nil)
    try playground.advance(steps: 200)
    let before = try playground.training.model().weightsSHA256
    let landscape = try #require(try playground.landscape())
    #expect(landscape.places.map(\.step) == [0, 64, 128, 192, 200])
    #expect(landscape.losses.count == landscape.side * landscape.side)
    #expect(try playground.training.model().weightsSHA256 == before)
    #expect(try playground.advance(steps: 3) == 3)
  }
}
