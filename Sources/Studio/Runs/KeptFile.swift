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
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    guard !last.isEmpty, !last.hasPrefix("."), last.utf8.count <= 200,
      !last.unicodeScalars.contains(where: { $0.value < 0x20 })
    else {
      throw Problem.data("name", expected: "the name of a file", found: "`\(name)`")
    }
    (self.name, self.folder) = (last, "\(folder)/data")
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
