import Engine
import Testing

@testable import Networks

@Suite struct ImageLayerTests {
  /// One of each kind, with settings that are not the usual ones.
  static let images = Sequential {
    ZeroPadding2D(top: 1, bottom: 0, left: 2, right: 0)
    Conv2D(
      6, kernelSize: Extents(height: 3, width: 2), strides: Extents(height: 1, width: 2),
      padding: .same, groups: 1,
      activation: .leakyReLU(slope: 0.1), kernelInitializer: .heNormal,
      biasInitializer: .constant(0.1), name: "first")
    DepthwiseConv2D(kernelSize: 3, multiplier: 2, padding: .same, dilation: 2, usesBias: false)
    MaxPool2D(poolSize: Extents(height: 2, width: 1), strides: 1)
    Conv2D(4, kernelSize: 1, groups: 2, activation: .relu)
    Upsample2D(size: Extents(height: 2, width: 3), interpolation: .bilinear)
    AveragePool2D(poolSize: 3, strides: 2, padding: .same)
    Flatten()
  }
  static let sequences = Sequential {
    Conv1D(5, kernelSize: 3, padding: .causal, dilation: 2, activation: .tanh)
    MaxPool1D(poolSize: 3, stride: 1, padding: .same)
    ZeroPadding1D(before: 0, after: 2)
    Upsample1D(size: 3)
    Conv1D(4, kernelSize: 2, stride: 2)
    AveragePool1D()
    Flatten()
  }

  private static let networks: [(Sequential, TensorShape)] = [
    (images, [5, 6, 2]), (sequences, [9, 3]),
  ]

  @Test(arguments: networks)
  func networksReadBackFromTheirTextAreTheSame(_ network: Sequential, _ shape: TensorShape) throws {
    let text = try JSONText.encode(network)
    let again = try JSONText.decode(Sequential.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
    let models = try [network, again].map {
      try Model($0, inputShape: shape, loss: .meanSquaredError, seed: 3)
    }
    #expect(models[0].weightsSHA256 == models[1].weightsSHA256)
    #expect(!models[0].tensors.isEmpty)
    let example = (0..<shape.count).map { Float($0) / 8 - 0.4 }
    #expect(try Predictor(models[0])(example) == Predictor(models[1])(example))
  }

  @Test func tensorsHaveKerasShapes() throws {
    let model = try Model(Self.images, inputShape: [5, 6, 2], loss: .meanSquaredError)
    #expect(
      model.tensors.map { "\($0.name) \($0.tensor.shape)" } == [
        "first/kernel [3, 2, 2, 6]", "first/bias [6]", "depthwise_conv2d/kernel [3, 3, 6, 2]",
        "conv2d/kernel [1, 1, 6, 4]", "conv2d/bias [4]",
      ])
  }

  /// Keras counts the window into both fans: √(6 / (9 · 3 + 9 · 32)) for 3 × 3 over 3 channels.
  @Test func glorotCountsTheWindow() throws {
    let model = try Model(
      Conv2D(32, kernelSize: 3), inputShape: [8, 8, 3], loss: .meanSquaredError)
    let kernel = model.tensors[0].tensor
    #expect(kernel.shape == [3, 3, 3, 32])
    let limit = Float((6.0 / (27 + 288)).squareRoot())
    let largest = kernel.values.map(abs).max()!
    #expect(largest <= limit && largest > 0.97 * limit)
  }

  private func output(_ layer: some Layer, _ shape: TensorShape, _ values: [Double]) throws
    -> [Double]
  {
    let graph = Graph()
    return try graph.evaluate(
      [layer(graph.input("x", shape: shape))], feeding: ["x": values])[0]
  }

