import Charts
import Datasets
import Formatting
import Training

extension ReportPage {
  /// What was forecast beside what came, for the nearest and the farthest step; none for data that are no
  /// series.
  ///
  /// - Parameter targets: for each step its name, and true and predicted values in the order of the rows.
  func forecasts(_ targets: [(String, [[Double]])]) -> [String] {
    guard let series = model.preprocessing.series else { return [] }
    let shown = targets.count > 1 ? [0, targets.count - 1] : [0]
    return shown.filter { targets.indices.contains($0) && targets[$0].1.count > 1 }.map { place in
      let pairs = targets[place].1.filter { $0.count == 2 }
      let ahead = series.first + place
      let chart = LineChart(
        title: "\(series.column), \(ahead) \(ahead == 1 ? "step" : "steps") ahead",
        series: [
          .init("what came", values: pairs.map { $0[0] }),
          .init("forecast", values: pairs.map { $0[1] }),
        ], xTitle: "window", yTitle: series.column.shortened(to: 30))
      return chart.figure.html(
        "forecast-\(ahead)",
        caption:
          "Each point is forecast from the \(series.history) steps before it, all of them known"
          + (series.group == nil ? "." : "; one series after the other."))
    }
  }
}
