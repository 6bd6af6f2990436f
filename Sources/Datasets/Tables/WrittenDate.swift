import Engine

/// In which order a column writes day, month and year.
package enum DateOrder: String, Sendable, NamedChoice {
  /// `2021-03-14`
  case yearFirst = "year_first"
  /// `14.03.2021`
  case dayFirst = "day_first"
  /// `03/14/2021`
  case monthFirst = "month_first"
}

/// A cell that may be a date, a time or both, taken apart.
///
/// Read are numbers with `-`, `/`, `.` or spaces between them, months by their English names, `2021-03`,
/// and times such as `10:30`, `10:30:15.5`, `10:30 PM`. A zone behind the time is passed over: what counts
/// is what the clock on the wall showed.
struct WrittenDate {
  /// Day, month and year in the order they are written; a month alone with its year has two.
  private(set) var numbers: [Int] = []
  /// Of the years, which have four digits or two.
  private var lengths: [Int] = []
  /// Where a month stands as a word.
  private var named: Int?
  private(set) var separator = UInt8(0)
  /// Since midnight; nil without a time.
  private(set) var seconds: Double?

  init?(_ field: UnsafeBufferPointer<UInt8>) {
    guard field.count >= 4, field.count <= 40, let text = String(validating: field, as: UTF8.self)
    else { return nil }
    let words = text.split { $0 == " " || $0 == "T" && text.contains(":") || $0 == "\u{00A0}" }
    var dateWords: [Substring] = []
    var times: [Substring] = []
    for word in words {
      if word.contains(":") || !times.isEmpty { times.append(word) } else { dateWords.append(word) }
    }
    guard times.isEmpty || takeTime(times), dateWords.isEmpty ? seconds != nil : takeDate(dateWords)
    else { return nil }
  }

  private mutating func takeDate(_ words: [Substring]) -> Bool {
    var parts: [Substring] = []
    if words.count == 1 {
      guard let sign = words[0].utf8.first(where: { "-/.".utf8.contains($0) }) else { return false }
      separator = sign
      parts = words[0].split(
        separator: Character(UnicodeScalar(sign)), omittingEmptySubsequences: false)
    } else {
      separator = UInt8(ascii: " ")
      parts = words.map { $0.last == "," || $0.last == "." ? $0.dropLast() : $0 }
      if parts.count == 4, Self.place(of: parts[0], in: Self.weekdays) != nil {
        parts.removeFirst()
      }
    }
    guard parts.count == 2 || parts.count == 3 else { return false }
    for (place, part) in parts.enumerated() {
      if let month = Self.place(of: part, in: Self.months), named == nil {
        named = place
        numbers.append(month + 1)
        lengths.append(0)
      } else if let number = Self.number(part) {
        numbers.append(number)
        lengths.append(part.utf8.count)
      } else {
        return false
      }
    }
    return !possible.isEmpty
  }

  /// The orders in which it is a day of the calendar.
  var possible: [DateOrder] {
    guard !numbers.isEmpty else { return DateOrder.allCases }
    return DateOrder.allCases.filter { date(in: $0) != nil }
  }

  /// What it says in an order; nil where that is no date. A time alone is one on the first of 1970.
  func date(in order: DateOrder) -> CivilDate? {
    guard !numbers.isEmpty else {
      return CivilDate(year: 1970, month: 1, day: 1, seconds: seconds ?? 0)
    }
    if numbers.count == 2 { return monthAndYear(in: order) }
    // A month by its name says what the others are.
    let places: (year: Int, month: Int, day: Int) =
      switch named.map({ $0 == 0 ? .monthFirst : lengths[0] == 4 ? .yearFirst : .dayFirst })
        ?? order
      {
      case .yearFirst: (0, 1, 2)
      case .dayFirst: (2, 1, 0)
      case .monthFirst: (2, 0, 1)
      }
    if named == 2 { return nil }
    // A point is put behind days where people write them first.
    if separator == UInt8(ascii: "."), order == .monthFirst { return nil }
    guard let year = year(places.year), lengths[places.month] <= 2, lengths[places.day] <= 2 else {
      return nil
    }
    return CivilDate(
      year: year, month: numbers[places.month], day: numbers[places.day], seconds: seconds ?? 0)
  }

  /// `2021-03`, `03/2021`, `Mar 2021`; `3.14` is none.
  private func monthAndYear(in order: DateOrder) -> CivilDate? {
    guard separator != UInt8(ascii: ".") || seconds != nil else { return nil }
    let yearPlace = named.map { 1 - $0 } ?? (order == .yearFirst ? 0 : 1)
    guard lengths[yearPlace] == 4, lengths[1 - yearPlace] != 1 else { return nil }
    return CivilDate(
      year: numbers[yearPlace], month: numbers[1 - yearPlace], day: 1, seconds: seconds ?? 0)
  }

  /// Two digits are a year of the last third of the 20th century or of the 21st, as POSIX has it.
  private func year(_ place: Int) -> Int? {
    switch lengths[place] {
    case 4: numbers[place]
    case 2 where place > 0: numbers[place] + (numbers[place] < 69 ? 2000 : 1900)
    default: nil
    }
  }

  private mutating func takeTime(_ words: [Substring]) -> Bool {
    guard words.count <= 3 else { return false }
    var clock = words[0]
    var rest = words.dropFirst()
    if clock.last == "Z" { clock = clock.dropLast() }
    if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard Self.isZone(clock[sign...]) else { return false }
      clock = clock[..<sign]
    }
    var half: Int?
    if let word = rest.first?.lowercased(), word == "am" || word == "pm" {
      half = word == "am" ? 0 : 12
      rest = rest.dropFirst()
    }
    guard rest.allSatisfy(Self.isZone) else { return false }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, var hour = Self.number(parts[0]),
      let minute = Self.number(parts[1]), parts[1].utf8.count == 2, minute < 60
    else { return false }
    if let half {
      guard (1...12).contains(hour) else { return false }
      hour = hour % 12 + half
    }
    var second = 0.0
    if parts.count == 3 {
      guard parts[2].utf8.count >= 2, let number = Double(parts[2]), number >= 0, number < 61 else {
        return false
      }
      second = number
    }
    guard hour < 24 else { return false }
    seconds = Double(hour * 3600 + minute * 60) + second
    return true
  }

  private static func isZone(_ text: Substring) -> Bool {
    if text.first == "+" || text.first == "-" {
      return text.dropFirst().filter { $0 != ":" }.allSatisfy(\.isASCII) && text.count <= 6
        && number(text.dropFirst().filter { $0 != ":" }[...]) != nil
    }
    return text == "Z" || (2...4).contains(text.count) && text.allSatisfy(\.isUppercase)
  }

  private static func number(_ text: Substring) -> Int? {
    (1...4).contains(text.utf8.count) && text.utf8.allSatisfy(WrittenNumber.Byte.isDigit)
      ? Int(text) : nil
  }

  /// A name or its beginning of three letters.
  private static func place(of text: Substring, in names: [String]) -> Int? {
    let lower = text.lowercased()
    guard lower.utf8.count >= 3 else { return nil }
    return names.firstIndex { $0 == lower || lower.count <= 4 && $0.hasPrefix(lower) }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october",
    "november", "december",
  ]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]
}
