public import Datasets
import Engine
public import Training

/// A model as it is served: what answers, and what it is called. A class, since every request holds the one
/// it began with.
public final class ServedModel: Sendable {
  /// What every answer says about the model that gave it.
  public struct Identity: Codable, Sendable, Hashable {
    /// Its name in a registry, or the name of its run or file.
    public var name: String
    /// Its version in a registry; nil outside of one.
    public var version: Int?
    /// SHA-256 of its file, in hexadecimal digits.
    public var hash: String

    /// Everything said.
    public init(name: String, version: Int? = nil, hash: String) {
      (self.name, self.version, self.hash) = (name, version, hash)
    }
  }

  /// What answers.
  public let trained: TrainedModel
  /// What it is called.
  public let identity: Identity

  /// A model that is there already.
  public init(_ trained: TrainedModel, _ identity: Identity) {
    (self.trained, self.identity) = (trained, identity)
  }

  /// Reads a model from a file, or the folder of a run, and runs its golden examples.
  ///
  /// - Parameters:
  ///   - name: nil calls it after its run or file.
  ///   - decoders: read the images that it is asked about.
  /// - Throws: `Problem` for a file that is missing, damaged or no model.
  public convenience init(
    path: String, name: String? = nil, version: Int? = nil, decoders: Decoders = .none
  ) throws {
    let file = try RunFolder.modelFile(of: path)
    var source = try FileSource(path: file)
    let bytes = try source.readAll(limit: 1 << 40)
    self.init(
      try TrainedModel(bytes: bytes, name: file, decoders: decoders),
      Identity(
        name: name ?? Self.name(of: path), version: version, hash: SHA256.hex(bytes)))
  }

  /// `students` of `runs/students`, `runs/students/model.safetensors` and `students.safetensors`.
  private static func name(of path: String) -> String {
    var parts = path.split(separator: "/").filter { $0 != "." }
    if parts.count > 1, parts.last == "model.safetensors" { parts.removeLast() }
    let last = parts.last.map(String.init) ?? "model"
    return last.hasSuffix(".safetensors") ? String(last.dropLast(12)) : last
  }
}
