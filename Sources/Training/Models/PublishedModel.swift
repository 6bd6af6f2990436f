import Engine
import Networks
import Platform

/// A model that others trained and published, kept outside of every project once it was fetched: it is named
/// wherever a model is.
package enum PublishedModel: String, CaseIterable, Sendable {
  case imageNetLite0 = "imagenet-lite0"
  case imageNetLite1 = "imagenet-lite1"
  case imageNetLite2 = "imagenet-lite2"

  /// Its file.
  /// - Throws: `Problem` saying how to fetch it if it is not there.
  package func path(in folder: String = Self.folder) throws -> String {
    let path = "\(folder)/\(rawValue)/\(RunFolder.File.model.rawValue)"
    guard AtomicFile.exists(path) else {
      throw Problem(
        .missing, path, expected: "the model \(rawValue)", found: "nothing",
        fix: "fetch it once with Scripts/imagenet.sh, which says what it takes and puts it there "
          + "(Docs/exchange.md)")
    }
    return path
  }

  /// `GLASSBOX_MODELS`, or where the user's programs keep what can be fetched again.
  package static var folder: String {
    let named = getenv("GLASSBOX_MODELS").map { String(cString: $0) } ?? ""
    return named.isEmpty ? CacheFolder.usual ?? "/tmp/.cache/glassbox" : named
  }
}
