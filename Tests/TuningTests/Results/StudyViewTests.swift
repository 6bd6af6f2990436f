import Formatting
import Testing

@testable import Tuning

@Suite struct StudyViewTests {
  private func record() -> StudyRecord {
    var record = SyntheticStudy.record(SyntheticStudy.numbers(1), trials: 6) { _, _ in
      (1, .complete)
    }
    record.trials[1].value = 0.25
    record.trials[3].state = .pruned
    record.trials[4].state = .failed
    record.trials[4].failure = .diverged
    record.trials[5].state = .running
    record.trials[5].value = nil
    for place in record.trials.indices { record.trials[place].settings = ["x0": "0.5"] }
    return record
  }

  @Test func theViewSaysHowFarItIs() {
    let view = StudyView(record(), planned: 10, elapsed: 100)
    #expect(view.secondsLeft == 100)
    let lines = view.lines(width: 200)
    #expect(
      lines[0] == "study ████░░░░ 5 of 10 trials, 1 stopped early, 1 failed  1:40, 1:40 left")
    #expect(lines[1] == "best so far: loss 0.25 in trial 2")
    #expect(lines[2] == "  x0 0.5")
    #expect(lines[3] == "trial 6  epoch 5  loss 1  █▄▂▁▁  x0 0.5")
    #expect(lines[4] == "trial 5  failed: diverged  loss 1  █▄▂▁▁  1:01  x0 0.5")
    #expect(lines[5].hasPrefix("trial 4  stopped early"))
    #expect(lines.count == 7)
  }

  @Test func timeEndsAStudyToo() {
    #expect(StudyView(record(), planned: 10, elapsed: 100, limit: 130).secondsLeft == 30)
    #expect(StudyView(record(), planned: nil, elapsed: 100).secondsLeft == nil)
    #expect(StudyView(record(), planned: 10, endedBefore: 4, elapsed: 10).secondsLeft == 50)
    #expect(StudyView(record(), planned: 10, endedBefore: 5, elapsed: 10).secondsLeft == nil)
  }

  @Test func manyRunningTrialsAreCounted() {
    let many = SyntheticStudy.record(SyntheticStudy.numbers(1), trials: 30) { _, _ in (1, .running)
    }
    let lines = StudyView(many, planned: 30, elapsed: 1).lines(width: 60, height: 8)
    #expect(lines.count == 8 && lines[1] == "no complete trial yet")
    #expect(lines.last == "… and 25 more running")
  }

  @Test func aTrialThatEndedIsALineOfALog() {
    let view = StudyView(record(), planned: 10, elapsed: 1)
    #expect(view.line(ofTrial: 2)?.hasSuffix("x0 0.5  best so far") == true)
    #expect(view.line(ofTrial: 1)?.hasSuffix("x0 0.5") == true)
    #expect(view.line(ofTrial: 6) == nil && view.line(ofTrial: 7) == nil)
  }

  @Test func aCurveOnALineEndsWithItsLastValue() {
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([0, 0, 0, 0, 0, 0, 0, 9], width: 2) == "▁█")
    #expect(sparkline([3], width: 8) == "▅" && sparkline([], width: 8) == "")
    #expect(sparkline([0, .nan, 1], width: 8) == "▁ █" && sparkline([.nan], width: 3) == " ")
    #expect(sparkline([-.greatestFiniteMagnitude, .greatestFiniteMagnitude], width: 2) == "▁█")
  }
}
