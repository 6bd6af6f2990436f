import CZlib
import Engine
import Exchange
import Networks
import Platform

extension FuzzedReader {
  /// Writes a file at once; the program's own way waits for the disk.
  static func write(_ bytes: ArraySlice<UInt8>, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Problem(.cannotCreate, path, expected: "a file for the reader", found: "none")
    }
    defer { close(descriptor) }
    _ = bytes.withUnsafeBytes { SystemCall.write(descriptor, $0) }
  }
}

extension FuzzedReader {
  /// An ONNX file as a graph that is computed, if it is small, and as a network.
  static func readNetwork(_ bytes: [UInt8]) throws {
    let file = try ONNXModel(bytes: bytes, from: "onnx")
    _ = try? ONNXEvaluation(file, inputs: file.smallInputs, most: 0x1p18)
    let network = try ONNXImport(file, at: "onnx")
    _ = try network.model(loss: .meanSquaredError)
  }
}

/// PNG files whose chunks were changed, made to look whole.
package enum PNGChunks {
  /// With the checksum of each chunk as it must be, so that a mutated chunk is read and not refused.
  package static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var start = 8
    while start + 12 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
      guard length <= bytes.count - start - 12 else { break }
      let end = start + 8 + length
      let sum = bytes[start + 4..<end].withUnsafeBufferPointer {
        crc32(0, $0.baseAddress, UInt32($0.count))
      }
      for place in 0..<4 {
        bytes[end + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt(place)))
      }
      start = end + 4
    }
    return bytes
  }
}
