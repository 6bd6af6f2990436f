import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// Groups, times, weights and series from the table to the scores.
@Suite struct RowRolesRunTests {
  private func table(_ header: String, _ rows: [String]) throws -> DataTable {
    try DataTable(csv: Array((header + "\n" + rows.joined(separator: "\n") + "\n").utf8), name: "t")
  }

  private func configuration(_ change: (inout RunConfiguration) -> Void) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.training.epochs = 2
    configuration.training.threads = 1
    configuration.network.hidden = [4]
    change(&configuration)
    return configuration
  }

  private func visits() -> [String] {
    var generator = RandomGenerator(seed: 2)
    return (0..<240).map { row in
      "P\(row / 4),\(generator.normal()),\(row / 4 % 2 == 0 ? "yes" : "no"),\(row)"
    }
  }

  @Test func groupsAreKeptTogetherAndSaid() throws {
    let table = try table("patient,x,sick,n", visits())
    let plain = try PreparedData(table: table, configuration { $0.data.target = "sick" })
    #expect(plain.notes.contains { $0.contains("set `group` to `patient`") })
    let data = try PreparedData(
      table: table,
      configuration {
        $0.data.target = "sick"
        $0.data.group = "patient"
      })
    let parts = Split.Part.allCases.map { part in Set(data.split[part].map { $0 / 4 }) }
    #expect(parts.reduce(0) { $0 + $1.count } == 60)
    #expect(
      data.notes.contains { $0.hasPrefix("split by `patient`: 42 groups (168 rows) to train") })
    #expect(data.notes.contains { $0.contains("it is the group of the rows") })
    #expect(data.manifest.group == "patient")
    // The last column counts the rows.
    #expect(data.preprocessing.inputNames == ["x"])
    #expect(data.test?.groups?.count == data.test?.count)
    let said = try PreparedData(
      table: table,
      configuration {
        $0.data.target = "sick"
        $0.data.group = "patient"
        $0.data.kinds = ["patient": .categorical]
      })
    #expect(said.preprocessing.inputNames.contains("patient = P0"))
  }

  @Test func timeSplitsPastFromFuture() throws {
    let table = try table("patient,x,sick,n", visits().reversed())
    for time in ["n", DataTable.fileOrder] {
      let data = try PreparedData(
        table: table,
        configuration {
          $0.data.target = "sick"
          $0.data.splitByTime = time
        })
      let moments = Split.Part.allCases.map { part in
        data.split[part].map { time == "n" ? 239 - $0 : $0 }
      }
      for (past, future) in zip(moments, moments.dropFirst()) {
        #expect(past.max()! < future.min()!)
      }
      #expect(moments.map(\.count) == [168, 36, 36])
      #expect(data.notes.contains { $0.hasPrefix("split by time: 168 rows to train") })
    }
  }

  /// The time by which rows are split stays an input, which is said with what takes it out.
  @Test func timeThatIsAnInputIsSaid() throws {
    let rows = (0..<60).map { "\($0 * 2),\($0 * $0 % 7),\($0)" }
    let table = try table("t,x,y", rows)
    for isIgnored in [false, true] {
      let data = try PreparedData(
        table: table,
        configuration {
          $0.data.target = "y"
          $0.data.splitByTime = "t"
          $0.data.ignore = isIgnored ? ["t"] : []
        })
      #expect(data.preprocessing.inputNames == (isIgnored ? ["x"] : ["t", "x"]))
      #expect(data.notes.contains { $0.contains("set `ignore` to `t`") } != isIgnored)
    }
  }

  @Test func groupAndTimeTogetherAreRefused() throws {
    let both = configuration {
      $0.data.target = "sick"
      $0.data.group = "patient"
      $0.data.splitByTime = "n"
    }
    let problem = #expect(throws: Problem.self) { try both.check() }
    #expect(problem?.location == "split_by_time")
  }

  @Test func rowsWithoutTargetAreInNoPart() throws {
    let rows = (0..<100).map { $0 % 10 == 3 ? "\($0)," : "\($0),\($0 % 7)" }
    let data = try PreparedData(
      table: table("x,y", rows),
      configuration {
        $0.data.target = "y"
        $0.data.task = .regression
      })
    let used = Split.Part.allCases.flatMap { data.split[$0] }
    #expect(used.count == 90 && used.allSatisfy { $0 % 10 != 3 })
    #expect(data.rows.train + data.rows.validation + data.rows.test == 90)
    #expect(data.notes.contains { $0.contains("10 of 100 rows are left out: no value of `y`") })
    // A split that was given may still name them.
    #expect(data.manifest.rows == 100)
  }

  /// Rows of weight 0 change nothing: not the means, not the batches, not one bit of a weight.
  @Test func weightsOf0And1TrainAsTheRowsOf1Alone() throws {
    var generator = RandomGenerator(seed: 9)
    let all = (0..<120).map { row -> (isIn: Bool, text: String) in
      let x = generator.normal()
      return (row % 3 != 0, "\(x),\(2 * x + generator.normal())")
    }
    let weighted = try PreparedData(
      table: table("x,y,w", all.map { "\($0.text),\($0.isIn ? 1 : 0)" }),
      configuration {
        $0.data.target = "y"
        $0.data.weight = "w"
      })
    let alone = try PreparedData(
      table: table("x,y", all.filter(\.isIn).map(\.text)), configuration { $0.data.target = "y" })
    func weights(_ data: PreparedData, _ weight: String?) throws -> String {
      let experiment = try Experiment(
        configuration {
          $0.data.target = "y"
          $0.data.weight = weight
        }, data: data)
      let run = try experiment.run()
      try run.run()
      return try run.bestModel().weightsSHA256
    }
    #expect(weighted.rows == alone.rows)
    #expect(try weights(weighted, "w") == weights(alone, nil))
  }

  private struct Plane: Decodable {
    struct Numbers: Decodable {
      let x, y, weights, kernel: [Double]
      let bias: Double
    }
    let plane: Numbers
  }

  /// A neuron that is trained to the end is the plane of weighted least squares.
  @Test func trainingIsWeightedLeastSquares() throws {
    let plane = try reference("weights.json", Plane.self).plane
    let rows = plane.y.indices.map {
      "\(plane.x[2 * $0]),\(plane.x[2 * $0 + 1]),\(plane.y[$0]),\(plane.weights[$0])"
    }
    let configuration = configuration {
      $0.data.target = "y"
      $0.data.weight = "w"
      $0.data.validation = .fraction(0)
      $0.data.test = .fraction(0)
      $0.data.scaling = .none
      $0.network.hidden = []
      $0.training.batch = 1024
      $0.training.epochs = 400
      $0.training.learningRate = 0.1
      $0.training.patience = 0
    }
    let experiment = try Experiment(
      configuration, data: PreparedData(table: table("a,b,y,w", rows), configuration))
    let run = try experiment.run()
    try run.run()
    let model = try experiment.model(of: run)
    func answer(_ a: Double, _ b: Double) throws -> Double {
      try #require(try model.predict(["a": .number(a), "b": .number(b)]).value)
    }
    let origin = try answer(0, 0)
    #expect((origin - plane.bias).magnitude < 2e-3)
    #expect((try answer(1, 0) - origin - plane.kernel[0]).magnitude < 2e-3)
    #expect((try answer(0, 1) - origin - plane.kernel[1]).magnitude < 2e-3)
  }

  // MARK: Series

  private var series: [String] {
    var generator = RandomGenerator(seed: 4)
    return (0..<300).map { hour in
      let angle = 2 * Double.pi * Double(hour) / 12
      return "\(hour),\(10 + 3 * TestWave.sine(angle) + 0.1 * generator.normal())"
    }
  }

  @Test(arguments: [NetworkKind.dense, .gru]) func aSeriesIsForecast(_ kind: NetworkKind) throws {
    let configuration = configuration {
      $0.data.forecast = "temp"
      $0.data.history = 14
      $0.data.horizon = 1...3
      $0.network.architecture = .kind(kind)
    }
    let data = try PreparedData(table: table("hour,temp", series), configuration)
    #expect(data.preprocessing.targetNames == ["temp_ahead_1", "temp_ahead_2", "temp_ahead_3"])
    #expect(data.preprocessing.inputShape.extents == (kind == .dense ? [14] : [14, 1]))
    #expect(data.preprocessing.series?.season == 12)
    #expect(data.notes.contains { $0.contains("reach over a cut are left out") })
    #expect(!data.notes.contains { $0.contains("overlap") })
    let experiment = try Experiment(configuration, data: data)
    let run = try experiment.run()
    let ending = try run.run()
    let model = try experiment.model(of: run)
    let report = try experiment.report(on: model, of: run, ending)
    let baselines = try #require(report.test?.scores.baselines)
    #expect(baselines.map(\.name) == ["the last value", "the value 12 steps before"])
    let season = try #require(baselines[1].scores.average.rmse.value)
    #expect(season < 0.4)
    #expect(season < baselines[0].scores.average.rmse.value!)
    #expect(report.test?.scores.text.contains("The last value alone has RMSE") == true)
    // The steps after the end of a file.
    let later = try DataTable(
      csv: Array(("hour,temp\n" + series.joined(separator: "\n") + "\n").utf8), name: "later",
      options: model.preprocessing.tableOptions(needsTarget: false))
    let answers = try model.predict(later)
    #expect(answers.count == 1 && answers[0].values?.count == 3)
    // Settings that were decided make the same data again.
    let again = try PreparedData(
      table: table("hour,temp", series), experiment.configuration)
    #expect(again.preprocessing.inputShape == data.preprocessing.inputShape)
    #expect(again.split == data.split)
  }

  @Test func settingsOfSeriesGoTogether() {
    for change: (inout RunConfiguration) -> Void in [
      { $0.data.target = "temp" }, { $0.data.season = 30 }, { $0.data.task = .binary },
      { $0.data.sequence = SequenceOptions(["a"]) },
    ] {
      let wrong = configuration {
        $0.data.forecast = "temp"
        change(&$0)
      }
      #expect(throws: Problem.self) { try wrong.check() }
    }
  }
}

/// Without a library of mathematics.
private enum TestWave {
  /// Bhaskara's approximation, good to 0.002, is a wave as good as any.
  static func sine(_ angle: Double) -> Double {
    let turn = angle.truncatingRemainder(dividingBy: 2 * .pi)
    let x = turn > .pi ? turn - .pi : turn
    let value = 16 * x * (.pi - x) / (5 * .pi * .pi - 4 * x * (.pi - x))
    return turn > .pi ? -value : value
  }
}
