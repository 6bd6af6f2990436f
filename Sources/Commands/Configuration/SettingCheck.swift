import Glassbox

/// What is wrong with one setting, looked at by itself.
struct SettingCheck {
  let name: String
  let value: JSONValue
  /// Where a path such as `network[1].units` stands.
  let location: (_ path: String) -> String

  var problems: [Problem] {
    do {
      _ = try JSONText.decode(
        RunConfiguration.self, from: JSONText.encode([name: value]), at: Self.unnamed)
      return []
    } catch let problem as Problem {
      return problem.all.map(placed)
    } catch {
      return [Problem.data(location(name), expected: "a value for \(name)", found: "\(error)")]
    }
  }

  /// What the reader calls a text that has no name.
  private static let unnamed = "setting"

  /// With the line of the file, if the problem says which setting it is about.
  private func placed(_ problem: Problem) -> Problem {
    var path = problem.location
    if path.hasPrefix("\(Self.unnamed): ") { path = String(path.dropFirst(Self.unnamed.count + 2)) }
    // `network[0]: activation`: a layer, and what it calls the rest.
    let setting = path.firstRange(of: ": ").map { String(path[..<$0.lowerBound]) } ?? path
    let place = location(setting.hasPrefix(name) ? setting : name)
    // A flag or a variable has said the setting's name already.
    let isNamed = place.hasPrefix("--") || place.hasPrefix("GLASSBOX_")
    if isNamed, path.hasPrefix(name) { path = String(path.dropFirst(name.count)) }
    if isNamed, path.hasPrefix(": ") { path = String(path.dropFirst(2)) }
    return Problem.data(
      path.isEmpty ? place : "\(place): \(path)", expected: problem.expected,
      found: problem.found, fix: problem.fix)
  }
}
