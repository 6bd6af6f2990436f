import Engine
import Networks
import Training

/// A file that was dropped on the page, kept where trainings find it again.
struct KeptFile {
  private let name: String
  private let folder: String

  /// A larger one is named by its path, and read where it lies.
  static let most = 256 << 20

  /// - Throws: `Problem` for a name that leads elsewhere.
  init(name: String, in folder: String) throws {
    (self.name, self.folder) = (try Self.last(of: name), "\(folder)/data")
  }

  /// A file of several that were dropped together.
  ///
  /// - Parameters:
  ///   - path: its name behind those of the folders that it lay in: a picture's class counts.
  ///   - set: the path of the folder that ``newFolder(_:in:)`` made for them.
  /// - Throws: `Problem` for names that lead elsewhere.
  init(path: String, ofSet set: String, in folder: String) throws {
    let parts = Self.parts(path)
    guard parts.count <= Self.deepest, set == "\(folder)/data/\(try Self.last(of: set))",
      AtomicFile.exists(set)
    else {
      throw Problem.data(
        "set", expected: "a folder that was made for these files", found: "`\(set)`")
    }
    let folders = try parts.dropLast().map(Self.last)
    (name, self.folder) = (try Self.last(of: path), ([set] + folders).joined(separator: "/"))
  }

  private static let deepest = 8

  /// Makes a folder for files that belong together, under a name with a number where another has the name.
  /// - Returns: its path.
  static func newFolder(_ name: String, in folder: String) throws -> String {
    let name = try last(of: name)
    var (path, number) = ("\(folder)/data/\(name)", 1)
    while AtomicFile.exists(path) {
      number += 1
      path = "\(folder)/data/\(name)-\(number)"
    }
    try RunFolder.create(path)
    return path
  }

  private static func parts(_ path: String) -> [String] {
    path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).map(String.init)
  }

  private static func last(of path: String) throws -> String {
    let last = parts(path).last ?? ""
    guard !last.isEmpty, !last.hasPrefix("."), last.utf8.count <= 200,
      !last.unicodeScalars.contains(where: { $0.value < 0x20 })
    else {
      throw Problem.data("name", expected: "the name of a file", found: "`\(path)`")
    }
    return last
  }

  /// Writes it, under a name with a number where another file has the name.
  /// - Returns: its path.
  func write(_ bytes: [UInt8]) throws -> String {
    try RunFolder.create(folder)
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    var (path, number) = ("\(folder)/\(name)", 1)
    while AtomicFile.exists(path) {
      if try AtomicFile.read(path, limit: 1 << 30) == bytes { return path }
      number += 1
      path = "\(folder)/\(name[..<dot])-\(number)\(name[dot...])"
    }
    try AtomicFile.write(bytes, to: path)
    return path
  }
}
