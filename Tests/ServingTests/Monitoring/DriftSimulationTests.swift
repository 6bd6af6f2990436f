import DriftSimulation
import Engine
import Serving
import Testing

/// A small form of the simulation that `Benchmarks/drift/results.md` shows.
@Suite struct DriftSimulationTests {
  private func simulation(_ windows: Int) -> DriftSimulation {
    var simulation = DriftSimulation()
    (simulation.referenceRows, simulation.windows, simulation.windowsOfReference) =
      (2000, windows, 10)
    return simulation
  }

  @Test(arguments: SimulatedColumn.quiet)
  func quietColumnsRaiseFewAlarms(_ column: SimulatedColumn) {
    for rows in [50, 200, 1000] {
      let result = simulation(200).run([column], rows: rows)
      #expect(result.found <= 0.05, "\(column.name), \(rows) rows: \(result.found)")
    }
  }

  @Test func manyQuietColumnsRaiseFewAlarms() {
    for rows in [50, 1000] {
      let result = simulation(200).run(DriftSimulation.columns(10), rows: rows)
      #expect(result.found <= 0.05, "\(rows) rows: \(result.found)")
    }
  }

  @Test func movesAreFound() {
    let normal = simulation(50).run([.normal()], rows: 2000, moved: .normal(movedBy: 0.25))
    #expect(normal.found >= 0.9, "\(normal)")
    let classes = simulation(50).run(
      [.categories("classes", [0.5, 0.5])], rows: 5000,
      moved: .categories("classes", [0.6, 0.4]))
    #expect(classes.found >= 0.9, "\(classes)")
  }

  @Test func fewRowsAreCalledFew() {
    #expect(simulation(50).run([.normal()], rows: 50).notEnough >= 0.9)
    #expect(simulation(50).run([.normal()], rows: 3000).notEnough == 0)
  }

  @Test func intervalsHoldTheTrueIndex() {
    for moved in [0.25, 0.5] {
      let result = simulation(200).run(
        [.normal()], rows: 1000, moved: .normal(movedBy: moved))
      #expect((0.9...1).contains(result.covered), "\(moved): \(result.covered)")
    }
  }
}
