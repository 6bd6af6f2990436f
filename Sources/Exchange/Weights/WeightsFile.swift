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
    (self.tensors, self.name, notes, sha256) = (tensors, name, [], "")
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
    let file = try SafeTensors(bytes: bytes, from: name)
    let kept = file.entries.filter { $0.elements.isFloat }
    tensors = try kept.map { ($0.name, try $0.tensor(at: name)) }
    let others = file.entries.count - kept.count
    notes =
      others == 0 ? [] : ["\(name): \(others) tensors of whole or of 64-bit numbers were left out"]
  }
}

extension SafeTensors.Elements {
  fileprivate var isFloat: Bool { if case .float32 = self { true } else { false } }
}
