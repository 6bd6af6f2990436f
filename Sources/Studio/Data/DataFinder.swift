import Datasets
import Networks
import Platform
import Training

/// The data that lie below a folder, found by looking at names alone.
struct DataFinder {
  struct Found: Encodable {
    enum Kind: String, Encodable {
      case table, pictures
      /// A folder of pictures for each class.
      case classes
    }
    let path: String
    let kind: Kind
    /// Of a table.
    let bytes: Int?
    /// Pictures, or the folders of classes.
    let count: Int?
  }

  private(set) var found: [Found] = []
  /// What was not looked at, in words.
  private(set) var notes: [String] = []
  private var looked = 0

  private static let deepest = 5
  private static let mostEntries = 50_000
  private static let mostFound = 500
  private static let tableEndings = [".csv", ".tsv", ".csv.gz", ".csv.zip"]

  /// - Parameter folder: `.` for the present one, which paths then begin at.
  mutating func look(in folder: String) {
    look(folder, folder == "." ? "" : folder + "/", Self.deepest)
    if looked >= Self.mostEntries {
      notes.append("only the first \(Self.mostEntries) files and folders were looked at")
    }
    if found.count > Self.mostFound {
      notes.append("and \(found.count - Self.mostFound) more, which are not listed")
      found.removeLast(found.count - Self.mostFound)
    }
  }

  private mutating func look(_ folder: String, _ prefix: String, _ depth: Int) {
    guard looked < Self.mostEntries, depth > 0 else { return }
    let names = Self.names(in: folder)
    looked += names.count
    let pictures = names.count(where: DataTable.namesImage)
    var folders: [String] = []
    for name in names {
      if ImageFolder.isFolder("\(folder)/\(name)") {
        folders.append(name)
      } else if Self.tableEndings.contains(where: name.lowercased().hasSuffix) {
        var status = stat()
        let size = stat("\(folder)/\(name)", &status) == 0 ? Int(status.st_size) : nil
        found.append(Found(path: prefix + name, kind: .table, bytes: size, count: nil))
      }
    }
    let own = prefix.isEmpty ? "." : String(prefix.dropLast())
    if pictures > 0 {
      found.append(Found(path: own, kind: .pictures, bytes: nil, count: pictures))
    }
    // The folders of classes are one set, not many.
    let classes = folders.filter {
      Self.names(in: "\(folder)/\($0)").contains(where: DataTable.namesImage)
    }
    if classes.count > 1, pictures == 0 {
      found.append(Found(path: own, kind: .classes, bytes: nil, count: classes.count))
    }
    let isSet = pictures > 0 || classes.count > 1
    for name in folders where !(isSet && classes.contains(name)) {
      // What a training wrote is no data.
      let inner = "\(folder)/\(name)"
      if AtomicFile.exists("\(inner)/config.json") { continue }
      look(inner, "\(prefix)\(name)/", depth - 1)
    }
  }

  /// The names in a folder but for hidden ones, sorted; none for a folder that cannot be read.
  private static func names(in folder: String) -> [String] {
    let all = (try? RunFolder.entries(in: folder)) ?? []
    return all.filter { !$0.hasPrefix(".") && $0 != "node_modules" }
  }
}
