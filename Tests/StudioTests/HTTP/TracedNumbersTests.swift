import Engine
import Explaining
import Foundation
import Networks
import Serving
import TestSupport
import Testing

@testable import Studio

@Suite struct TracedNumbersTests {
  private static let settings =
    #"{"data":{"plane":"moons","noise":0.1,"count":60},"run":{"hidden":[4,3],"batch":10,"optimizer":"adam","seed":3}}"#

  /// Numbers that are clicked at random, beside the same of a playground of its own.
  @Test func fiftyRandomClicksAreTheEnginesNumbers() async throws {
    let layers = [("dense", 2, 4), ("dense_1", 4, 3), ("dense_2", 3, 1)]
    try await click(50, in: Self.settings, rows: 60) { random in
      let (layer, inputs, units) = layers[random(3) - 1]
      let isWeight = random(2) == 1
      return TraceSelection(
        layer: layer, neuron: isWeight ? nil : [random(units)],
        weight: isWeight ? [random(inputs), random(units)] : nil)
    }
  }

  @Test func clicksOnAConvolutionAreTheEnginesNumbers() async throws {
    let settings =
      #"{"data":{"made":"strokes","noise":0.1,"count":40},"run":{"batch":10,"optimizer":"adam","seed":3}}"#
    try await click(20, in: settings, rows: 40) { random in
      switch random(4) {
      case 1: TraceSelection(layer: "conv2d", neuron: [random(6), random(6), random(4)])
      case 2: TraceSelection(layer: "max_pool2d", neuron: [random(3), random(3), random(4)])
      case 3: TraceSelection(layer: "conv2d", weight: [random(3), random(3), 1, random(4)])
      default: TraceSelection(layer: "dense", neuron: [random(4)])
      }
    }
  }

  @Test func clicksOnARecurrenceAreTheEnginesNumbers() async throws {
    let settings =
      #"{"data":{"made":"waves","noise":0.1,"count":40},"run":{"batch":10,"optimizer":"adam","seed":3}}"#
    try await click(20, in: settings, rows: 40) { random in
      random(3) < 3
        ? TraceSelection(layer: "lstm", neuron: [random(12), random(6)])
        : TraceSelection(layer: "dense", neuron: [random(4)])
    }
  }

  private func click(
    _ count: Int, in settings: String, rows: Int,
    _ choose: @escaping @Sendable (_ random: (Int) -> Int) -> TraceSelection
  ) async throws {
    try await RunningStudio.with { studio in
      let id = try await studio.open(settings)
      let path = "/api/playgrounds/\(id)"
      _ = try await studio.ask("POST", path, #"{"do":"step","count":23}"#)
      let own = try Playground(
        JSONDecoder().decode(PlaygroundSettings.self, from: Data(settings.utf8)))
      _ = try own.advance(steps: 23, until: nil)
      var generator = RandomGenerator(seed: 9)
      func random(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) + 1 }
      for _ in 0..<count {
        let selection = choose(random)
        let row = random(rows)
        let wish = try JSONText.encode(Wish(input: .row(row), selection: selection))
        let answer = try await studio.ask("POST", path + "/trace", wish)
        let shown = try JSONDecoder().decode(Shown.self, from: answer.body).trace
        let traced = try own.trace(.row(row), selection: selection)
        #expect(try JSONText.encode(shown) == JSONText.encode(traced), "\(wish)")
        #expect(!shown.sections.isEmpty)
      }
    }
  }

  private struct Wish: Encodable {
    let input: TraceInput
    let selection: TraceSelection
  }
  private struct Shown: Decodable { let trace: Trace }

  @Test func twoPagesLookAtTheirOwnPlaygrounds() async throws {
    try await RunningStudio.with { studio in
      let ids = [try await studio.open(Self.settings), try await studio.open(Self.settings)]
      _ = try await studio.ask("POST", "/api/playgrounds/\(ids[0])", #"{"do":"step","count":7}"#)
      let other = try await studio.ask(
        "POST", "/api/playgrounds/\(ids[1])", #"{"do":"step","count":3}"#)
      #expect((other.json["main"] as? [String: Any])?["step"] as? Int == 3)
    }
  }

  @Test func aRowIsToldAsAFormHoldsIt() throws {
    let own = try Playground(
      JSONDecoder().decode(PlaygroundSettings.self, from: Data(Self.settings.utf8)))
    let row = try #require(try own.row(5))
    #expect(row.fields.map(\.name) == ["x", "y"])
    let target = try #require(row.target)
    // The row by hand is the row of the data.
    let (given, byHand) = (
      try own.trace(.row(5)), try own.trace(.values(row.values, target: target))
    )
    #expect(given.loss == byHand.loss && given.newLoss == byHand.newLoss)
    #expect(throws: Problem.self) { try own.row(61) }
  }
}
