import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

/// Networks as graphs of ops: written into files and read back, they give the same bits.
struct GraphLayerTests {
  /// Every layer, activation and loss.
  @Test func whatIsRecordedAnswersWithTheSameBits() throws {
    for example in try NetworkExample.all() + LayerVariants.all() {
      let model = example.model
      let layer = try GraphLayer(
        GraphRecording(of: model.inputShape) { try model.network.named(in: $0) })
      let text = try JSONText.encode(LayerList([layer]))
      let read = try JSONText.decode(LayerList.self, from: text, at: "text")
      let graph = try Model(
        Sequential(read.layers), inputShape: model.inputShape, loss: model.loss,
        tensors: model.tensors.map { ("graph/\($0.name)", $0.tensor) })
      for rows in [1, 5] {
        let inputs = example.inputs(rows: rows)
        #expect(
          try Predictor(graph)(inputs) == Predictor(model)(inputs), "\(example.name), \(rows) rows")
      }
      #expect(try JSONText.encode(LayerList(read.layers)) == text)
    }
  }

  @Test(arguments: [
    #"[]"#, #"[{"op": "add", "inputs": [0, 1]}]"#, #"[{}, {"op": "no such op", "inputs": [0]}]"#,
    #"[{}, {"op": "reshape", "inputs": [0]}]"#,
    #"[{}, {"op": "reshape", "inputs": [0], "extents": ["batch", -4]}]"#,
    #"[{}, {"op": "reshape", "inputs": [0], "extents": ["9223372036854775807 batch", 4]}]"#,
    #"[{}, {"op": "reshape", "inputs": [0], "extents": ["batch + x"]}]"#,
    #"[{}, {"op": "sum", "settings": {"axes": [1, 3]}, "inputs": [0]}]"#,
    #"[{}, {"op": "transpose", "settings": {"order": [1, 1]}, "inputs": [0]}]"#,
    #"[{}, {"op": "pad", "settings": {"before": [0, 1073741824], "after": [0]}, "inputs": [0]}]"#,
    #"[{"extents": ["batch", 5]}]"#,
  ]) func whatIsNoGraphIsRefused(_ nodes: String) {
    #expect(throws: Problem.self) {
      let list = try JSONText.decode(
        LayerList.self, from: #"[{"layer": "graph", "nodes": \#(nodes)}]"#, at: "text")
      _ = try Model(Sequential(list.layers), inputShape: [4], loss: .meanSquaredError)
    }
  }
}
