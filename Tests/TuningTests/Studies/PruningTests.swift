import Testing

@testable import Tuning

@Suite struct PruningTests {
  private static let loss = Objective("loss", largerIsBetter: false)

  private func trial(
    _ number: Int, _ values: [Double], _ state: TuningTrial.State = .running
  ) -> TuningTrial {
    TuningTrial(
      number: number, state: state, point: [], settings: [:], value: values.last,
      epochs: values.enumerated().map { .init(epoch: $0 + 1, value: $1) }, failure: nil,
      problem: nil, seconds: 0, run: "")
  }

  @Test(arguments: [(1, []), (3, [1]), (9, [1, 3]), (50, [1, 5, 16]), (500, [18, 55, 166])])
  func rungsAreThirds(epochs: Int, rungs: [Int]) {
    #expect(SuccessiveHalving(epochs: epochs).rungs == rungs)
  }

  /// Of nine that come to a rung one after the other, those go on that are among the best third so far.
  @Test func theBestThirdGoesOn() {
    let halving = SuccessiveHalving(epochs: 9)
    var trials: [TuningTrial] = []
    var gone: [Int] = []
    for (number, loss) in zip(1..., [5.0, 6, 4, 7, 3, 8, 2, 9, 1]) {
      trials.append(trial(number, [loss]))
      let goesOn = halving.goesOn(trials[number - 1], among: trials, Self.loss)
      if goesOn { gone.append(number) } else { trials[number - 1].state = .pruned }
    }
    #expect(gone == [1, 3, 5, 7, 9])
    // Between rungs all go on.
    #expect(halving.goesOn(trial(10, [9, 9]), among: trials, Self.loss))
  }

  /// More trials make room for one that was stopped.
  @Test func aStoppedTrialIsTakenUpAgain() throws {
    let halving = SuccessiveHalving(epochs: 9)
    var trials = [trial(1, [1], .complete), trial(2, [2], .pruned), trial(3, [3], .pruned)]
    #expect(halving.promoted(trials, Self.loss) == nil)
    trials += [trial(4, [4], .pruned), trial(5, [5], .pruned), trial(6, [6], .pruned)]
    #expect(halving.promoted(trials, Self.loss)?.number == 2)
    // Of what is larger the better, the other end.
    let accuracy = Objective("accuracy", largerIsBetter: true)
    #expect(halving.promoted(trials, accuracy)?.number == 6)
  }

  @Test func aTrialThatIsNoNumberIsTheWorst() {
    let halving = SuccessiveHalving(epochs: 3)
    let trials = [trial(1, [1]), trial(2, [2]), trial(3, [3]), trial(4, [.nan])]
    #expect(!halving.goesOn(trials[3], among: trials, Self.loss))
  }

  @Test func theMedianRuleWaitsForFive() {
    let rule = MedianRule(epochs: 20)
    var trials = (1...4).map { trial($0, [Double($0), Double($0)], .complete) }
    let last = trial(9, [8, 8])
    #expect(rule.goesOn(last, among: trials, Self.loss))
    trials.append(trial(5, [5, 5], .complete))
    #expect(!rule.goesOn(last, among: trials, Self.loss))
    #expect(rule.goesOn(trial(9, [8, 2]), among: trials, Self.loss))
    // The first epochs say little.
    #expect(rule.goesOn(trial(9, [8]), among: trials, Self.loss))
  }
}
