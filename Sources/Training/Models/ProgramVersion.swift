/// Which program this is, for files and reports.
public enum ProgramVersion {
  /// Follows semantic versioning.
  public static let number = "0.1.0"
}
