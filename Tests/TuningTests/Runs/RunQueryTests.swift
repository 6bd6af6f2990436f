import Testing

@testable import Tuning

/// Which runs are listed, and in what order.
@Suite struct RunQueryTests {
  private func run(
    _ name: String, _ metric: String = "accuracy", _ value: Double? = nil, time: UInt64 = 0,
    epochs: Int = 0, tags: [String] = [], _ state: RunSummary.State = .finished
  ) -> RunSummary {
    var run = RunSummary(
      name: name, path: "runs/\(name)", state: state, epochs: epochs, seconds: Double(epochs),
      milliseconds: time, tags: tags)
    run.data = "tables/\(name).csv"
    run.score = value.map {
      .init(name: metric, part: "test", value: $0, largerIsBetter: metric == "accuracy")
    }
    return run
  }

  private func names(_ runs: [RunSummary], _ change: (inout RunQuery) -> Void) -> [String] {
    var query = RunQuery()
    change(&query)
    return query.sorted(runs.filter(query.holds)).map(\.name)
  }

  @Test func eachOrderHasItsFirst() {
    let runs = [
      run("a", "accuracy", 0.5, time: 3, epochs: 1), run("b", "accuracy", 0.9, time: 1, epochs: 9),
      run("c", "accuracy", .nan, time: 2, epochs: 4), run("d", "rmse", 7, time: 5, epochs: 2),
      run("e", "rmse", 2, time: 4, epochs: 2), run("f", time: 6), run("g", "rmse", .infinity),
    ]
    let expected: [RunQuery.Order: String] = [
      .time: "fdeacbg", .name: "abcdefg", .score: "bacedgf", .epochs: "bcdeafg",
      .seconds: "bcdeafg",
    ]
    for order in RunQuery.Order.allCases {
      #expect(names(runs) { $0.order = order }.joined() == expected[order], "\(order)")
      #expect(names(runs.reversed()) { $0.order = order }.joined() == expected[order], "\(order)")
    }
  }

  @Test func filtersLeaveOut() {
    var noted = run("noted")
    noted.note = "the LARGE one"
    let runs = [
      run("plain"), run("tagged", tags: ["x", "y z"]), run("half", tags: ["x"], .unfinished), noted,
    ]
    #expect(names(runs) { $0.tags = ["x"] } == ["half", "tagged"])
    #expect(names(runs) { $0.tags = ["x", "y z"] } == ["tagged"])
    #expect(names(runs) { $0.states = [.unfinished, .damaged] } == ["half"])
    #expect(names(runs) { $0.text = "large" } == ["noted"])
    #expect(names(runs) { $0.text = "Y Z" } == ["tagged"])
    #expect(names(runs) { $0.data = "PLAIN.csv" } == ["plain"])
    #expect(names(runs) { $0.text = "nothing" } == [])
  }
}
