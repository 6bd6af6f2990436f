import Datasets
import Engine
import Exchange
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

/// Files of tensors that are dropped on the page.
@Suite struct ModelFileTests {
  private func drop(
    _ bytes: [UInt8], _ name: String, _ studio: RunningStudio
  ) async throws -> RawClient.Answer {
    try await RawClient.request(
      "POST", "/api/models/file?name=\(name)",
      [
        "Authorization": "Bearer \(studio.token)", "Content-Type": "application/octet-stream",
      ], body: bytes, port: studio.port)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func aModelAndACheckpointOpen() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "2"]))
      try await studio.end(of: name)
      let file = "\(folder.runs)/\(name)/model.safetensors"
      let answer = try await drop(bytes(file), "fruit.safetensors", studio)
      let look = try #require(answer.json["look"] as? [String: Any], "\(answer.text)")
      let model = try TrainedModel(path: file)
      #expect(
        look["headline"] as? String
          == "fruit.safetensors: a model for binary of `ripe`\nclasses: no, yes")
      let layers = try #require(look["layers"] as? [[String: Any]])
      let parameters = layers.compactMap { $0["parameters"] as? Int }
      #expect(parameters.reduce(0, +) == model.model.parameterCount && parameters.count == 2)
      #expect(
        (look["tensors"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
          == model.model.tensors.map(\.name))
      let drawings = try #require(look["drawings"] as? [[String: Any]])
      #expect(drawings.count == 2 && drawings.allSatisfy { $0["svg"] is String })
      #expect((look["origin"] as? String)?.contains("golden examples verified") == true)
      // It answers as itself.
      let id = try #require(answer.json["id"] as? String)
      let body = Array(#"{"instances":[{"width":0.4,"height":0.3}]}"#.utf8)
      let foreseen = try await RawClient.request(
        "POST", "/api/tried/\(id)/predict",
        ["Authorization": "Bearer \(studio.token)", "Content-Type": "application/json"],
        body: body, port: studio.port)
      let shown = try #require(
        (foreseen.json["predictions"] as? [[String: Any]])?.first?["probabilities"]
          as? [String: Double], "\(foreseen.text)")
      let own = try model.predict(["width": .number(0.4), "height": .number(0.3)])
      #expect(abs(shown["yes"]! - Double(own.probabilities!["yes"]!)) < 1e-6)
      // A run's model has the same inside.
      let opened = try await studio.ask("POST", "/api/tried", #"{"run":"\#(name)"}"#)
      let inside = try await studio.ask(
        "GET", "/api/tried/\(opened.json["id"] as? String ?? "")/look")
      #expect((inside.json["layers"] as? [[String: Any]])?.count == 2, "\(inside.text)")

      let checkpoint = "\(folder.runs)/\(name)/checkpoint.safetensors"
      let goesOn = try await drop(bytes(checkpoint), "c.safetensors", studio)
      #expect(goesOn.json["id"] == nil)
      #expect(goesOn.text.contains("a checkpoint after 2 epochs"), "\(goesOn.text)")
    }
  }

  @Test func aFileOfAnotherProgramShowsItsTensors() async throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"#
      + #""a.bias":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}"#
    @Sendable func file(_ header: String, _ data: Int) -> [UInt8] {
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        + Array(header.utf8) + [UInt8](repeating: 1, count: data)
    }
    try await RunningStudio.with { studio in
      let answer = try await drop(file(header, 20), "other.safetensors", studio)
      let look = try #require(answer.json["look"] as? [String: Any], "\(answer.text)")
      #expect(
        look["headline"] as? String
          == "other.safetensors: 2 tensors of another program, 8 numbers")
      let tensors = try #require(look["tensors"] as? [[String: Any]])
      #expect(tensors.map { $0["type"] as? String } == ["BF16", "F32"])
      #expect(tensors.map { $0["shape"] as? [Int] } == [[2, 3], [2]])
      #expect((look["strings"] as? [String: String]) == ["format": "pt"])
      // Numbers that all are read have histograms.
      let readable = header.replacingOccurrences(of: "BF16", with: "F32")
        .replacingOccurrences(of: "[0,12]", with: "[0,24]")
        .replacingOccurrences(of: "[12,20]", with: "[24,32]")
      let own = try await drop(file(readable, 32), "f32.safetensors", studio)
      #expect(
        ((own.json["look"] as? [String: Any])?["drawings"] as? [Any])?.count == 1, "\(own.text)")
      for (damaged, word) in [
        (file(header, 19), "19"), (Array("not a file".utf8), "header"), ([], "8 bytes"),
        (file(header.replacingOccurrences(of: "[12,20]", with: "[11,19]"), 20), "begin at 12"),
      ] {
        let refused = try await drop(damaged, "d.safetensors", studio)
        #expect(refused.status >= 400 && refused.text.contains(word), "\(refused.text)")
      }
    }
  }

  /// A network from elsewhere opens as a model, with what was decided.
  @Test func aNetworkFromElsewhereOpens() async throws {
    let model = try Model(
      Sequential([Dense(4, activation: .relu), Dense(3)]), inputShape: [2], loss: .crossEntropy,
      seed: 3)
    let network = try ONNXExport(model).bytes
    let numbers = try ONNXExport(
      Model(Sequential([Dense(2)]), inputShape: [2], loss: .meanSquaredError)
    ).bytes
    try await RunningStudio.with { studio in
      let answer = try await drop(network, "elsewhere.onnx", studio)
      let look = try #require(answer.json["look"] as? [String: Any], "\(answer.text)")
      let layers = try #require(look["layers"] as? [[String: Any]])
      #expect(layers.map { $0["kind"] as? String } == ["dense", "dense"])
      #expect((look["notes"] as? [String])?.first?.contains("operators of version 17") == true)
      let id = try #require(answer.json["id"] as? String)
      let body = Array(#"{"instances":[{"x1":0.4,"x2":0.3}]}"#.utf8)
      let foreseen = try await RawClient.request(
        "POST", "/api/tried/\(id)/predict",
        ["Authorization": "Bearer \(studio.token)", "Content-Type": "application/json"],
        body: body, port: studio.port)
      let shown = try #require(
        (foreseen.json["predictions"] as? [[String: Any]])?.first?["probabilities"]
          as? [String: Double], "\(foreseen.text)")
      let own = try Predictor(model)([0.4, 0.3])
      for (place, probability) in own.enumerated() {
        #expect(abs((shown["\(place)"] ?? 0) - Double(probability)) < 1e-6)
      }
      // What the file leaves open is said.
      let open = try await drop(numbers, "numbers.onnx", studio)
      #expect(open.json["id"] is String && open.text.contains("does not say what its numbers are"))
      for (bytes, word) in [([UInt8]("not a network".utf8), "d.onnx"), ([], "d.onnx")] {
        let refused = try await drop(bytes, "d.onnx", studio)
        #expect(refused.status >= 400 && refused.text.contains(word), "\(refused.text)")
      }
      // Weights of no network that is known show their tensors.
      let weights = try await drop([UInt8]("weights".utf8), "w.pth", studio)
      #expect(weights.status >= 400)
    }
  }

  @Test func aDamagedModelIsRefused() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "1"]))
      try await studio.end(of: name)
      var model = try bytes("\(folder.runs)/\(name)/model.safetensors")
      model[model.count - 3] ^= 0x40
      let refused = try await drop(model, "d.safetensors", studio)
      #expect(refused.status >= 400 && refused.text.contains("changed or damaged"))
    }
  }
}
