import Engine

/// What recomputing a worked example may cost: one that a person can follow costs a thousandth of it,
/// and a file that asks for more is refused instead of being waited for.
final class Work {
  /// In products of two numbers.
  static let most = 5_000_000
  private var left = Work.most

  var isExhausted: Bool { left < 0 }

  /// - Throws: ``Problem`` when nothing is left.
  func spend(_ amount: Int) throws {
    left -= min(amount, Self.most + 1)
    guard left >= 0 else {
      throw Problem.shape(
        "formula", expected: "an example that takes at most \(Self.most) multiplications",
        found: "more", fix: "split the file, or use shorter lists")
    }
  }
}
