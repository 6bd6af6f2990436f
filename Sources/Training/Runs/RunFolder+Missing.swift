import Engine
import Networks

extension RunFolder {
  /// A run or a model that is not where it was looked for, with the one that may be meant: the nearest
  /// name among the runs beside it and those in `runs`, or all of them.
  static func missing(_ path: String, expected: String) -> Problem {
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folders = parent.isEmpty ? [".", "runs"] : [parent.joined(separator: "/"), "runs"]
    var known: [RunFolder] = []
    for folder in folders {
      // A folder that cannot be read has no run to name.
      for run in (try? all(in: folder)) ?? [] where !known.contains(where: { $0.path == run.path })
      {
        known.append(run)
      }
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let paths = known.map { $0.path.hasPrefix("./") ? String($0.path.dropFirst(2)) : $0.path }
    let fix: String
    if let near = name.nearest(among: known.map(\.name)),
      let place = known.firstIndex(where: { $0.name == near })
    {
      fix = "write `\(paths[place])`"
    } else if paths.isEmpty {
      fix = "check the path"
    } else {
      fix =
        "the runs here are " + paths.prefix(10).joined(separator: ", ")
        + (paths.count > 10 ? ", …" : "")
    }
    return Problem(.missing, path, expected: expected, found: "no such file or folder", fix: fix)
  }
}
