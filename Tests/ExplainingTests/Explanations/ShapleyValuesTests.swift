import Engine
import Networks
import Testing

@testable import Explaining

@Suite struct ShapleyValuesTests {
  /// The definition: the mean over all orders of what the value rises by when a player comes in.
  private func definition(_ players: Int, _ value: ([Bool]) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: players)
    var orders = 0.0
    func walk(_ order: [Int]) {
      guard order.count < players else {
        var coalition = [Bool](repeating: false, count: players)
        for player in order {
          let before = value(coalition)
          coalition[player] = true
          sums[player] += value(coalition) - before
        }
        return orders += 1
      }
      for player in 0..<players where !order.contains(player) { walk(order + [player]) }
    }
    walk([])
    return sums.map { $0 / orders }
  }

  /// No two coalitions are worth the same.
  private func game(_ coalition: [Bool]) -> Double {
    let weights = coalition.enumerated().reduce(0.0) {
      $0 + ($1.element ? Double($1.offset + 1) : 0)
    }
    return (weights * 0.37).squareRoot() + (coalition[0] && coalition.last! ? 2 : 0)
      - (coalition.allSatisfy { $0 } ? 0.5 : 0)
  }

  @Test(arguments: 1...6) func allOrdersAreTheDefinition(_ players: Int) throws {
    let found = try ShapleyValues(players: players, evaluations: 64, seed: 1) { $0.map(game) }
    #expect(found.isExact)
    #expect(found.evaluations == 1 << players)
    for (value, expected) in zip(found.values, definition(players, game)) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(found.errors.allSatisfy { $0 == 0 })
  }

  /// The mean of many drawings is as near to the value as the errors that they state say.
  @Test func drawnOrdersComeAsNearAsTheySayAndSumExactly() throws {
    let exact = try ShapleyValues(players: 6, evaluations: 64, seed: 1) { $0.map(game) }
    let drawings = try (1...200 as ClosedRange<UInt64>).map { seed in
      try ShapleyValues(players: 6, evaluations: 63, seed: seed) { $0.map(game) }
    }
    for found in drawings {
      #expect(!found.isExact)
      #expect(abs(found.values.reduce(0, +) - (found.whole - found.least)) < 1e-12)
    }
    let count = Double(drawings.count)
    for player in 0..<6 {
      let mean = drawings.reduce(0) { $0 + $1.values[player] } / count
      let square = drawings.reduce(0) { $0 + $1.errors[player] * $1.errors[player] } / count
      #expect(abs(mean - exact.values[player]) < 4 * (square / count).squareRoot() + 1e-12)
      let spread = drawings.reduce(0) { sum, found in
        sum + (found.values[player] - mean) * (found.values[player] - mean) / count
      }
      #expect(spread < 1.5 * square + 1e-12 && square < 1.5 * spread + 1e-12)
    }
  }

  @Test func whatOnlyAddsIsFoundExactlyByAnyOrder() throws {
    let weights = (0..<300).map { Double($0 % 17) - 8 }
    let found = try ShapleyValues(players: 300, evaluations: 2, seed: 3) { coalitions in
      coalitions.map { coalition in
        zip(weights, coalition).reduce(5) { $0 + ($1.1 ? $1.0 : 0) }
      }
    }
    #expect(!found.isExact)
    for (value, weight) in zip(found.values, weights) { #expect(abs(value - weight) < 1e-9) }
    #expect(found.errors.allSatisfy { $0 < 1e-6 })
  }

  @Test func nobodyAddsNothing() throws {
    let found = try ShapleyValues(players: 0, evaluations: 64, seed: 1) { $0.map { _ in 3 } }
    #expect(found.values.isEmpty)
    #expect(found.whole == 3)
  }

  @Test func workEndsWhereItIsNotWanted() {
    struct Stop: Error {}
    var asked = 0
    #expect(throws: Stop.self) {
      _ = try ShapleyValues(
        players: 40, evaluations: 2048, seed: 1,
        progress: { done, all in
          #expect(done < all)
          if asked > 300 { throw Stop() }
        }
      ) { coalitions in
        asked += coalitions.count
        return coalitions.map { _ in 0 }
      }
    }
    #expect(asked < 500)
  }

  @Test func theSameSeedDrawsTheSameOrders() throws {
    func found(_ seed: UInt64) throws -> ShapleyValues {
      try ShapleyValues(players: 12, evaluations: 100, seed: seed) { $0.map(game) }
    }
    #expect(try found(4) == found(4))
    #expect(try found(4) != found(5))
  }

  /// Every input is a part by itself, and an input of zeros, or token 0, the baseline.
  @Test func contributionsSumOnEveryKindOfNetwork() throws {
    for kind in try EveryKind.all() {
      let model = kind.tracer.model
      let predictor = try Predictor(model)
      let width = model.inputShape.count
      let input = Array(kind.inputs.prefix(width))
      let found = try ShapleyValues(players: width, evaluations: 64, seed: 2) { coalitions in
        let outputs = try predictor(
          coalitions.flatMap { coalition in
            zip(input, coalition).map { $1 ? $0 : 0 }
          })
        return stride(from: 0, to: outputs.count, by: model.outputCount).map { Double(outputs[$0]) }
      }
      let answer = Double(try predictor(input)[0])
      let baseline = Double(try predictor([Float](repeating: 0, count: width))[0])
      #expect(found.whole == answer, "\(kind.name)")
      #expect(found.least == baseline, "\(kind.name)")
      let difference = found.values.reduce(0, +) - (answer - baseline)
      #expect(abs(difference) < 1e-6 * max(1, abs(answer), abs(baseline)), "\(kind.name)")
    }
  }

  /// Near the baseline a contribution is the derivative times the step, which differences give too.
  @Test func smallStepsContributeByTheirSlopes() throws {
    let model = try Model(
      Sequential {
        Dense(6, activation: .tanh)
        Dense(1)
      }, inputShape: [3], loss: .meanSquaredError, seed: 3)
    let predictor = try Predictor(model)
    let (baseline, step) = ([0.3, -0.5, 0.8] as [Float], [0.02, -0.015, 0.01] as [Float])
    func answer(_ coalition: [Double]) throws -> Double {
      let example = zip(baseline, zip(step, coalition)).map { $0 + $1.0 * Float($1.1) }
      return Double(try predictor(example)[0])
    }
    let found = try ShapleyValues(players: 3, evaluations: 64, seed: 1) { coalitions in
      try coalitions.map { try answer($0.map { $0 ? 1 : 0 }) }
    }
    for player in 0..<3 {
      var (below, above) = ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
      (below[player], above[player]) = (0, 1)
      let slope = try answer(above) - answer(below)
      #expect(abs(found.values[player] - slope) < 1e-5)
    }
  }
}
