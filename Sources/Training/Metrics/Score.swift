import Formatting

/// A number that says how good a model is, with its 95 % interval and what it was counted on.
///
/// A score that has no meaning for these examples has no value and says why; it is never "not a
/// number", so that every score can be written as JSON.
public struct Score: Codable, Sendable, Equatable {
  /// The point estimate; nil when it is undefined.
  public let value: Double?
  /// Lower end of the 95 % interval; nil when there is none.
  public let low: Double?
  /// Upper end of the 95 % interval; nil when there is none.
  public let high: Double?
  /// How many examples the score was counted on: for precision the predictions of the class, for
  /// recall its true examples, otherwise all that take part.
  public let of: Int
  /// Why the value or the interval is missing; nil when both are there.
  public let reason: String?

  /// A defined score; `reason` says why it may have no interval. What was added to keep the interval
  /// from vanishing never moves it off the value.
  init(_ value: Double, _ interval: Interval?, of count: Int, without reason: String) {
    self.value = value
    low = interval.map { min($0.low, value) }
    high = interval.map { max($0.high, value) }
    of = count
    self.reason = interval == nil ? reason : nil
  }

  /// A score that is undefined, and why.
  init(undefined reason: String, of count: Int) {
    value = nil
    low = nil
    high = nil
    of = count
    self.reason = reason
  }

  /// A share of `count` examples with its interval; 0 when there are none.
  package init(hits: Int, of count: Int) {
    self.init(
      count == 0 ? 0 : Double(hits) / Double(count), .share(hits: hits, of: count), of: count,
      without: Self.tooFew(count, Interval.fewestForShares))
  }

  /// `7 examples, fewer than the 10 that an interval needs`.
  static func tooFew(_ count: Int, _ fewest: Int) -> String {
    "\(count) \(count == 1 ? "example" : "examples"), fewer than the \(fewest) that an interval needs"
  }
}

extension Score {
  /// `0.913 [0.87, 0.94]` for shares, the ends with two decimals or more; the reason when there is no
  /// value.
  package func text(endDecimals: Int = 2) -> String {
    guard let value else { return "- (\(reason ?? "undefined"))" }
    let text = value.text(decimals: 3)
    guard let low, let high else { return text }
    return text + " [\(low.text(decimals: endDecimals)), "
      + "\(high.text(decimals: endDecimals))]"
  }

  /// `12.34 [11.02, 13.97]` for numbers of any size; the reason when there is no value.
  package var significantDigits: String {
    guard let value else { return "- (\(reason ?? "undefined"))" }
    guard let low, let high else { return value.shortText }
    return "\(value.shortText) [\(low.shortText), \(high.shortText)]"
  }
}