  @Test func upsamplingRepeatsPixels() throws {
    #expect(
      try output(Upsample2D(size: Extents(height: 2, width: 3)), [1, 2, 2, 1], [1, 2, 3, 4]) == [
        1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4,
      ])
  }

  @Test func paddingAddsZerosOnEachSide() throws {
    #expect(
      try output(ZeroPadding2D(top: 1, bottom: 0, left: 0, right: 2), [1, 1, 2, 1], [1, 2]) == [
        0, 0, 0, 0, 1, 2, 0, 0,
      ])
    #expect(try output(ZeroPadding2D(), [1, 1, 1, 2], [1, 2]).count == 18)
  }

  @Test func globalPoolsKeepOneNumberOfEachChannel() throws {
    let numbers = [1.0, 10, 2, 20, 3, 30, 6, -4]
    #expect(try output(GlobalAveragePool2D(), [1, 2, 2, 2], numbers) == [3, 14])
    #expect(try output(GlobalMaxPool2D(), [1, 2, 2, 2], numbers) == [6, 30])
  }

  /// Where several numbers are the largest, the gradient goes to the first, as in a pool whose one
  /// window is the whole image.
  @Test func theGradientOfAMaximumFoundTwiceIsNotDoubled() throws {
    let numbers: [Double] = [1, 0, 2, 5, 2, 5, 2, 5, 3, 3, 3, 3, 3, 3, 3, 3]
    var gradients: [[Double]] = []
    for layer: any Layer in [GlobalMaxPool2D(), MaxPool2D(poolSize: Extents(height: 2, width: 2))] {
      let graph = Graph()
      let x = try graph.input("x", shape: [2, 2, 2, 2])
      let y = try layer(x)
      let loss = try Ops.Sum(axes: 0..<y.shape.rank)(y * 3)
      let gradient = try graph.gradients(of: loss, withRespectTo: [x])[0]
      var runs = try TwoRuns(graph, results: [gradient])
      let (exact, fast) = try runs.step(["x": numbers])
      gradients += [exact[0], fast[0]]
    }
    let expected: [Double] = [0, 0, 3, 3, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0]
    #expect(gradients.allSatisfy { $0 == expected })
  }

  /// Layers see the front as an image; what stands behind it goes past them.
  @Test func aBranchSeesTheImageAlone() throws {
    let branch = ImageBranch([2, 2, 1], [GlobalMaxPool2D()])
    #expect(
      try output(branch, [2, 6], [1, 4, 2, 3, 70, 80, -1, -4, -2, -3, 90, 95]) == [
        4, 70, 80, -1, 90, 95,
      ])
    for width in [3, 4] {
      let problem = #expect(throws: Problem.self) {
        try output(branch, [1, width], Array(repeating: 0, count: width))
      }
      #expect(problem?.location == "image_branch")
    }
    let text = try JSONText.encode(LayerList([branch]))
    #expect(
      text
        == #"[{"layer":"image_branch","layers":[{"layer":"global_max_pool2d"}],"shape":[2,2,1]}]"#)
    let again = try JSONText.decode(LayerList.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
  }

  @Test func paddingIsReadAsKerasWritesIt() throws {
    for (text, sides) in [
      ("", [1, 1, 1, 1]), (#","padding":3"#, [3, 3, 3, 3]), (#","padding":[1,2]"#, [1, 1, 2, 2]),
      (#","padding":[[1,0],[2,3]]"#, [1, 0, 2, 3]),
      (#","top":1,"bottom":0,"left":2,"right":3"#, [1, 0, 2, 3]), (#","left":4"#, [1, 1, 4, 1]),
    ] {
      let text = #"[{"layer":"zero_padding2d"\#(text)}]"#
      let list = try JSONText.decode(LayerList.self, from: text, at: "network")
      let layer = try #require(list.layers[0] as? ZeroPadding2D)
      #expect([layer.top, layer.bottom, layer.left, layer.right] == sides)
      let again = try JSONText.decode(
        LayerList.self, from: JSONText.encode(list), at: "network")
      #expect(try JSONText.encode(again) == JSONText.encode(list))
    }
  }

  @Test func wrongSettingsAreThrownAtTheLayersPath() throws {
    func problem(_ layer: any Layer, _ shape: TensorShape = [6, 6, 4]) -> Problem? {
      #expect(throws: Problem.self) {
        try Model(Sequential([layer]), inputShape: shape, loss: .meanSquaredError)
      }
    }
    let huge = Int.max
    for layer: any StoredLayer in [
      Dropout(2), GlobalAveragePool1D(), GlobalMaxPool1D(), Upsample1D(), ZeroPadding1D(),
      MaxPool1D(), AveragePool1D(), Masking(), Reshaping(to: [5]), Upsample2D(size: 0),
      ZeroPadding2D(-1), Residual([Flatten()]), AveragePool2D(padding: .causal),
    ] {
      #expect(problem(layer)?.location == type(of: layer).kind)
    }
    for layer: any StoredLayer in [GlobalAveragePool2D(), GlobalMaxPool2D(), MaxPool2D()] {
      #expect(problem(layer, [4])?.location == type(of: layer).kind)
    }
    #expect(problem(Conv2D(3, kernelSize: 7))?.location == "conv2d: convolution")
    #expect(problem(Conv2D(3, kernelSize: 3), [6, 6])?.fix.contains("channel") == true)
    #expect(problem(Conv2D(0, kernelSize: 3))?.location == "conv2d")
    #expect(problem(Conv2D(4, kernelSize: 3, groups: 3, name: "odd"))?.location == "odd")
    #expect(problem(Conv2D(4, kernelSize: 3, padding: .causal)) != nil)
    #expect(problem(MaxPool2D(poolSize: 7)) != nil)
    #expect(problem(MaxPool2D(poolSize: 2), [6, 6]) != nil)
    #expect(problem(Conv1D(3, kernelSize: 2)) != nil)
    #expect(problem(GlobalMaxPool2D(), [4]) != nil)
    for bad in [0, -1, huge] {
      let both = Extents(height: bad, width: bad)
      for padding in [Padding.valid, .same] {
        #expect(problem(Conv2D(3, kernelSize: both, padding: padding)) != nil)
        #expect(problem(Conv2D(3, kernelSize: 1, strides: both, padding: padding)) != nil)
        #expect(problem(Conv2D(3, kernelSize: 2, padding: padding, dilation: both)) != nil)
        #expect(problem(AveragePool2D(poolSize: both, padding: padding)) != nil)
      }
      #expect(problem(Conv1D(3, kernelSize: bad, padding: .causal, dilation: 2), [6, 4]) != nil)
      #expect(problem(DepthwiseConv2D(kernelSize: 2, multiplier: bad)) != nil)
      #expect(problem(Upsample2D(size: both)) != nil)
      if bad != 0 { #expect(problem(ZeroPadding2D(bad)) != nil) }
    }
  }

  @Test func wrongTextIsNamed() throws {
    for (text, word) in [
      (#"{"layer": "conv2d", "filters": 3}"#, "kernel_size"),
      (#"{"layer": "conv2d", "filters": 3, "kernel_size": [1, 2, 3]}"#, "height"),
      (#"{"layer": "max_pool2d", "padding": "sane"}"#, "sane"),
      (#"{"layer": "upsample2d", "interpolation": "bicubic"}"#, "nearest, bilinear"),
      (#"{"layer": "zero_padding2d", "padding": [[1], [2]]}"#, "bottom"),
      (#"{"layer": "zero_padding2d", "padding": [1, 2, 3]}"#, "two pairs"),
      (#"{"layer": "zero_padding1d", "padding": [1, 2, 3]}"#, "after"),
    ] {
      let problem = #expect(throws: Problem.self) {
        try JSONText.decode(LayerList.self, from: "[\(text)]", at: "network")
      }
      #expect(problem?.description.contains(word) == true)
    }
  }
}
