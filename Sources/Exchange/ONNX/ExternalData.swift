import Engine
import Networks

/// Numbers of an ONNX model that lie in files beside it.
package struct ExternalData: Sendable {
  /// Where the model lies; no file outside of it is read.
  let folder: String

  package init(folder: String) { self.folder = folder }

  /// Files beside a model.
  package init(beside path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    self.init(folder: folder.isEmpty ? "/" : folder)
  }

  /// The bytes of a tensor.
  ///
  /// - Parameters:
  ///   - entry: `location`, and `offset` and `length` if they are given.
  ///   - count: how many numbers there must be, and the bytes of each.
  func bytes(
    _ entry: [String: String], count: Int, size: Int, of place: String
  ) throws -> [UInt8] {
    let path = entry["location"] ?? ""
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.hasPrefix("/"), !steps.contains(".."), !path.contains("\0") else {
      throw Problem(
        .malformed, place, expected: "a file in the folder of the model", found: "`\(path)`")
    }
    let (wanted, overflow) = count.multipliedReportingOverflow(by: size)
    let offset = Int(entry["offset"] ?? "0") ?? -1
    guard !overflow, offset >= 0, (entry["length"].map { Int($0) == wanted } ?? true) else {
      throw Problem(
        .malformed, place, expected: "\(count) numbers of \(size) bytes in `\(path)`",
        found: entry.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
          .joined(separator: ", "))
    }
    let file = "\(folder)/\(path)"
    let bytes = try AtomicFile.read(file, limit: ONNXModel.maximumBytes)
    guard offset <= bytes.count, wanted <= bytes.count - offset else {
      throw Problem(
        .malformed, file, expected: "at least \(offset) + \(wanted) bytes", found: "\(bytes.count)",
        fix: "fetch or write the model and its files again")
    }
    return Array(bytes[offset..<offset + wanted])
  }
}
