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
    func forecast(_ name: String, _ form: ForecastForm) -> NaiveForecast? {
      guard let places = references(form) else { return nil }
      let scalings = places.compactMap(scaling(ofInput:))
      guard scalings.count == places.count else { return nil }
      return NaiveForecast(
        name: name,
        values: (0..<data.count).flatMap { row in
          let input = data.inputs[row]
          return zip(places, scalings).map { Float(Double(input[$0]) * $1.scale + $1.offset) }
        })
    }
    return [
      forecast("the last value", .change),
      series.season.flatMap { forecast("the value \($0) steps before", .seasonalChange) },
    ].compactMap(\.self)
  }

  /// The place of the input that each answer is compared with; nil where it is not there.
  package func references(_ form: ForecastForm) -> [Int]? {
    guard let series else { return nil }
    let places = series.inputs(inputNames)
    let found = (series.first...series.last).compactMap { ahead in
      series.reference(form, ahead: ahead).flatMap { places[$0] }
    }
    return found.count == series.last - series.first + 1 ? found : nil
  }

  /// The places of the values that are looked back on, by how many steps; empty for no series.
  package var lookedBack: [Int: Int] { series?.inputs(inputNames) ?? [:] }

  /// The same for data of a series that learn its values or changes: for changes, inputs and answers have
  /// one scale.
  ///
  /// - Returns: nil where there is nothing to compare with, such as a season.
  package func learning(_ form: ForecastForm) -> Preprocessing? {
    var other: Preprocessing
    if form == .value {
      other = self
    } else {
      guard references(form) != nil, let last = lookedBack[1], let scaling = scaling(ofInput: last)
      else { return nil }
      let scale = TargetScale(mean: scaling.offset, deviation: scaling.scale)
      other = answering(targetNames, .numbers(targetScales.map { _ in scale }), roles: roles)
    }
    other.series?.form = form
    return other
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

  /// The places of the forecast column's values among inputs of these names, by how many steps back.
  fileprivate func inputs(_ names: [String]) -> [Int: Int] {
    var placeOf: [String: Int] = [:]
    for (place, name) in names.enumerated() { placeOf[name] = place }
    var places: [Int: Int] = [:]
    for steps in 1...history { places[steps] = placeOf[Self.lag(column, steps)] }
    return places
  }

  /// Less is no season.
  private static let leastLikeness = 0.3
}
