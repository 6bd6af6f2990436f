import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// A window that moves over a picture, and what layers of such windows see.
enum ConvolutionLesson: CatalogLesson {
  static let name = "convolution"
  static let title = "Convolution, and what layers see"

  /// A bright square on dark ground.
  private static let side = 8
  private static let image = (0..<64).map { pixel in
    (2...5).contains(pixel / 8) && (2...5).contains(pixel % 8) ? 0.9 : 0.1
  }
  private static let mapSide = 6
  /// Bright on the right, dark on the left.
  private static let kernel: [Double] = [-1, 0, 1, -1, 0, 1, -1, 0, 1]

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A convolution slides one small window of weights over the whole picture. The same few weights "
        + "look everywhere, so what is learned in one corner is known in all.",
      steps: [try window(), try maps(), try counting(), sight(), try learned()])
  }

  private static func matrix(_ values: [Double], _ side: Int) throws -> Elements<Double> {
    Elements(shape: try TensorShape(checking: [side, side]), values: values)
  }

  private static func window() throws -> Lesson.Step {
    let places = (0..<9).map { $0 / 3 * side + $0 % 3 }
    let names = (0..<9).map { Symbol("x", places: [$0 / 3 + 1, $0 % 3 + 1]).text }
    let weights = (0..<9).map { Symbol("k", places: [$0 / 3 + 1, $0 % 3 + 1]).text }
    return .init(
      "One window",
      .figure(drawing(of: image, width: side)),
      .figure(
        pictures(
          "The kernel: blue pulls down, orange up", [("3×3", kernel.map { 0.5 + $0 / 2 })],
          width: 3,
          palette: .diverging, tileWidth: 70)),
      .text("The window in the upper left corner: nine products, added."),
      .formula(
        .init("y₁,₁", weightedSum(kernel, weights, places.map { image[$0] }, names))),
      .question(
        try .init(
          "What does the window give in row 3, column 5 of the map?",
          solution: "3 * (0.1 - 0.9)",
          hint:
            "Its left column lies on the bar, its right one on dark ground; three rows are alike."))
    )
  }

  private static func maps() throws -> Lesson.Step {
    let map = try TermFunction.value(
      "conv2d", [matrix(image, side), matrix(kernel, 3)])
    let bent = map.values.map { Ops.ReLU().value($0) }
    let pooled = try TermFunction.value(
      "max_pool", [matrix(bent, mapSide), Elements(shape: .scalar, values: [2])])
    let largest = map.values.map(\.magnitude).max() ?? 1
    func shares(_ values: [Double]) -> [Double] { values.map { 0.5 + $0 / largest / 2 } }
    return .init(
      "The whole map, then ReLU, then pooling",
      .text("Every place of the window gives one number of the feature map:"),
      .table(
        .init(
          ["row"] + (1...mapSide).map(String.init),
          (0..<mapSide).map { row in
            Lesson.row("\(row + 1)", Array(map.values[row * mapSide..<(row + 1) * mapSide]))
          })),
      .figure(
        pictures(
          "The feature map, and after ReLU",
          [("map", shares(map.values)), ("after ReLU", shares(bent))], width: mapSide,
          palette: .diverging, tileWidth: 90)),
      .text(
        "Orange is where it gets brighter to the right, blue where darker, grey where nothing changes. "
          + "Max pooling keeps the largest of each 2×2: \(listText(pooled.values)). The edge is still "
          + "known, its exact place no longer matters."))
  }

  private static func counting() throws -> Lesson.Step {
    let convolution =
      (SymbolicExpression.variable("height", 3) * .variable("width", 3)
        * .variable("channels", 3) + 1) * .variable("kernels", 16)
    let dense = 224.0 * 224 * 3 * 16 + 16
    return .init(
      "How few weights that takes",
      .text("Sixteen kernels of 3×3 over a picture in colour:"),
      .formula(.init("weights", convolution)),
      .text(
        "Sixteen dense units that see a picture of 224×224 would have \(dense.grouped) weights, and each "
          + "would know one place only."),
      .question(
        try .init(
          "A second layer: 32 kernels of 3×3 over these 16 maps. How many weights, biases included?",
          solution: "(3 * 3 * 16 + 1) * 32", hint: "A kernel is as deep as there are maps.")))
  }

  /// How much of the picture one number of each layer depends on.
  private static func sight() -> Lesson.Step {
    var (plain, pooled, stride) = (1, 1, 1)
    let rows = (1...5).map { layer in
      plain += 2
      pooled += 2 * stride
      let row = ["\(layer)", "\(plain)×\(plain)", "\(pooled)×\(pooled)"]
      // Pooling 2×2 behind each layer.
      pooled += stride
      stride *= 2
      return row
    }
    return .init(
      "What layers see",
      .text(
        "One number of the first layer sees 3×3 pixels. A window over windows sees more, and with 2×2 "
          + "pooling between the layers much more. So first layers can only know edges and colours, later "
          + "ones corners and textures, the last ones parts and things."),
      .table(.init(["layer", "3×3 windows alone", "with pooling between"], rows)))
  }

  /// Bars at a random place, upright or lying, under noise.
  private static func bars(_ count: Int, seed: UInt64) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    var pixels: [Float] = []
    for number in 0..<count {
      let place = Int(generator.uniform() * 8)
      for pixel in 0..<64 {
        let isLit = (number % 2 == 0 ? pixel % 8 : pixel / 8) == place
        pixels.append(Float((isLit ? 0.8 : 0.2) + 0.15 * generator.normal()))
      }
    }
    return try Dataset(
      inputs: Examples(shape: [8, 8, 1], floats: pixels),
      targets: Examples(shape: .scalar, floats: (0..<count).map { Float($0 % 2) }))
  }

  private static func learned() throws -> Lesson.Step {
    var trainer = Trainer(
      Sequential {
        Conv2D(4, kernelSize: 3, activation: .relu, name: "windows")
        GlobalMaxPool2D()
        Dense(2)
      }, loss: .crossEntropy, optimizer: .adam(learningRate: 0.02), metrics: [.accuracy], seed: 2)
    let history = try trainer.fit(
      bars(64, seed: 1), validation: bars(64, seed: 2), epochs: 25, batch: 16)
    let kernel = trainer.model?.tensors.first { $0.name == "windows/kernel" }?.tensor
    guard let grid = kernel.flatMap({ ImageGrid(weights: $0, height: 3, width: 3) }) else {
      throw Problem.shape("windows/kernel", expected: "four kernels of 3 × 3", found: "none")
    }
    return .init(
      "Nobody types the kernels in",
      .text(
        "64 pictures of 8×8 with a bar, upright or lying, anywhere, under noise. A network of four "
          + "kernels, the largest answer of each, and two scores reads "
          + "\(percentText(history.best?.validation?["accuracy"] ?? .nan)) of 64 new ones right. Its "
          + "kernels after training:"),
      .figure(grid.figure))
  }
}
