import Engine
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder with a folder of images for each class, listed but not yet opened.
///
/// Classes and files are in the order of their names' bytes, so the list is the same on every
/// machine. Names that begin with a full stop are passed over; folders within a class belong to it.
package struct ImageFolder: Sendable {
  /// A file and what it shows.
  package struct File: Sendable, Equatable {
    /// From the folder on: `class/name.jpg`.
    package let path: String
    /// The place of its class.
    package let label: Int
  }

  /// The folder.
  package let path: String
  /// The names of the folders that hold files.
  package let classes: [String]
  /// Sorted by class, then by path.
  package let files: [File]
  /// What a reader should know: files beside the classes, folders without files.
  package let notes: [String]

  private static let deepest = 16

  /// Lists a folder.
  /// - Throws: `Problem` when it cannot be read, when it has no classes.
  package init(listing path: String) throws {
    var classes: [String] = []
    var files: [File] = []
    var empty: [String] = []
    var strays = 0
    for name in try Self.names(path) {
      guard Self.isFolder("\(path)/\(name)") else {
        strays += 1
        continue
      }
      let found = try Self.files(path, name, depth: 0)
      if found.isEmpty {
        empty.append(name)
        continue
      }
      files += found.map { File(path: $0, label: classes.count) }
      classes.append(name)
    }
    guard !classes.isEmpty else {
      throw Problem.data(
        path, expected: "a folder of images for each class",
        found: strays == 0 ? "no files" : "\(strays) files and no such folder",
        fix: "put the images of each class in a folder of its name")
    }
    let parts: Set = ["train", "training", "val", "valid", "validation", "test", "testing"]
    if classes.allSatisfy({ parts.contains($0.lowercased()) }) {
      throw Problem.data(
        path, expected: "a folder for each class", found: classes.joined(separator: ", "),
        fix: "name the parts: \(path)/\(classes.last { $0.hasPrefix("tr") } ?? classes[0]), "
          + "and the others with `validation` and `test`")
    }
    self.path = path
    self.classes = classes
    self.files = files
    notes =
      (strays > 0 ? ["\(path): files beside the classes' folders, not used: \(strays)"] : [])
      + (empty.isEmpty
        ? [] : ["\(path): folders without files, no classes: " + Preprocessing.list(empty)])
  }

  /// Whether there is a folder at a path.
  package static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// All files below a folder, whatever they show, from the folder on and sorted.
  package static func files(below path: String) throws -> [String] {
    try files(path, "", depth: 0).map { String($0.dropFirst()) }
  }

  /// Sorted by their bytes.
  private static func names(_ path: String) throws -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      // Bytes that are no text were replaced by a mark, so such a file cannot be found by its name.
      if let odd = names.first(where: { $0.contains("\u{FFFD}") && kind("\(path)/\($0)") == nil }) {
        throw Problem.data(
          "\(path)/\(odd)", expected: "a file name in UTF-8", found: "other bytes",
          fix: "rename the file")
      }
      return names
    } catch let problem as Problem where problem.kind == .data {
      throw problem
    } catch {
      let isMissing = access(path, F_OK) != 0
      throw Problem(
        isMissing ? .missing : .inputOutput, path, expected: "a readable folder",
        found: isMissing ? "no such folder" : "\(error)", fix: isMissing ? "check the path" : "")
    }
  }

  private static func files(_ root: String, _ path: String, depth: Int) throws -> [String] {
    // A link may lead back up.
    guard depth < deepest else {
      throw Problem.data(
        "\(root)/\(path)", expected: "at most \(deepest) folders inside one another", found: "more",
        fix: "check for links that lead back")
    }
    return try names("\(root)/\(path)").flatMap { name in
      let inner = "\(path)/\(name)"
      switch kind("\(root)/\(inner)") {
      case S_IFDIR: return try files(root, inner, depth: depth + 1)
      // Reading a pipe would wait for somebody to write to it.
      case S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK: return []
      default: return [inner]
      }
    }
  }
}
