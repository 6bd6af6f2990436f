import Engine
import Platform

/// How a date becomes inputs: the time elapsed, and where it lies in the cycles that the training rows
/// went through.
///
/// A season and an hour are points on a circle, a sine and a cosine, so that December lies beside
/// January. A day of the week is an input of its own each: Sunday lies beside Monday, but is not like it.
package struct DateEncoding: Codable, Sendable, Equatable {
  /// Subtracted from the days since 1970.
  package var offset: Double
  /// Then divided by.
  package var scale: Double
  /// Days since 1970 that a missing cell counts as.
  package var fill: Double
  /// The order of day, month and year in the training file.
  package var order: DateOrder
  /// Whether the training rows cover several months.
  package var hasSeason: Bool
  /// Whether they fall on several days of the week, and not on one day of the month alone.
  package var hasWeekday: Bool
  /// Whether they have times of a day.
  package var hasHour: Bool
  /// Whether one more input is 1 where the cell is missing.
  package var indicator: Bool

  /// Looks at the training rows' dates; nil if there is only one.
  init?(
    fitting seconds: some Sequence<Double>, order: DateOrder, scaling: PreprocessingOptions.Scaling
  ) {
    let spread = Spread(seconds.lazy.map { $0 / CivilDate.secondsPerDay })
    guard spread.greatest > spread.least else { return nil }
    (offset, scale) = spread.scaler(scaling)
    fill = spread.mean
    self.order = order
    var (months, weekdays, days, times) = (
      Set<Int>(), Set<Int>(), Set<Int>(), Set<Double>()
    )
    var missing = 0
    for second in seconds {
      guard !second.isNaN else {
        missing += 1
        continue
      }
      let date = CivilDate(secondsSince1970: second)
      months.insert(date.month)
      weekdays.insert(date.weekday)
      days.insert(date.day)
      // Two different ones are enough.
      if times.count < 2 { times.insert(date.seconds) }
    }
    hasSeason = months.count > 1
    hasWeekday = weekdays.count > 1 && days.count > 1
    hasHour = times.count > 1
    indicator = missing > 0
  }

  /// A mean tropical year, in days.
  private static let year = 365.2422

  /// The number of inputs.
  var width: Int {
    1 + (hasSeason ? 2 : 0) + (hasWeekday ? 7 : 0) + (hasHour ? 2 : 0) + (indicator ? 1 : 0)
  }

  func inputNames(_ name: String) -> [String] {
    ["\(name), days"] + (hasSeason ? ["\(name), season sine", "\(name), season cosine"] : [])
      + (hasWeekday ? Self.weekdays.map { "\(name) is a \($0)" } : [])
      + (hasHour ? ["\(name), hour sine", "\(name), hour cosine"] : [])
      + (indicator ? ["\(name) is missing"] : [])
  }

  private static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  func summary(_ name: String) -> String {
    let parts =
      ["days elapsed"] + (hasSeason ? ["season"] : []) + (hasWeekday ? ["day of the week"] : [])
      + (hasHour ? ["time of day"] : [])
    return "\(name): a date as " + parts.joined(separator: ", ")
  }

  /// Writes a date's inputs; NaN is missing.
  func encode(seconds: Double, into destination: UnsafeMutablePointer<Float>) {
    let isMissing = seconds.isNaN
    let days = isMissing ? fill : seconds / CivilDate.secondsPerDay
    var next = destination
    func put(_ value: Double) {
      next.pointee = Float(value)
      next += 1
    }
    func putCircle(_ share: Double) {
      put(isMissing ? 0 : sin(2 * .pi * share))
      put(isMissing ? 0 : cos(2 * .pi * share))
    }
    put((days - offset) / scale)
    let date = CivilDate(secondsSince1970: isMissing ? 0 : seconds)
    if hasSeason {
      putCircle((Double(date.dayOfYear) + date.seconds / CivilDate.secondsPerDay) / Self.year)
    }
    if hasWeekday { for day in 0..<7 { put(!isMissing && day == date.weekday ? 1 : 0) } }
    if hasHour { putCircle(date.seconds / CivilDate.secondsPerDay) }
    if indicator { put(isMissing ? 1 : 0) }
  }

  /// The seconds that inputs were made of; NaN for a missing cell.
  func seconds(of inputs: ArraySlice<Float>) -> Double {
    if indicator, inputs.last == 1 { return .nan }
    return (Double(inputs.first ?? 0) * scale + offset) * CivilDate.secondsPerDay
  }

  /// The date that inputs were made of, to the minute; `missing` without one.
  package func text(of inputs: [Float]) -> String {
    text(days: seconds(of: inputs[...]) / CivilDate.secondsPerDay)
  }

  /// A date as it is written, to the minute where training had times of a day; `missing` for NaN.
  /// - Parameter days: since the beginning of 1970.
  package func text(days: Double) -> String {
    let seconds = days * CivilDate.secondsPerDay
    guard !seconds.isNaN else { return "missing" }
    let unit = hasHour ? 60 : CivilDate.secondsPerDay
    return CivilDate(secondsSince1970: (seconds / unit).rounded() * unit).text
  }

  /// Whether the numbers are such as a fitting gives.
  var isValid: Bool { offset.isFinite && fill.isFinite && scale.isFinite && scale > 0 }
}
