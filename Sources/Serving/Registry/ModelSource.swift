import Databases
public import Datasets
import Engine
import Networks
import Training

/// Where the model that a server answers with comes from.
public enum ModelSource: Sendable {
  /// A model file or the folder of a run, read once.
  case file(String)
  /// The live version of a model in a registry, whichever that is at any time.
  case live(ModelRegistry, name: String)

  /// Finds out what a path names: a model file, a run, a model of a registry, or a registry with one model.
  ///
  /// - Parameter path: also the address of a registry, with the name of a model behind it or not.
  /// - Throws: `Problem` for a registry without models, or with several.
  public init(path: String, decoders: Decoders = .none) throws {
    if let (address, name) = PostgresAddress.parts(of: path) {
      let registry = ModelRegistry(path: address, decoders: decoders)
      self = .live(registry, name: try name ?? Self.only(registry.names(), registry.shownPath))
      return
    }
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    if AtomicFile.exists("\(trimmed)/\(RegistryFolder.logName)") {
      let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
      let parent = parts.dropLast().joined(separator: "/")
      self = .live(
        ModelRegistry(path: parts.count > 1 ? parent : ".", decoders: decoders),
        name: String(parts.last ?? ""))
      return
    }
    let registry = ModelRegistry(path: trimmed, decoders: decoders)
    // A model file holds no others.
    let names = RunFolder.isFolder(trimmed) ? try registry.names() : []
    self =
      names.isEmpty ? .file(path) : .live(registry, name: try Self.only(names, registry.shownPath))
  }

  private static func only(_ names: [String], _ place: String) throws -> String {
    guard names.count == 1 else {
      throw Problem.data(
        place, expected: "a model, or a registry with one",
        found: names.isEmpty ? "one without models" : "one with " + names.joined(separator: ", "),
        fix: names.first.map { "write `\(place)/\($0)`" } ?? "register one")
    }
    return names[0]
  }

  /// Reads it.
  /// - Throws: `Problem` if nothing is live, or for a model that is missing or damaged.
  public func load(decoders: Decoders = .none) throws -> ServedModel {
    switch self {
    case .file(let path): return try ServedModel(path: path, decoders: decoders)
    case .live(let registry, let name):
      guard let live = try registry.live(name) else {
        throw Problem.data(
          "\(registry.shownPath)/\(name)", expected: "a live version", found: "none",
          fix: "promote one")
      }
      return try registry.load(name, version: live.version)
    }
  }
}
