import Engine
import Serving
import Training
import Tuning

/// A model that somebody means: that of a run, or a version of a registry.
struct ModelWish: Decodable, Sendable {
  var run: String?
  var model: String?
  /// Nil for the live one.
  var version: Int?
}

extension StudioState {
  /// Reads it, and runs its golden examples.
  /// - Throws: `Problem` for one that is not there, or no longer works as it did.
  func load(_ wish: ModelWish) throws -> ServedModel {
    if let run = wish.run {
      return try ServedModel(path: runs.run(run).path, decoders: readers.decoders)
    }
    guard let name = wish.model else {
      throw Problem.data("model", expected: "a run, or a model of the registry", found: "none")
    }
    guard let version = wish.version else {
      return try ModelSource.live(registry, name: name).load(decoders: readers.decoders)
    }
    return try registry.load(name, version: version)
  }
}
