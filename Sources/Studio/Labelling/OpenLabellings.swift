import Engine
import Networks

/// The data that pages label. Whoever opens the same data takes part in the same labelling.
actor OpenLabellings {
  private struct Key: Hashable {
    let path, column: String
    let foldersAreClasses: Bool?
  }

  private var open: [(id: String, key: Key, labelling: Labelling)] = []
  /// Who opens one more closes the oldest; its answers are on the disk.
  private static let most = 16

  /// What a page asks for.
  struct Wish: Decodable, Sendable {
    let path: String
    let column: String?
    let foldersAreClasses: Bool?

    private enum CodingKeys: String, CodingKey {
      case path, column
      case foldersAreClasses = "folders_are_classes"
    }
  }

  /// - Returns: its name.
  /// - Throws: `Problem` for what cannot be labelled.
  func add(_ wish: Wish, _ readers: StudioReaders) async throws -> String {
    let isByFolders = wish.foldersAreClasses
    let data = try LabelledData(
      wish.path, column: wish.column, foldersAreClasses: isByFolders, readers.decoders)
    let key = Key(path: data.labelsPath, column: data.column, foldersAreClasses: isByFolders)
    // Files that were added or changed since make it another one, which reads the same journal.
    if let place = open.firstIndex(where: { $0.key == key }) {
      if open[place].labelling.data.items.map(\.id) == data.items.map(\.id) {
        return open[place].id
      }
      await open.remove(at: place).labelling.close()
    }
    let id = StudioServer.token()
    open.append((id, key, try Labelling(data, readers)))
    if open.count > Self.most { await open.removeFirst().labelling.close() }
    return id
  }

  /// - Throws: `Problem` if there is none of this name.
  func labelling(_ id: String) throws -> Labelling {
    guard let labelling = open.first(where: { $0.id == id })?.labelling else {
      throw Problem.data(
        "labelling", expected: "one that is open", found: "`\(id)`", fix: "load the page again")
    }
    return labelling
  }
}
