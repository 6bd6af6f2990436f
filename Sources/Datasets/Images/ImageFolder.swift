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
/// machine. What systems leave behind is passed over; folders within a class belong to it. One folder
/// around the classes is opened; parts of a set are not taken for classes.
package struct ImageFolder: Sendable {
  /// A file and what it shows.
  package struct File: Sendable, Equatable {
    /// From the folder on: `class/name.jpg`.
    package let path: String
    /// The place of its class.
    package let label: Int
  }

  /// The folder that holds the classes' folders.
  package let path: String
  /// The names of the folders that hold files.
  package let classes: [String]
  /// Sorted by class, then by path.
  package let files: [File]
  /// What a reader should know: files beside the classes, folders without files.
  package let notes: [String]

  private static let deepest = 16

  /// Lists a folder.
  /// - Throws: `Problem` when it cannot be read, has no classes, or holds the parts of a set.
  package init(listing path: String) throws {
    var notes: [String] = []
    var path = path
    var content = try Content(path)
    while let inner = content.wrapped {
      notes.append("\(path): its one folder is `\(inner)`, so the classes are the folders in that")
      path += "/\(inner)"
      content = try Content(path)
    }
    guard !content.folders.isEmpty else {
      throw Problem.data(
        path, expected: "a folder of images for each class",
        found: content.strays == 0 ? "no files" : "\(content.strays) files and no such folder",
        fix: "put the images of each class in a folder of its name")
    }
    let layout = ImageLayout(content.folders.map { ($0.name, $0.inner) })
    if let problem = layout.problem(path) { throw problem }
    notes += layout.note.map { ["\(path): \($0)"] } ?? []
    // Names in two Unicode forms are equal; the shorter one is the composed form.
    var spellings: [String: [Content.Folder]] = [:]
    for folder in content.folders { spellings[folder.name, default: []].append(folder) }
    for (name, folders) in spellings where folders.count > 1 {
      notes.append(
        "\(path): \(folders.count) folders are called `\(name)`, in different Unicode forms, and are "
          + "one class")
    }
    let named = spellings.values.map { folders in
      (
        name: folders.map(\.name).min { $0.utf8.count < $1.utf8.count }!,
        files: folders.flatMap(\.files)
      )
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.path = path
    classes = named.map(\.name)
    files = named.enumerated().flatMap { label, folder in
      folder.files.map { File(path: $0, label: label) }
    }
    self.notes = notes + content.notes(path)
  }

  /// What lies in a folder of classes.
  private struct Content {
    struct Folder {
      let name: String
      /// From the folder of classes on.
      let files: [String]
      /// The folders in it that hold files; nil for one that holds files itself.
      let inner: [String]?
      /// Whether it, or the one folder in it, and so on, holds several folders and no files beside.
      let isAround: Bool
    }

    private(set) var folders: [Folder] = []
    private(set) var strays = 0
    private var empty: [String] = []
    private var passedOver = Leftovers()

    init(_ path: String) throws {
      for name in try ImageFolder.names(path, &passedOver) {
        guard ImageFolder.isFolder("\(path)/\(name)") else {
          strays += 1
          continue
        }
        let files = try ImageFolder.files(path, name, depth: 0, &passedOver)
        if files.isEmpty {
          empty.append(name)
          continue
        }
        let parts = files.map { $0.dropFirst(name.count + 1).split(separator: "/") }
        let isDirect = parts.contains { $0.count == 1 }
        folders.append(
          Folder(
            name: name, files: files,
            inner: isDirect ? nil : Set(parts.map { String($0[0]) }).sorted(),
            isAround: Self.isAround(parts)))
      }
    }

    private static func isAround(_ paths: [[Substring]]) -> Bool {
      for depth in 0..<deepest {
        guard paths.allSatisfy({ $0.count > depth + 1 }) else { return false }
        if Set(paths.map { $0[depth] }).count > 1 { return true }
      }
      return false
    }

    /// The one folder around all others.
    var wrapped: String? {
      folders.count == 1 && folders[0].isAround ? folders[0].name : nil
    }

    func notes(_ path: String) -> [String] {
      (strays > 0 ? ["\(path): files beside the classes' folders, not used: \(strays)"] : [])
        + (empty.isEmpty
          ? [] : ["\(path): folders without files, no classes: " + Preprocessing.list(empty)])
        + (passedOver.note.map { ["\(path): \($0)"] } ?? [])
    }
  }

  /// Whether there is a folder at a path.
  package static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

  /// Whether there is a plain file at a path.
  static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// All files below a folder, whatever they show, from the folder on and sorted; what systems leave
  /// behind is passed over.
  package static func files(below path: String) throws -> [String] {
    var leftovers = Leftovers()
    return try files(path, "", depth: 0, &leftovers).map { String($0.dropFirst()) }
  }

  /// Sorted by their bytes.
  private static func names(_ path: String, _ leftovers: inout Leftovers) throws -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { leftovers.keeps($0) }
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

  private static func files(
    _ root: String, _ path: String, depth: Int, _ leftovers: inout Leftovers
  ) throws -> [String] {
    // A link may lead back up.
    guard depth < deepest else {
      throw Problem.data(
        "\(root)/\(path)", expected: "at most \(deepest) folders inside one another", found: "more",
        fix: "check for links that lead back")
    }
    var found: [String] = []
    for name in try names("\(root)/\(path)", &leftovers) {
      let inner = "\(path)/\(name)"
      switch kind("\(root)/\(inner)") {
      case S_IFDIR: found += try files(root, inner, depth: depth + 1, &leftovers)
      // Reading a pipe would wait for somebody to write to it.
      case S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK: break
      default: found.append(inner)
      }
    }
    return found
  }
}

/// What systems and programs leave in folders that nobody put there.
private struct Leftovers {
  private var count = 0
  private var first: [String] = []

  private static let names: Set = [
    "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "__macosx", "icon\r",
    "$recycle.bin", "system volume information", "@eadir", "lost+found",
  ]

  /// Whether somebody put it there; counts it if not.
  mutating func keeps(_ name: String) -> Bool {
    guard name.hasPrefix(".") || Self.names.contains(name.lowercased()) else { return true }
    count += 1
    if first.count < 3, !first.contains(name) { first.append(name) }
    return false
  }

  var note: String? {
    count == 0
      ? nil
      : "passed over \(count) hidden files and files of the system: " + Preprocessing.list(first)
        + (count > first.count ? ", …" : "")
  }
}
