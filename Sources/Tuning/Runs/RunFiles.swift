import Engine
import Platform
import Training

/// A folder that is a run, and when its files were written, which tells without opening one whether
/// anything has changed.
struct RunFiles {
  /// Its folder, as seen from the folder of all runs.
  let name: String
  /// Different after each change of a file that the list is made of.
  let signature: String
  /// When its training wrote last, since the beginning of 1970.
  let milliseconds: UInt64

  /// A folder with one of these was made by a training.
  private static let marks: Set<RunFolder.File> = [.configuration, .metrics, .checkpoint]
  /// What the list is made of. Of the others it is enough whether they are there.
  private static let content: [RunFolder.File] = [.configuration, .metrics, .report, .about]
  private static let presence: [RunFolder.File] = [.checkpoint, .model]

  /// Nil for a folder that is no run.
  init?(_ path: String, name: String) {
    var signature = ""
    var isRun = false
    var latest: UInt64 = 0
    for file in Self.content + Self.presence {
      var status = stat()
      let isThere = stat("\(path)/\(file.rawValue)", &status) == 0
      if isThere, Self.marks.contains(file) { isRun = true }
      guard Self.content.contains(file) else {
        signature += isThere ? "+ " : "- "
        continue
      }
      guard isThere else {
        signature += "- "
        continue
      }
      let time = status.modified
      signature += "\(time.tv_sec).\(time.tv_nsec).\(status.st_size).\(status.st_ino) "
      if file != .about {
        latest = max(
          latest, UInt64(max(0, time.tv_sec)) * 1000 + UInt64(time.tv_nsec) / 1_000_000)
      }
    }
    guard isRun else { return nil }
    (self.name, self.signature, milliseconds) = (name, signature, latest)
  }

  /// Whether a folder is a run.
  static func isRun(_ path: String) -> Bool { RunFiles(path, name: "") != nil }

  /// How many folders deep runs are looked for: those of a study lie below its name.
  private static let depth = 4

  /// The runs in a folder and in those below that are no runs themselves, by name.
  ///
  /// - Parameter notes: told which folders could not be read.
  /// - Throws: `Problem` if the folder itself cannot be read.
  static func all(in path: String, notes: inout [String]) throws -> [RunFiles] {
    try all(in: path, below: "", depth, &notes)
  }

  private static func all(
    in path: String, below prefix: String, _ depth: Int, _ notes: inout [String]
  ) throws -> [RunFiles] {
    var found: [RunFiles] = []
    for name in try RunFolder.folders(in: path) {
      let (folder, full) = ("\(path)/\(name)", prefix + name)
      if let run = RunFiles(folder, name: full) {
        found.append(run)
      } else if depth > 1, !isLink(folder) {
        // A link may lead back to where it is.
        do {
          found += try all(in: folder, below: full + "/", depth - 1, &notes)
        } catch let problem as Problem {
          notes.append("a folder is left out: \(problem)")
        }
      }
    }
    return found
  }

  /// Is it a link, whatever it leads to?
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}

extension stat {
  /// When its content was written last.
  fileprivate var modified: timespec {
    #if canImport(Darwin)
      st_mtimespec
    #else
      st_mtim
    #endif
  }
}
