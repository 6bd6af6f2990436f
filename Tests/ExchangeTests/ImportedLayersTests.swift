import Engine
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Exchange

/// Layers that are found again among the ops of a file.
@Suite struct ImportedLayersTests {
  /// What comes back as other layers that compute the same, or as ops, and why.
  private static let others: [String: String] = [
    "layer change": "ops", "layer cumulative_link": "ops", "layer ensemble": "ops",
    "layer image_branch": "ops", "layer masking": "ops", "layer member_dense": "ops",
    "layer members": "ops", "layer piecewise_linear": "ops", "causal attention": "ops",
    "masked lstm": "ops", "masked bidirectional": "ops",
    "layer activation": "dense tanh", "layer conv2d": "depthwise_conv2d",
    "layer reshape": "flatten alone", "layer dropout": "nothing is dropped in a file",
    "loss binary_cross_entropy": "dense sigmoid", "loss cross_entropy": "dense softmax",
  ]

  /// Every layer goes out as operators and comes back as itself, but for those named.
  @Test func layersComeBackAsThemselves() throws {
    var changed: Set<String> = []
    for example in try NetworkExample.all() + LayerVariants.all() {
      guard let export = try? ONNXExport(example.model) else { continue }
      let back = try ONNXImport(
        ONNXModel(bytes: export.bytes, from: example.name), at: example.name)
      let (mine, theirs) = (Self.kinds(example.model.layers), Self.kinds(back.network.layers))
      if mine != theirs {
        changed.insert(example.name)
        if Self.others[example.name] == nil { Issue.record("\(example.name): \(mine), \(theirs)") }
      }
    }
    #expect(changed == Set(Self.others.keys))
  }

  /// What layers do, one after another; a flatten of rows is nothing.
  private static func kinds(_ layers: [any Layer]) -> [String] {
    layers.flatMap { layer -> [String] in
      if layer is Sequential || layer is FrozenLayers { return kinds(layer.innerLayers) }
      if layer is Flatten { return [] }
      return [layer.detail.isEmpty ? layer.kindName : "\(layer.kindName) \(layer.detail)"]
        + (layer is Residual ? kinds(layer.innerLayers) : [])
    }
  }

  private func file(
    _ nodes: [ONNXNode], _ weights: [ONNXTensor], shape: [Int]
  ) throws -> ONNXImport {
    var file = ONNXModel()
    file.opsets = ["": 17]
    (file.graph.nodes, file.graph.initializers) = (nodes, weights)
    var info = ONNXValueInfo()
    (info.name, info.type) = ("x", .float)
    info.extents = [.symbol("batch")] + shape.map { .known($0) }
    file.graph.inputs = [info]
    (info.name, info.extents) = ("y", nil)
    file.graph.outputs = [info]
    return try ONNXImport(file, at: "file")
  }

  private func tensor(_ name: String, _ extents: [Int]) -> ONNXTensor {
    ONNXTensor(
      name, extents: extents, (0..<extents.reduce(1, *)).map { Float($0 % 7 + 1) / 8 - 0.4 })
  }

  /// Pads that no rule of ours makes become a layer of their own, before a pool only where nothing is below 0.
  @Test func padsBecomeLayers() throws {
    func network(_ activation: String) throws -> [String] {
      let read = try file(
        [
          ONNXNode(
            operation: "Conv", inputs: ["x", "w", "b"], outputs: ["c"],
            attributes: ["pads": .integers([1, 1, 1, 1]), "strides": .integers([2, 2])]),
          ONNXNode(operation: activation, inputs: ["c"], outputs: ["r"]),
          ONNXNode(
            operation: "MaxPool", inputs: ["r"], outputs: ["y"],
            attributes: [
              "kernel_shape": .integers([3, 3]), "pads": .integers([1, 1, 1, 1]),
              "strides": .integers([2, 2]),
            ]),
        ], [tensor("w", [4, 3, 3, 3]), tensor("b", [4])], shape: [3, 16, 16])
      return Self.kinds(read.network.layers)
    }
    let closed = try network("Relu")
    // The last puts channels first, as the file's result has them.
    #expect(
      closed.dropLast() == ["zero_padding2d", "conv2d relu", "zero_padding2d", "max_pool2d"])
    let open = try network("Tanh")
    #expect(open.count == 3 && open[2].hasPrefix("graph"))
  }

  /// Swish as PyTorch writes it, behind a convolution with batch normalisation.
  @Test func formulasAreKnown() throws {
    let statistics = ["s", "h", "m", "v"]
    let read = try file(
      [
        ONNXNode(
          operation: "Conv", inputs: ["x", "w"], outputs: ["c"],
          attributes: ["group": .integer(2)]),
        ONNXNode(
          operation: "BatchNormalization", inputs: ["c"] + statistics, outputs: ["n"],
          attributes: ["epsilon": .float(1e-5)]),
        ONNXNode(operation: "Sigmoid", inputs: ["n"], outputs: ["g"]),
        ONNXNode(operation: "Mul", inputs: ["n", "g"], outputs: ["y"]),
      ],
      [tensor("w", [4, 1, 3, 3])] + statistics.map { tensor($0, [4]) }, shape: [2, 6, 5])
    let kinds = Self.kinds(read.network.layers)
    #expect(kinds.dropLast().suffix(2) == ["batch_norm", "activation silu"])
    let norm = try #require(read.network.layers.compactMap { $0 as? BatchNorm }.first)
    #expect(norm.epsilon == 1e-5)
  }

  /// Weights that learn together there do not learn apart here.
  @Test func sharedWeightsStayShared() throws {
    let read = try file(
      [
        ONNXNode(operation: "MatMul", inputs: ["x", "w"], outputs: ["a"]),
        ONNXNode(operation: "Relu", inputs: ["a"], outputs: ["r"]),
        ONNXNode(operation: "MatMul", inputs: ["r", "w"], outputs: ["y"]),
      ], [tensor("w", [3, 3])], shape: [3])
    #expect(read.tensors.count == 1 && read.network.layers.allSatisfy { $0 is GraphLayer })
  }

  /// A network of ops that are like nothing known is not searched for ever, and says so.
  @Test func searchingEnds() throws {
    var nodes: [ONNXNode] = []
    for place in 0..<2000 {
      let operation = ["Exp", "Neg", "Abs", "Sqrt", "Log"][place % 5]
      nodes.append(
        ONNXNode(
          operation: operation, inputs: [place == 0 ? "x" : "v\(place)"],
          outputs: [place == 1999 ? "y" : "v\(place + 1)"]))
    }
    let read = try file(nodes, [], shape: [2])
    #expect(read.network.layers.count == 1 && read.network.layers[0] is GraphLayer)
  }
}
