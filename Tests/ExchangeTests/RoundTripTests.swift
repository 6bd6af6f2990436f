import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

/// Ours to ONNX, and back again.
struct RoundTripTests {
  /// The same bits where sums are taken in the same order, else to 1e-6.
  @Test(arguments: [17, 20]) func whatIsWrittenIsReadBack(opset: Int) throws {
    for example in try NetworkExample.all() + LayerVariants.all() {
      let model = example.model
      guard let export = try? ONNXExport(model, opset: opset) else { continue }
      let file = try ONNXModel(bytes: export.bytes, from: example.name)
      let back = try ONNXImport(file, at: example.name).model(loss: .meanSquaredError)
      let inputs = example.inputs(rows: 4)
      let (mine, theirs) = (try Predictor(model)(inputs), try Predictor(back)(inputs))
      #expect(mine.count == theirs.count, "\(example.name)")
      for (a, b) in zip(mine, theirs) {
        #expect(abs(a - b) <= 1e-6 * max(1, abs(a)), "\(example.name): \(a) became \(b)")
      }
    }
  }

  /// What is read is written as it was read.
  @Test func theFileItselfComesBack() throws {
    let model = try #require(try NetworkExample.all().first).model
    let bytes = try ONNXExport(model).bytes
    #expect(try ONNXModel(bytes: bytes, from: "file").bytes == bytes)
  }
}
