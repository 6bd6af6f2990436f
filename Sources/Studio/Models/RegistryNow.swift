import Serving

/// The registry as it stands, for the page.
struct RegistryNow: Encodable {
  struct Model: Encodable {
    let name: String
    let versions: [RegisteredVersion]
    /// The newest first.
    let history: [RegistryEvent]
  }

  /// Its folder, or its address.
  let folder: String
  let models: [Model]
  /// Models that cannot be read, and why.
  let notes: [String]

  /// - Throws: `Problem` for a registry that cannot be read.
  init(_ registry: ModelRegistry) throws {
    folder = registry.shownPath
    var (models, notes): ([Model], [String]) = ([], [])
    for name in try registry.names() {
      do {
        models.append(
          Model(
            name: name, versions: try registry.versions(of: name),
            history: try registry.history(of: name).reversed()))
      } catch { notes.append("\(name): \(error)") }
    }
    (self.models, self.notes) = (models, notes)
  }
}
