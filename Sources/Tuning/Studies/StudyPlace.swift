import Databases
import Engine

/// Where a study is: what is known of it, and its files.
package struct StudyPlace: Sendable, Hashable {
  /// For runs and reports, on this machine.
  package let folder: String
  /// The file or the database that knows all trials.
  let store: String
  /// Whether processes of other machines train for it too.
  let isShared: Bool

  /// A study of this machine, in a folder.
  init(folder: String) {
    self.init(folder: folder, store: "\(folder)/\(StudyFile.name)", isShared: false)
  }

  package init(folder: String, store: String, isShared: Bool) {
    (self.folder, self.store, self.isShared) = (folder, store, isShared)
  }

  /// - Parameters:
  ///   - text: a folder, or the address of a database; then files are in the folder of its name.
  ///   - studies: the folder of all studies.
  /// - Throws: `Problem` for an address that cannot be read, and where another study has that folder.
  package init(_ text: String, studies: String = "studies") throws {
    guard PostgresAddress.isAddress(text) else {
      self.init(folder: text)
      return
    }
    let name = try PostgresAddress(text, usualName: StudyFile.usualName).name
    self.init(folder: "\(studies)/\(name)", store: text, isShared: true)
    guard !Study.exists(in: folder) else {
      throw Problem(
        .cannotCreate, folder, expected: "no study of this machine where a shared one has its runs",
        found: "one", fix: "call one of them otherwise")
    }
  }

  /// As people may see it.
  package var shown: String { isShared ? PostgresAddress.shown(store) : folder }

  /// Whether there is a study. One that was begun, and ended before anything was known, is none yet.
  /// - Throws: `Problem` for a database that cannot be reached.
  func holdsStudy() throws -> Bool {
    guard isShared else { return Study.exists(in: folder) }
    do { return try !StudyFile(self, .read).isEmpty() } catch let problem as Problem
      where problem.kind == .missing
    { return false }
  }

  /// - Throws: `Problem` where there is no study.
  func requireStudy() throws {
    guard try !holdsStudy() else { return }
    throw Problem(
      .missing, shown, expected: isShared ? "the name of a study" : "the folder of a study",
      found: "none", fix: isShared ? "check the name behind the database" : "check the path")
  }
}
