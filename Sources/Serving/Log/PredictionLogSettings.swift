import Databases
import Engine
import Formatting

/// How the answers of a server are logged: one row for each in an SQLite file, or in a database that several servers
/// share.
public struct PredictionLogSettings: Sendable, Hashable {
  /// How much of what was asked is kept.
  public enum Inputs: String, Codable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// How many cells were missing; of images their size, brightness, contrast and sharpness.
    case summary
    /// Also the cells of rows, which monitoring and learning again need. Pixels are never kept.
    case full
  }

  /// The file, or the address of a PostgreSQL database (`postgres://host/database/name`); made if it is not there.
  public var path: String
  /// How much of what was asked is kept.
  public var inputs = Inputs.full
  /// The most that the file and those beside it take, in bytes; the oldest rows go first.
  public var bytes = 1 << 30
  /// The greatest age of a row, in days.
  public var days = 90.0
  /// The most memory for rows that are not written yet, in bytes; what does not fit is dropped and counted.
  public var bufferBytes = 8 << 20

  /// The usual settings for a file.
  public init(path: String) { self.path = path }

  /// The file, or the address without its password.
  package var shownPath: String { PostgresAddress.shown(path) }

  /// Less would not hold one group of rows and the journal of SQLite.
  static let leastBytes = 16 << 20

  /// What is wrong with them.
  var problems: [Problem] {
    var problems: [Problem] = []
    if path.isEmpty {
      problems.append(Problem.data("log", expected: "a file", found: "an empty name"))
    }
    if bytes < Self.leastBytes {
      problems.append(
        Problem.data(
          "log_size", expected: "at least \(Double(Self.leastBytes).byteText)",
          found: Double(bytes).byteText))
    }
    if !(days > 0 && days <= 36_500) {
      problems.append(
        Problem.data("log_days", expected: "a number above 0, up to 36500", found: "\(days)"))
    }
    return problems
  }
}
