package import Datasets
package import Engine
import Networks

/// Weights by their names, from whichever program: a safetensors file or one of PyTorch's.
package struct WeightsFile: Sendable {
  /// In the order of the file.
  package let tensors: [(name: String, tensor: Tensor)]
  /// What messages call it.
  package let name: String
  /// What was left out, in sentences.
  package let notes: [String]
  /// Of the file; empty for tensors that were in memory.
  package let sha256: String

  /// The largest file accepted, in bytes.
  private static let limit = 16 << 30

  /// Reads a file; its first bytes say of which kind it is.
  /// - Parameter decoders: unpack PyTorch's archives.
  /// - Throws: `Problem` if it is missing, damaged, or needs code to be read.
  package init(path: String, decoders: Decoders) throws {
    try self.init(
      bytes: AtomicFile.read(path, limit: Self.limit), name: path, decoders: decoders)
  }

  /// Tensors that are in memory.
  package init(tensors: [(name: String, tensor: Tensor)], name: String) {
    self.init(tensors: tensors, name: name, notes: [], sha256: "")
  }

  private init(
    tensors: [(name: String, tensor: Tensor)], name: String, notes: [String], sha256: String
  ) {
    (self.tensors, self.name, self.notes, self.sha256) = (tensors, name, notes, sha256)
  }

  /// The same for the bytes of a file.
  package init(bytes: [UInt8], name: String, decoders: Decoders) throws {
    self.name = name
    sha256 = SHA256.hex(bytes)
    if PyTorchFile.isOne(bytes) {
      let file = try PyTorchFile(bytes: bytes, decoders: decoders, at: name)
      tensors = file.tensors
      notes =
        file.others == 0
        ? [] : ["\(name): \(file.others) values beside the tensors were left out"]
      return
    }
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else {
      throw Problem(
        .malformed, name, expected: "weights: a file that torch.save wrote, or safetensors",
        found: bytes.isEmpty ? "an empty file" : "\(bytes.count) bytes of another kind",
        fix: Pickle.saveAgain)
    }
    let file = try SafeTensors(bytes: bytes, from: name)
    let kept = file.entries.filter { $0.elements.isFloat }
    tensors = try kept.map { ($0.name, try $0.tensor(at: name)) }
    let others = file.entries.count - kept.count
    notes =
      others == 0 ? [] : ["\(name): \(others) tensors of whole or of 64-bit numbers were left out"]
  }
}

extension WeightsFile {
  /// The part of a checkpoint in which tensors of such names stand, `model` or `state_dict` or `module`, under
  /// the names they have in it; itself where some have such names already, or none has in any part.
  ///
  /// - Parameter expected: names of tensors.
  func part(with expected: Set<String>) -> WeightsFile {
    var counts: [Substring: Int] = [:]
    for (name, _) in tensors {
      guard !expected.contains(name) else { return self }
      for dot in name.indices where name[dot] == "." {
        if expected.contains(String(name[name.index(after: dot)...])) {
          counts[name[...dot], default: 0] += 1
        }
      }
    }
    // The shortest of those that hold most.
    let order = { (a: (key: Substring, value: Int), b: (key: Substring, value: Int)) in
      (a.value, b.key.count, b.key) < (b.value, a.key.count, a.key)
    }
    guard let part = counts.max(by: order)?.key else { return self }
    let kept = tensors.filter { $0.name.hasPrefix(part) }
    let others = tensors.count - kept.count
    return WeightsFile(
      tensors: kept.map { (String($0.name.dropFirst(part.count)), $0.tensor) }, name: name,
      notes: notes + [
        "\(name): its part `\(part.dropLast())` is taken"
          + (others == 0 ? "" : "; \(others) tensors beside it are left out")
      ], sha256: sha256)
  }
}

extension SafeTensors.Elements {
  fileprivate var isFloat: Bool { if case .float32 = self { true } else { false } }
}
