import Engine
import Testing

@testable import SamplerBenchmark
@testable import Tuning

/// What any sampler must do, in every kind of space, whatever was seen.
@Suite struct SamplerTests {
  struct Space: Sendable, CustomTestStringConvertible {
    let name: String
    let dimensions: [SearchDimension]
    var testDescription: String { name }
  }

  static let spaces = [
    Space(
      name: "every kind of domain",
      dimensions: [
        SearchDimension("real", .real(low: -1, high: 3, isLogarithmic: false)),
        SearchDimension("rate", .real(low: 1e-5, high: 1, isLogarithmic: true)),
        SearchDimension("layers", .whole(low: -2, high: 3, isLogarithmic: false)),
        SearchDimension("width", .whole(low: 1, high: 512, isLogarithmic: true)),
        SearchDimension("activation", .choice(count: 4)),
      ]),
    Space(
      name: "conditions on conditions",
      dimensions: [
        SearchDimension("optimizer", .choice(count: 3)),
        SearchDimension(
          "momentum", .real(low: 0, high: 0.99, isLogarithmic: false),
          when: [.init(dimension: 0, values: [0, 2])]),
        SearchDimension(
          "layers", .whole(low: 1, high: 3, isLogarithmic: false),
          when: [.init(dimension: 0, values: [2])]),
        SearchDimension(
          "second", .whole(low: 8, high: 64, isLogarithmic: true),
          when: [.init(dimension: 2, values: [2, 3]), .init(dimension: 0, values: [2])]),
        SearchDimension(
          "kind", .choice(count: 2), when: [.init(dimension: 2, values: [3])]),
      ]),
    Space(
      name: "nothing to choose",
      dimensions: [
        SearchDimension("a", .choice(count: 1)),
        SearchDimension("b", .real(low: 2, high: 2, isLogarithmic: true)),
        SearchDimension("c", .whole(low: 7, high: 7, isLogarithmic: false)),
        SearchDimension("d", .real(low: 0, high: 1, isLogarithmic: false)),
      ]),
    Space(
      name: "the widest ranges",
      dimensions: [
        SearchDimension(
          "all", .real(low: -1.7e308, high: 1.7e308, isLogarithmic: false)),
        SearchDimension("positive", .real(low: 1e-300, high: 1e300, isLogarithmic: true)),
        SearchDimension("large", .whole(low: 1, high: 1 << 60, isLogarithmic: true)),
      ]),
    Space(
      name: "more dimensions than the Sobol sequence has",
      dimensions: (0..<70).map {
        SearchDimension("x\($0)", .real(low: 0, high: 1, isLogarithmic: false))
      }),
  ]

  /// What a trial may have come to, by the trial's number.
  static let outcomes: [(name: String, result: @Sendable (Int) -> Observation.Result)] = [
    ("complete", { .complete(Double($0 * 7 % 11)) }),
    ("all failed", { _ in .failed }),
    ("all running", { _ in .running }),
    ("all equal", { _ in .complete(1) }),
    ("not finite", { .complete([.infinity, -.infinity, .nan][$0 % 3]) }),
    ("huge", { .complete($0 % 2 == 0 ? 1.7e308 : -1.7e308) }),
    ("one huge among small", { .complete($0 == 3 ? 1e300 : Double($0)) }),
    ("all pruned", { .pruned(epochs: $0 % 4, value: Double($0)) }),
    (
      "mixed",
      {
        switch $0 % 5 {
        case 0: .failed
        case 1: .pruned(epochs: $0, value: 3)
        case 2: .running
        default: .complete(Double($0) / 3)
        }
      }
    ),
  ]

