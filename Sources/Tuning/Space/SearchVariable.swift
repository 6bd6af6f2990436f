import Engine
import Formatting
import Networks
import Training

/// A setting that a study looks for, or a part of one, as a space names it.
struct SearchVariable: Sendable, Hashable {
  /// What it may be.
  indirect enum Values: Sendable, Hashable {
    case choices([SearchChoice])
    case range(SearchRange)
    /// A list of so many.
    case list(lengths: ClosedRange<Int>, each: Values)
  }

  /// `learning_rate`, `optimizer.momentum`, `network[1].units`.
  let name: String
  let path: SettingPath
  /// Where it is written: `space.yaml:3:1`.
  let origin: String
  var values: Values
  /// It is there if each of these variables has one of the values.
  var conditions: [Condition] = []

  /// What it says: `learning_rate 0.0001 to 0.1 (log)`.
  var sentence: String { "`\(name)` \(values.sentence)" }

  struct Condition: Sendable, Hashable {
    let variable: String
    let values: [Int]
  }
}

extension SearchVariable.Values {
  var sentence: String {
    switch self {
    case .choices(let choices): choices.map(\.text).alternatives
    case .range(let range):
      "\(range.low.brief) to \(range.high.brief)" + (range.isLogarithmic ? " (log)" : "")
        + (range.step.map { " by \($0.brief)" } ?? "")
    case .list(let lengths, let each):
      "\(lengths.lowerBound) to \(lengths.upperBound) of \(each.sentence)"
    }
  }
}

/// One of the values that are given one by one.
struct SearchChoice: Sendable, Hashable {
  let value: LocatedValue
  /// As it is shown: the value's name, or its JSON text.
  let text: String

  init(_ value: LocatedValue) {
    self.value = value
    text =
      if case .text(let text) = value.content { text } else {
        (try? JSONText.encode(value)) ?? value.description
      }
  }

  /// Whether a condition means it: by its text, or by the name among its settings.
  func isMeant(by other: SearchChoice) -> Bool {
    if text == other.text { return true }
    guard case .text(let name)? = value.members?["name"]?.content,
      case .text(let wanted) = other.value.content
    else { return text.normalizedName == other.text.normalizedName }
    return name.normalizedName == wanted.normalizedName
  }

  // Where it is written makes no difference.
  static func == (one: SearchChoice, other: SearchChoice) -> Bool { one.text == other.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Numbers between two ends, both included.
struct SearchRange: Sendable, Hashable {
  let low: Double
  let high: Double
  var isLogarithmic = false
  /// From `low` on; nil for any number, or any whole one.
  var step: Double?
  var isWhole = false

  /// What samplers see: steps are counted.
  var domain: SearchDimension.Domain {
    if let step {
      return .whole(
        low: 0, high: Int(((high - low) / step + 1e-9).rounded(.down)), isLogarithmic: false)
    }
    return isWhole
      ? .whole(low: Int(low), high: Int(high), isLogarithmic: isLogarithmic)
      : .real(low: low, high: high, isLogarithmic: isLogarithmic)
  }

  /// The value that a number of a sampler stands for.
  func value(_ number: Double) -> LocatedValue {
    let number = step.map { low + number * $0 } ?? number
    if isWhole { return LocatedValue(.integer(Int(number.rounded()))) }
    // Nobody reads more, and steps such as 0.1 add up with an error.
    return LocatedValue(.number(min(max(number.rounded(toDigits: 5), low), high)))
  }

  /// What a value is to samplers, moved to the nearest end if it lies outside.
  func number(_ value: Double) -> Double {
    let value = min(max(value, low), high)
    return step.map { ((value - low) / $0).rounded() } ?? (isWhole ? value.rounded() : value)
  }
}

extension Double {
  /// To so many significant decimal digits.
  fileprivate func rounded(toDigits digits: Int) -> Double {
    guard self != 0, isFinite else { return self }
    let exponent = Int(Double.log10(magnitude).rounded(.down))
    let places = digits - 1 - exponent
    // Powers below one are no exact numbers; whole ones are up to 10²².
    let power = Double.powerOfTen(places.magnitude > 22 ? 0 : Int(places.magnitude))
    return places >= 0 ? (self * power).rounded() / power : (self / power).rounded() * power
  }
}
