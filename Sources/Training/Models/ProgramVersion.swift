/// Which program this is, for files and reports.
package enum ProgramVersion {
  /// Follows semantic versioning.
  package static let number = "0.1.0"
}
