import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Intervals and sets of classes by split conformal prediction.
@Suite struct CalibrationTests {
  /// ⌈(n + 1) · coverage⌉ of n, and the fewest rows that have an error of that rank.
  @Test func theRankIsThatOfFiniteSamples() {
    #expect(Calibration.rank(of: 9, 0.9) == 9)
    #expect(Calibration.rank(of: 10, 0.9) == 10)
    #expect(Calibration.rank(of: 19, 0.9) == 18)
    #expect(Calibration.rank(of: 99, 0.95) == 95)
    #expect(Calibration.fewestRows(for: 0.5) == 1)
    #expect(Calibration.fewestRows(for: 0.9) == 9)
    #expect(Calibration.fewestRows(for: 0.95) == 19)
    #expect(Calibration.fewestRows(for: 0.99) == 99)
    for coverage in stride(from: 0.01, to: 0.995, by: 0.01) {
      let fewest = Calibration.fewestRows(for: coverage)
      #expect(Calibration.rank(of: fewest, coverage) <= fewest, "\(coverage)")
      #expect(
        fewest == 1 || Calibration.rank(of: fewest - 1, coverage) > fewest - 1, "\(coverage)")
    }
  }

  private func numbers(_ values: [Float], _ targets: [Float]) throws -> (Preprocessing, Dataset) {
    let preprocessing = try Preprocessing(columns: ["x"], target: "y")
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: values),
      targets: Examples(shape: .scalar, floats: targets))
    return (preprocessing, data)
  }

  @Test func theWidthIsAnErrorOfTheRightRank() throws {
    let (preprocessing, data) = try numbers(
      (0..<9).map { Float($0) }, [0.5, -1, 2, 3, 4, 5, 6, 7, 8])
    func calibration(_ coverage: Double) -> Calibration? {
      Calibration(
        (0..<9).map { Float($0) }, of: data, preprocessing, width: 1, loss: .meanSquaredError,
        coverage: coverage)
    }
    // Sorted errors: seven times 0, 0.5, 2.
    #expect(calibration(0.9)?.halfWidths == [2])
    #expect(calibration(0.8)?.halfWidths == [0.5])
    #expect(calibration(0.7)?.halfWidths == [0])
    #expect(calibration(0.95) == nil)
    #expect(calibration(0.9)?.intervals([3])?.map { [$0.low, $0.high] } == [[1, 5]])
    let note = try #require(Calibration.note(0.95, rows: 9))
    #expect(note.contains("19 validation rows") && note.contains("there are 9"))
    #expect(Calibration.note(0.9, rows: 9) == nil)
  }

  /// The set holds every class as likely as the least likely truth that counts, and the answer always.
  @Test(arguments: [1, 2]) func setsHoldWhatIsLikelyEnough(_ width: Int) throws {
    let preprocessing = try Preprocessing(columns: ["x"], target: "y", classes: ["no", "yes"])
    // The probability of the true class: 0.9 eight times, 0.3 once.
    let yes: [Float] = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.3]
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: yes),
      targets: Examples(shape: .scalar, floats: [Float](repeating: 1, count: 9)))
    let answers = width == 1 ? yes : yes.flatMap { [1 - $0, $0] }
    let calibration = try #require(
      Calibration(
        answers, of: data, preprocessing, width: width, loss: .crossEntropy, coverage: 0.9))
    #expect(((calibration.leastProbability ?? 0) - 0.3).magnitude < 1e-6)
    #expect(calibration.set([0.65, 0.35]) == [0, 1])
    #expect(calibration.set([0.8, 0.2]) == [0])
    #expect(calibration.set([0.5, 0.5]) == [0, 1])
  }

  /// Over many draws of calibration rows and one new row each, the truth is held as often as promised:
  /// between 1 − α and 1 − α + 1/(n + 1), which binomial bounds widen by four deviations.
  @Test(arguments: [(9, 0.8), (19, 0.9), (30, 0.5)])
  func theShareHeldIsTheShareThatIsPromised(_ rows: Int, _ coverage: Double) throws {
    var generator = RandomGenerator(seed: 17)
    let draws = 4000
    var held = 0
    for _ in 0..<draws {
      // The answer is 0; errors are skewed, which no interval of this kind minds.
      let targets = (0...rows).map { _ in
        let normal = Float(generator.normal())
        return normal * normal
      }
      let (preprocessing, data) = try numbers(
        [Float](repeating: 0, count: rows), Array(targets.prefix(rows)))
      let calibration = try #require(
        Calibration(
          [Float](repeating: 0, count: rows), of: data, preprocessing, width: 1,
          loss: .meanSquaredError,
          coverage: coverage)
      )
      let ends = try #require(calibration.intervals([0])?.first)
      if (ends.low...ends.high).contains(targets[rows]) { held += 1 }
    }
    let deviation = (Double(draws) * coverage * (1 - coverage)).squareRoot()
    let least = Double(draws) * coverage - 4 * deviation
    let most = Double(draws) * (coverage + 1 / Double(rows + 1)) + 4 * deviation
    #expect((least...most).contains(Double(held)), "\(held) of \(draws)")
  }

  @Test func aCalibrationThatNobodyWroteIsRefused() throws {
    let (preprocessing, data) = try numbers([1, 2, 3], [1, 2, 3])
    var trainer = Trainer(Dense(1), loss: .meanSquaredError)
    try trainer.fit(data, epochs: 1)
    var model = try TrainedModel(trainer, preprocessing: preprocessing)
    #expect(try model.predict(["x": 1]).low == nil)
    try model.calibrate(on: data, coverage: 0.5)
    let answer = try model.predict(["x": 1])
    #expect(try #require(answer.low) <= #require(answer.value))
    #expect(try TrainedModel(bytes: model.bytes()).predict(["x": 1]) == answer)
    for coverage in [0, 1, -1, .nan] {
      #expect(throws: Problem.self) { try model.calibrate(on: data, coverage: coverage) }
    }
    for bad in [
      #"{"coverage":0.5,"rows":3}"#, #"{"coverage":2,"rows":3,"half_widths":[1]}"#,
      #"{"coverage":0.5,"rows":3,"half_widths":[1,1]}"#,
      #"{"coverage":0.5,"rows":3,"half_widths":[-1]}"#,
      #"{"coverage":0.5,"rows":3,"margins":[1,1]}"#,
    ] {
      let calibration = try JSONText.decode(Calibration.self, from: bad, at: "calibration")
      #expect(throws: Problem.self, "\(bad)") { try calibration.check(preprocessing, at: "model") }
    }
  }
}