  @Test(arguments: spaces) func pointsAreInTheSpaceWhateverWasSeen(space: Space) {
    for sampler in SamplerChoice.all {
      for outcome in Self.outcomes {
        var observations: [Observation] = []
        for number in 0..<(space.dimensions.count > 20 ? 11 : 14) {
          let point = sampler.point(
            ofTrial: number, in: space.dimensions, after: observations, seed: 5)
          guard let point else {
            #expect(sampler is GridSampler, "\(outcome.name): nothing after \(number)")
            break
          }
          let what = "\(type(of: sampler).name), \(outcome.name), trial \(number): \(point)"
          #expect(Self.isInside(point, space.dimensions), "\(what)")
          #expect(!observations.contains { $0.point == point }, "\(what) again")
          observations.append(Observation(point, outcome.result(number)))
        }
        // The same arguments, the same bits.
        let number = observations.count
        #expect(
          sampler.point(ofTrial: number, in: space.dimensions, after: observations, seed: 5)
            == sampler.point(ofTrial: number, in: space.dimensions, after: observations, seed: 5))
      }
    }
  }

  static func isInside(_ point: SearchPoint, _ dimensions: [SearchDimension]) -> Bool {
    guard point.count == dimensions.count else { return false }
    return dimensions.indices.allSatisfy { place in
      guard dimensions[place].isPresent(in: Array(point[..<place])) else {
        return point[place] == nil
      }
      guard let value = point[place], value.isFinite else { return false }
      return switch dimensions[place].domain {
      case .real(let low, let high, _): value >= low && value <= high
      case .whole(let low, let high, _):
        value == value.rounded() && value >= Double(low) && value <= Double(high)
      case .choice(let count): value == value.rounded() && value >= 0 && value < Double(count)
      }
    }
  }

  @Test func seedsAndTrialsDiffer() {
    let space = Self.spaces[0].dimensions
    for sampler in SamplerChoice.all where !(sampler is GridSampler) {
      let points = [(0, 1), (1, 1), (0, 2)].map {
        sampler.point(ofTrial: $0.0, in: space, after: [], seed: UInt64($0.1))
      }
      #expect(Set(points).count == 3, "\(type(of: sampler).name)")
    }
  }

  @Test func aSmallSpaceIsTriedWholeAndThenEnds() {
    let space = [
      SearchDimension("a", .choice(count: 3)),
      SearchDimension(
        "b", .whole(low: 1, high: 4, isLogarithmic: false),
        when: [.init(dimension: 0, values: [1])]),
    ]
    for sampler in SamplerChoice.all {
      var observations: [Observation] = []
      while let point = sampler.point(
        ofTrial: observations.count, in: space, after: observations, seed: 3)
      {
        observations.append(Observation(point, .complete(point[0]!)))
        guard observations.count < 20 else { break }
      }
      // Two choices without b, one with four values of it.
      #expect(Set(observations.map(\.point)).count == 6, "\(type(of: sampler).name)")
      #expect(observations.count == 6, "\(type(of: sampler).name)")
    }
  }

  @Test func runningTrialsKeepOthersAway() {
    let space = [SearchDimension("x", .real(low: 0, high: 1, isLogarithmic: false))]
    // So rough that no place is known well.
    let ended = (0..<12).map { number -> Observation in
      let x = Double(number) / 11
      return Observation([x], .complete((x - 0.4) * (x - 0.4) + 0.1 * Double(number * 5 % 7)))
    }
    for sampler in [GaussianProcessSampler(), TPESampler()] as [any Sampler] {
      let first = sampler.point(ofTrial: 12, in: space, after: ended, seed: 1)!
      let second = sampler.point(
        ofTrial: 12, in: space, after: ended + [Observation(first, .running)], seed: 1)!
      #expect((first[0]! - second[0]!).magnitude > 1e-3, "\(sampler) \(first) \(second)")
    }
  }

  @Test func modelsBeatChance() {
    func median(_ sampler: any Sampler, _ function: TestFunction, trials: Int) -> Double {
      Program.quantile(
        (0..<5).map { SamplerTrials(sampler, function, trials: trials, seed: $0).regrets.last! },
        0.5)
    }
    let chance = median(RandomSampler(), .branin, trials: 30)
    #expect(median(TPESampler(), .branin, trials: 30) < chance / 1.5)
    #expect(median(GaussianProcessSampler(), .branin, trials: 20) < chance / 10)
  }

  @Test func trialsAreRankedCompleteFirstThenByHowFarTheyCame() {
    let results: [Observation.Result] = [
      .pruned(epochs: 3, value: 0), .complete(2), .failed, .pruned(epochs: 5, value: 9),
      .complete(1), .running, .pruned(epochs: 5, value: 8), .complete(.nan),
    ]
    let ranking = TrialRanking(results.enumerated().map { Observation([Double($0)], $1) })
    #expect(ranking.ranked.map { $0.point[0]! } == [4, 1, 6, 3, 0])
    #expect(ranking.bad.map { $0.point[0]! } == [2, 5, 7])
    #expect(ranking.ended == 7)
  }

  @Test func theChoiceSaysWhy() {
    let numbers = SamplerTests.spaces[4].dimensions
    let cases: [([SearchDimension], Int, String)] = [
      ([SearchDimension("a", .choice(count: 3))], 10, "grid"),
      ([SearchDimension("a", .choice(count: 30))], 10, "sobol"),
      (Array(numbers.prefix(6)), 50, "gaussian_process"),
      (Array(numbers.prefix(6)), 500, "tpe"), (numbers, 50, "tpe"),
      (Self.spaces[1].dimensions, 50, "tpe"),
    ]
    for (space, trials, name) in cases {
      let choice = SamplerChoice.automatic(for: space, trials: trials)
      #expect(type(of: choice.sampler).name == name)
      #expect(!choice.note.isEmpty && !choice.note.contains(". ") && choice.note.last != ".")
    }
    #expect(Set(SamplerChoice.all.map { type(of: $0).name }).count == SamplerChoice.all.count)
  }
}
