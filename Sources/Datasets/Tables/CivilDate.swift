/// A day and a time of day as a clock on the wall shows them, without a zone.
struct CivilDate: Equatable {
  var year: Int
  /// From 1.
  var month: Int
  /// From 1.
  var day: Int
  /// Since midnight.
  var seconds: Double

  /// Nil for a day that no calendar has.
  init?(year: Int, month: Int, day: Int, seconds: Double = 0) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(inMonth: month, of: year)
    else { return nil }
    (self.year, self.month, self.day, self.seconds) = (year, month, day, seconds)
  }

  /// Of seconds since the beginning of 1970; the nearest day of the years 1 to 9999 for others, which only
  /// a forged file has.
  init(secondsSince1970: Double) {
    let seconds = secondsSince1970.isNaN ? 0 : secondsSince1970
    let exact = (seconds / Self.secondsPerDay).rounded(.down)
    let days = max(-719_162, min(exact, 2_932_896))
    self.seconds = days == exact ? seconds - days * Self.secondsPerDay : 0
    // Counted from the first of March of the year 0, a leap day is the last of its year, and 400 years
    // always have 146,097 days.
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  static let secondsPerDay = 86_400.0

  /// Seconds since the beginning of 1970; negative before.
  var secondsSince1970: Double { Double(daysSince1970) * Self.secondsPerDay + seconds }

  /// Whole days since the first of January 1970, in the Gregorian calendar carried backwards.
  var daysSince1970: Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// From 0 for Monday.
  var weekday: Int {
    let day = (daysSince1970 + 3) % 7  // the first of January 1970 was a Thursday
    return day < 0 ? day + 7 : day
  }

  /// From 0.
  var dayOfYear: Int {
    (1..<month).reduce(0) { $0 + Self.days(inMonth: $1, of: year) } + day - 1
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// As ISO 8601 writes it; the time only where there is one.
  var text: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let years = "\(year)"
    let date =
      String(repeating: "0", count: 4 - years.count) + years + "-\(two(month))-\(two(day))"
    guard seconds > 0 else { return date }
    let whole = Int(seconds)
    let time = "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
    let rest = seconds - Double(whole)
    return "\(date)T\(time)" + (rest > 0 ? "\(rest)".dropFirst() : "")
  }
}
