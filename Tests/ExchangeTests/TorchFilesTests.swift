import Codecs
import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import Exchange

/// Files that torch.save itself wrote, version 2.15: `Tests/References/torch_files.py`.
@Suite struct TorchFilesTests {
  private static func file(_ name: String) throws -> WeightsFile {
    let path = repositoryPath("Fuzzing/Seeds/pytorch/\(name)")
    return try WeightsFile(
      bytes: Array(Data(contentsOf: URL(filePath: path))), name: name, decoders: .standard)
  }

  private static let network: [any Layer] = [
    Conv2D(2, kernelSize: 2, name: "conv1"), BatchNorm(epsilon: 1e-5, name: "bn1"), Flatten(),
    Dense(3, name: "fc"),
  ]

  private static func applied(_ file: WeightsFile) throws -> (model: Model, notes: [String]) {
    let fresh = try Model(Sequential(network), inputShape: [2, 3, 1], loss: .crossEntropy)
    let map = try WeightMap(file, on: fresh, by: NameRules())
    return (try map.applied(), map.notes)
  }

  /// The state_dict alone, in both forms, and in a checkpoint beside an optimiser's state.
  @Test(arguments: ["torch_state.pth", "torch_old.pth", "torch_checkpoint.pt"])
  func weightsOfANetwork(name: String) throws {
    let (model, notes) = try Self.applied(Self.file(name))
    let own = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0.tensor) })
    #expect(own["conv1/kernel"]?.values == [0, 0.5, 0.125, 0.625, 0.25, 0.75, 0.375, 0.875])
    #expect(own["bn1/beta"]?.values == [3, 3.125])
    // Rows 0 to 3 there are two channels of two cells, here two cells of two channels.
    #expect(
      own["fc/kernel"]?.values == [
        4, 4.5, 5, 4.25, 4.75, 5.25, 4.125, 4.625, 5.125, 4.375, 4.875, 5.375,
      ])
    let isCheckpoint = name == "torch_checkpoint.pt"
    #expect(notes.contains { $0.contains("`model` is taken") } == isCheckpoint, "\(notes)")
    #expect(notes.contains { $0.contains("values beside the tensors") } == isCheckpoint, "\(notes)")
  }

  @Test func everyKindOfNumberAndOfView() throws {
    let tensors = try Self.file("torch_kinds.pt").tensors
    let own = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    let first = (0..<6).map(Float.init)
    let expected: [String: ([Int], [Float])] = [
      "float16": ([6], first), "bfloat16": ([6], first.map { $0 + 6 }),
      "float64": ([6], first.map { $0 + 12 }), "int64": ([6], first.map { $0 + 18 }),
      "int32": ([6], first.map { $0 + 18 }), "uint8": ([6], first.map { $0 + 18 }),
      "bool": ([6], [0, 0, 0, 1, 1, 1]), "whole": ([4, 6], (0..<24).map(Float.init)),
      "column": ([4], [2, 8, 14, 20]),
      "turned": ([6, 4], (0..<24).map { Float($0 % 4 * 6 + $0 / 4) }),
      "part": ([2, 3], [8, 9, 10, 14, 15, 16]), "spread": ([2, 2], [0, 1, 0, 1]),
      "parameter": ([6], first), "scalar": ([], [2.5]), "empty": ([0, 2], []),
      "channels_last": ([1, 2, 2, 2], (0..<8).map(Float.init)),
    ]
    #expect(Set(own.keys) == Set(expected.keys))
    for (name, (extents, values)) in expected {
      #expect(own[name]?.shape.extents == extents, "\(name)")
      #expect(own[name]?.values == values, "\(name)")
    }
  }

  /// What needs code, or numbers that are not known, is refused by its name, with what to do.
  @Test(arguments: [
    ("torch_module.pt", "__main__.Network"), ("torch_sparse.pt", "_rebuild_sparse_tensor"),
    ("torch_quantized.pt", "_rebuild_qtensor"), ("torch_float8.pt", "_rebuild_tensor_v3"),
    ("torch_complex.pt", "ComplexFloatStorage"),
  ])
  func theRestIsRefusedByItsName(name: String, found: String) {
    let problem = #expect(throws: Problem.self) { try Self.file(name) }
    #expect(problem?.found.contains(found) == true, "\(problem?.description ?? "")")
    #expect(problem?.fix.contains("model.state_dict()") == true)
  }
}
