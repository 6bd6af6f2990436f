import Engine
import Foundation
import TestSupport
import Testing

@testable import Networks

/// The interpreter that has the packages safetensors and numpy.
private let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

@Suite(
  .enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has safetensors and numpy"))
struct SafeTensorsPythonTests {
  private struct Found: Decodable {
    struct Array: Decodable {
      var dtype: String
      var shape: [Int]
      var bytes: String
    }
    var metadata: [String: String]
    var tensors: [String: Array]
  }

  private func run(_ verb: String, _ path: String) throws -> Data {
    let script = repositoryPath("Tests/NetworksTests/Files/read_safetensors.py")
    let outcome = try ChildProcess.run("/usr/bin/env", [#require(python), script, verb, path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return Data(outcome.output.utf8)
  }

  @Test func pythonReadsOurFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("ours.safetensors")
    let ours = SafeTensorsTests.sample
    try ours.write(to: path)
    let found = try JSONDecoder().decode(Found.self, from: run("read", path))
    #expect(found.tensors.count == ours.entries.count)
    let types: [SafeTensors.ElementType: String] = [
      .float32: "float32", .float64: "float64", .int64: "int64", .uint64: "uint64",
      .uint8: "uint8",
    ]
    for entry in ours.entries {
      let array = try #require(found.tensors[entry.name], "\(entry.name)")
      #expect(array.dtype == types[entry.elements.type])
      #expect(array.shape == entry.shape.extents)
      #expect(array.bytes == entry.elements.withBytes { SHA256.text($0) })
    }
    for (key, value) in ours.metadata { #expect(found.metadata[key] == value) }
    #expect(found.metadata["format"] == "glassbox")
  }

  @Test func weReadPythonsFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("theirs.safetensors")
    _ = try run("write", path)
    let theirs = try SafeTensors(path: path)
    #expect(theirs.format == "np")
    #expect(theirs.metadata == ["title": "a \"quoted\" \\ line\nend é"])
    #expect(theirs.entries.count == 8)
    #expect(theirs["dense/kernel"]?.shape == [2, 3])
    #expect(
      theirs["dense/kernel"]?.elements
        == .float32([1.5, -2.25, 0.1, 3e38, -0.0, .leastNonzeroMagnitude]))
    #expect(theirs["steps"]?.elements == .int64([.max, .min]))
    #expect(theirs["state"]?.elements == .uint64([.max, 7]))
    #expect(theirs["double"]?.elements == .float64([0.1]))
    #expect(theirs["bytes"]?.elements == .uint8([1, 2, 255]))
    #expect(theirs["empty"]?.shape == [0, 4])
    #expect(theirs["scalar"]?.shape == .scalar)
    #expect(theirs["scalar"]?.elements == .float32([2.5]))
    #expect(theirs["größe/π"]?.elements == .float32([3.25]))
  }
}
