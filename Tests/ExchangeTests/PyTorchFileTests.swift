import Codecs
import Datasets
import Engine
import Foundation
import TestSupport
import Testing

@testable import Exchange

/// Files that `Tests/References/pytorch_files.py` wrote as `torch.save` does, and pickles made by hand.
@Suite struct PyTorchFileTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: repositoryPath("Fuzzing/Seeds/pytorch/\(name)"))))
  }

  @Test(arguments: ["archive.pt", "row.pth"])
  func tensorsOfBothForms(name: String) throws {
    let file = try PyTorchFile(bytes: Self.bytes(name), decoders: .standard, at: name)
    let expected: [(String, [Int], [Float])] = [
      ("conv.weight", [2, 3], [2, 3, 4, 5, 6, 7]), ("turned", [3, 2], [1, 4, 2, 5, 3, 6]),
      ("half", [2], [0.5, -2]), ("brain", [2], [1.5, -3]), ("double", [], [0.25]),
      ("bn.num_batches_tracked", [], [Float(12_345_678_901 as Int)]), ("empty", [0, 3], []),
    ]
    #expect(file.tensors.count == expected.count)
    for ((name, tensor), wanted) in zip(file.tensors, expected) {
      #expect(name == "state_dict.\(wanted.0)")
      #expect(tensor.shape.extents == wanted.1, "\(name)")
      #expect(tensor.values == wanted.2, "\(name)")
    }
    #expect(file.others == 5)
  }

  @Test func codeIsRefusedByItsName() throws {
    let problem = #expect(throws: Problem.self) {
      try PyTorchFile(bytes: Self.bytes("command.pt"), decoders: .standard, at: "command.pt")
    }
    #expect(problem?.found.hasSuffix(".system") == true)
    #expect(problem?.fix.contains("state_dict") == true)
  }

  /// `what` is a pickle between its first and its last byte; its storage has `[1, 2, 3, 4]`.
  private static func read(_ what: [String]) throws -> [(name: String, tensor: Tensor)] {
    var decoders = Decoders.none
    let pickle: [UInt8] = [0x80, 2] + what.flatMap { Array($0.utf8) } + [UInt8(ascii: ".")]
    let numbers = (1...4).flatMap { number -> [UInt8] in
      withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { Array($0) }
    }
    decoders.unpack = { _, _ in ["x/data.pkl": { pickle }, "x/data/0": { numbers }] }
    let room = [UInt8](repeating: 0, count: 64)
    return try PyTorchFile(bytes: Decoders.zipSignature + room, decoders: decoders, at: "t").tensors
  }

  private static func text(_ text: String) -> String {
    "U\(UnicodeScalar(UInt8(text.count)))\(text)"
  }
  private static func number(_ number: Int) -> String { "K\(UnicodeScalar(UInt8(number)))" }
  private static func tuple(_ numbers: [Int]) -> String {
    "(" + numbers.map(number).joined() + "t"
  }

  private static func tensor(
    offset: Int = 0, extents: [Int], strides: [Int], count: Int = 4, type: String = "FloatStorage"
  ) -> String {
    "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n\(type)\n" + text("0")
      + text("cpu") + number(count) + "tQ" + number(offset) + tuple(extents) + tuple(strides)
      + "tR"
  }

  private static func dictionary(_ value: String) -> [String] { ["}", text("a"), value, "s"] }

  @Test func partsOfStorages() throws {
    let whole = try Self.read(Self.dictionary(Self.tensor(extents: [2, 2], strides: [1, 2])))
    #expect(whole[0].tensor.values == [1, 3, 2, 4])
    let last = try Self.read(Self.dictionary(Self.tensor(offset: 3, extents: [1], strides: [9])))
    #expect(last[0].tensor.values == [4])
    // One number repeated, as an expanded tensor has it.
    let same = try Self.read(Self.dictionary(Self.tensor(offset: 1, extents: [3], strides: [0])))
    #expect(same[0].tensor.values == [2, 2, 2])
  }

  @Test(arguments: [
    (tensor(extents: [5], strides: [1]), "within its storage"),
    (tensor(offset: 4, extents: [1], strides: [1]), "within its storage"),
    (tensor(extents: [2, 2], strides: [2]), "extents and strides"),
    (tensor(extents: [100], strides: [0]), "as many numbers as the file has bytes"),
    (tensor(extents: [1], strides: [1], count: 5), "5 numbers of 4 bytes"),
    (tensor(extents: [1], strides: [1], type: "QUInt8Storage"), "tensors in dictionaries"),
    ("]K\u{1}a", "tensors by their names"),
    ("cos\nsystem\nU\u{1}x\u{85}R", "tensors in dictionaries"),
    ("(K\u{1}R", "2 values"), ("h\u{7}", "a value that was kept"), ("U\u{70}x", "a whole file"),
    ("cbuiltins\n", "the name of a function"), ("Q", "a storage"), ("e", "the beginning of a list"),
  ])
  func damageIsRefused(value: String, expected: String) throws {
    let problem = #expect(throws: Problem.self, "\(value)") {
      try Self.read(Self.dictionary(value))
    }
    #expect(problem?.expected.contains(expected) == true, "\(problem?.description ?? "")")
  }

  /// A dictionary that holds itself many times is no reason to look into it for ever.
  @Test func whatHoldsItselfIsRefused() {
    let selves = (0..<100).map { Self.number($0) + "h\u{1}s" }.joined()
    let problem = #expect(throws: Problem.self) { try Self.read(["}q\u{1}", selves]) }
    #expect(problem?.expected.contains("deep") == true)
  }

  @Test func anArchiveOfOtherFilesIsSaidToBeOne() {
    var decoders = Decoders.none
    decoders.unpack = { _, _ in ["x/constants.pkl": { [] }] }
    let problem = #expect(throws: Problem.self) {
      try PyTorchFile(bytes: Decoders.zipSignature, decoders: decoders, at: "t")
    }
    #expect(problem?.found == "a TorchScript module")
  }
}
