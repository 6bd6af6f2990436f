/// What the check says of one number, or of one formula, that a worked example claims.
public enum Verdict: String, Sendable, Codable, CaseIterable {
  /// It is the right value.
  case right
  /// The right value rounds to it, or what follows from the numbers as they are printed does.
  case rounded
  /// The error is made here.
  case wrong
  /// It follows from numbers as they are printed, but those are wrong already.
  case inherited
}

/// A number or a formula behind an equals sign, with what is right.
public struct Claim: Sendable, Codable, Equatable {
  /// Where it stands in the file.
  public var place: TextPlace
  /// As it is printed.
  public var text: String
  /// What it is claimed to be equal to: a name or a formula.
  public var of: String
  public var verdict: Verdict
  /// The number it gives as it is printed.
  public var claimed: Double
  /// The number it ought to be.
  public var right: Double
  /// Where the error was made that it inherits; nil otherwise.
  public var origin: TextPlace?
}
