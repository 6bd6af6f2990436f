import Formatting
import Glassbox

/// Texts of the library as the command line says them.
///
/// The library speaks of settings, which may stand in a file, in a variable or in a server's request:
/// `class_weights: balanced`. Here they are flags.
enum CommandText {
  /// With every setting between backticks as its flag: `--class-weights balanced`.
  static func withFlags(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    // A backtick without its second one quotes nothing.
    guard parts.count > 2, !parts.count.isMultiple(of: 2) else { return text }
    return parts.enumerated().map { place, part in
      place.isMultiple(of: 2) ? String(part) : flag(part) ?? "`\(part)`"
    }.joined()
  }

  private static func flag(_ quoted: Substring) -> String? {
    // No settings of a run, but flags of commands that write.
    if ["force", "study", "folds", "labels", "scale", "offset", "input_shape"].contains(quoted) {
      return "--\(quoted.replacing("_", with: "-"))"
    }
    let pair = quoted.split(separator: ":", maxSplits: 1)
    guard let name = pair.first,
      let setting = RunConfiguration.settings.first(where: { $0.name == name })
    else { return nil }
    guard pair.count == 2 else { return setting.flag }
    let value = String(pair[1]).trimmed
    if setting.isSwitch, value == "true" { return setting.flag }
    return "\(setting.flag) \(value.shellQuoted)"
  }
}

extension Problem {
  /// The sentences that the command line prints: what stands in a file is mended there, all else by flags.
  var commandText: String {
    all.map { problem in
      let isInFile = problem.origin.map { !$0.hasPrefix("-") } ?? false
      return (isInFile ? problem : problem.rewritten(CommandText.withFlags)).description
    }.joined(separator: "\n")
  }
}
