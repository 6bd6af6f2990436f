public import Engine

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What apps and servers log is `localizedDescription`, which without this tells only a type's name.
extension Problem: LocalizedError {
  /// The whole sentence: where, expected, found, fix.
  public var errorDescription: String? { description }
  /// What is wrong, without how to mend it.
  public var failureReason: String? { "\(place): expected \(expected), found \(found)." }
  /// How to mend it; nil if nothing more can be said.
  public var recoverySuggestion: String? { fix.isEmpty ? nil : fix }
}
