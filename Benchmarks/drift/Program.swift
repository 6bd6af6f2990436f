import Engine
import Networks
import Serving

/// Prints the tables of `results.md`: `swift run -c release DriftSimulation`, or with a number of windows.
@main struct Program {
  static func main() throws {
    var simulation = DriftSimulation()
    let words = CommandLine.arguments.dropFirst()
    if let windows = words.first.flatMap({ Int($0) }) { simulation.windows = windows }
    let images =
      words.dropFirst().first
      ?? "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"
    print("False alarms, of \(simulation.windows) windows, and \"not enough data\" in brackets\n")
    let kinds = SimulatedColumn.quiet
    row(["recent rows"] + kinds.map(\.name) + ["50 columns"], isHeading: true)
    for rows in [50, 200, 1000, 10_000, 100_000] {
      let results =
        kinds.map { simulation.run([$0], rows: rows) }
        + [simulation.run(DriftSimulation.columns(50), rows: rows)]
      row(["\(rows)"] + results.map { "\($0.found.shareText) (\($0.notEnough.shareText))" })
    }
    let windows = min(500, simulation.windows)
    print("\nFound, of \(windows) windows, of \(windows / 5) beside other columns\n")
    let moves: [(name: String, before: SimulatedColumn, now: SimulatedColumn)] = [
      ("normal by 0.25 deviations", .normal(), .normal(movedBy: 0.25)),
      ("normal by 0.2 deviations", .normal(), .normal(movedBy: 0.2)),
      (
        "class from 50 to 60 %", .categories("classes", [0.5, 0.5]),
        .categories("classes", [0.6, 0.4])
      ),
      (
        "class from 10 to 20 %", .categories("classes", [0.1, 0.9]),
        .categories("classes", [0.2, 0.8])
      ),
      (
        "4 points between two of 5 labels", .categories("labels", [0.2, 0.2, 0.2, 0.2, 0.2]),
        .categories("labels", [0.24, 0.16, 0.2, 0.2, 0.2])
      ),
    ]
    let sizes = [200, 500, 1000, 2000, 5000, 100_000]
    row(["move", "columns"] + sizes.map { "\($0)" } + ["interval holds"], isHeading: true)
    for move in moves {
      for count in [1, 50] {
        simulation.windows = count == 1 ? windows : windows / 5
        let columns = [move.before] + DriftSimulation.columns(count).dropFirst()
        // What fewer rows of many columns show needs no more of them.
        let own = sizes.filter { count == 1 || $0 <= 5000 }
        let results = own.map { simulation.run(columns, rows: $0, moved: move.now) }
        let covered = results.map(\.covered)
        row(
          [move.name, "\(count)"] + results.map(\.found.shareText)
            + sizes.dropFirst(own.count).map { _ in "" }
            + ["\(covered.min()!.shareText) to \(covered.max()!.shareText)"])
      }
    }
    guard AtomicFile.exists(images) else { return print("\nNo images at \(images).") }
    print("\nImages, of \(windows) windows\n")
    row(["recent images", "quiet", "20 % brighter", "blurred"], isHeading: true)
    let photographs = try ImageSimulation(path: images)
    for rows in [50, 200, 500, 1000] {
      row(["\(rows)"] + photographs.found(rows, windows: windows).map(\.shareText))
    }
  }

  private static func row(_ cells: [String], isHeading: Bool = false) {
    print("| " + cells.joined(separator: " | ") + " |")
    if isHeading { print("|" + String(repeating: "---|", count: cells.count)) }
  }
}

extension Double {
  /// In percent.
  fileprivate var shareText: String { "\((self * 1000).rounded() / 10) %" }
}
