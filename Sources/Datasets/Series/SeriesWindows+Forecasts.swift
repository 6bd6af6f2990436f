import Engine

/// A forecast that anybody can make who looks at the series.
package struct NaiveForecast: Sendable {
  /// `the last value`.
  package let name: String
  /// Row-major, examples × steps, in the series' own unit.
  package let values: [Float]
}

extension Preprocessing {
  /// What is forecast without learning: the last value, and the value of the same place in the season
  /// before. None for data that are no series.
  package func naiveForecasts(of data: Dataset) -> [NaiveForecast] {
    guard let series else { return [] }
    var placeOf: [String: Int] = [:]
    for (place, name) in inputNames.enumerated() { placeOf[name] = place }
    func forecast(_ name: String, _ lag: (_ ahead: Int) -> Int) -> NaiveForecast? {
      let steps = (series.first...series.last).map { ahead -> (Int, NumberScaling)? in
        guard let place = placeOf[SeriesWindows.lag(series.column, lag(ahead))],
          let scaling = scaling(ofInput: place)
        else { return nil }
        return (place, scaling)
      }
      let known = steps.compactMap(\.self)
      guard known.count == steps.count else { return nil }
      return NaiveForecast(
        name: name,
        values: (0..<data.count).flatMap { row in
          let input = data.inputs[row]
          return known.map { Float(Double(input[$0.0]) * $0.1.scale + $0.1.offset) }
        })
    }
    return [
      forecast("the last value") { _ in 1 },
      series.season.flatMap { season in
        forecast("the value \(season) steps before") { ahead in
          (ahead + season - 1) / season * season - ahead + 1
        }
      },
    ].compactMap(\.self)
  }
}

extension SeriesWindows {
  /// With the season that training rows speak for, if nobody said one: the number of steps, of those that
  /// are looked back on, after which they are most like themselves.
  func withSeason(in table: DataTable, rows: [Int]) -> SeriesWindows {
    guard season == nil, let column = try? table.column(Self.lag(column, 1)),
      case .numbers(let numbers) = column.cells
    else { return self }
    let values = rows.map { numbers[$0] }
    let spread = Spread(values)
    guard spread.deviation > 0 else { return self }
    let scaled = values.map { $0.isNaN ? 0 : ($0 - spread.mean) / spread.deviation }
    func likeness(_ steps: Int) -> Double {
      guard scaled.count >= 2 * steps else { return 0 }
      let products = zip(scaled, scaled.dropFirst(steps)).reduce(0) { $0 + $1.0 * $1.1 }
      return products / Double(scaled.count - steps)
    }
    let likenesses = (0...history + 1).map(likeness)
    let peaks = (2...max(2, history)).filter { steps in
      steps <= history && likenesses[steps] > likenesses[steps - 1]
        && likenesses[steps] >= likenesses[steps + 1] && likenesses[steps] > Self.leastLikeness
    }
    var found = self
    found.season = peaks.max { likenesses[$0] < likenesses[$1] }
    return found
  }

  /// Less is no season.
  private static let leastLikeness = 0.3
}
