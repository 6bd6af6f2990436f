import Engine
import Networks

/// Where weights that a training began with came from, if they were neither drawn nor a model's of here.
package struct WeightsOrigin: Codable, Sendable, Equatable {
  /// As it was named then.
  package let file: String
  /// Of the file, as 64 hexadecimal digits.
  package let sha256: String
  /// How its names were read, as JSON.
  package let rules: String

  package init(file: String, sha256: String, rules: String) {
    (self.file, self.sha256, self.rules) = (file, sha256, rules)
  }

  /// For reports.
  var note: String {
    "the training began with the weights of \(file) (SHA-256 \(sha256.prefix(12))…), which are kept in "
      + "\(RunFolder.File.start.rawValue)"
  }
}

/// The weights themselves, as a run keeps them: it goes on without the file that they came from.
struct FirstWeights {
  let tensors: [(name: String, tensor: Tensor)]
  let origin: WeightsOrigin

  private static let key = "origin"

  init(_ tensors: [(name: String, tensor: Tensor)], _ origin: WeightsOrigin) {
    (self.tensors, self.origin) = (tensors, origin)
  }

  /// - Throws: `Problem` for a file that is damaged or of another kind.
  init(path: String) throws {
    let file = try SafeTensors(path: path)
    guard let text = file.metadata[Self.key] else {
      throw Problem(
        .malformed, path, expected: "the weights that a run began with",
        found: "a file of other tensors", fix: "take a good copy of the run's folder")
    }
    origin = try JSONText.decode(WeightsOrigin.self, from: text, at: path)
    tensors = try file.entries.map { ($0.name, try $0.tensor(at: path)) }
  }

  /// - Throws: `Problem` if it cannot be written.
  func write(to path: String) throws {
    try SafeTensors(
      tensors.map { SafeTensors.Entry($0.name, $0.tensor) },
      metadata: [Self.key: JSONText.encode(origin)]
    ).write(to: path)
  }
}
