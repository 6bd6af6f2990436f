import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Four pixels, 4-3-2: the forward pass, the gradient of the loss that was computed, and training.
enum DogOrCatLesson: CatalogLesson {
  static let name = "dog-or-cat"
  static let title = "Dog or cat from four pixels, with training"

  private static let image = [0.9, 0.2, 0.8, 0.3]

  private static func network(_ loss: any Loss) -> SmallNetwork {
    SmallNetwork(
      layers: [
        Dense(3, name: "hidden"), Activation(.relu), Dense(2, name: "output"),
      ] + (loss.hasClassTargets ? [] : [Activation(.softmax)]), inputs: 4, loss: loss,
      weights: [
        "hidden/kernel": [0.6, 0.2, 0.3, 0.4, 0.7, 0.5, 0.5, 0.3, 0.2, 0.3, 0.6, 0.8],
        "hidden/bias": [-0.4, -0.3, -0.5],
        "output/kernel": [0.8, 0.3, 0.6, 0.7, 0.3, 0.9], "output/bias": [-0.2, -0.3],
      ])
  }

  static func make() throws -> Lesson {
    let network = network(.halfSumOfSquares)
    let values = try network.values(image)
    let cycle = try network.cycle(image, target: [1, 0])
    return Lesson(
      name, title: title,
      idea:
        "The smallest image there is, 2×2, through 4-3-2. Then the loss, and the one question "
        + "that decides whether training works: the slope of which loss?",
      steps: [
        try forward(network, values), loss(cycle), try gradient(network, values, cycle),
        try crossEntropy(values), try training(),
      ])
  }

  private static func forward(
    _ network: SmallNetwork, _ values: [[Double]]
  ) throws -> Lesson.Step {
    let hidden = network.weights["hidden/kernel"]!
    let first = weightedSum(
      [0, 3, 6, 9].map { hidden[$0] }, numbered("w", 4), image, numbered("x", 4), bias: -0.4)
    return .init(
      "Forward",
      .figure(drawing(of: image, width: 2)),
      .figure(
        try network.picture(image, target: [1, 0])),
      .formula(.init("z₁", first)),
      .printed([
        .init("h₁", prints: "0.71", computed: values[1][0]),
        .init("h₂", prints: "0.44", computed: values[1][1]),
        .init("h₃", prints: "0.27", computed: values[1][2]),
        .init("score of dog", prints: "0.713", computed: values[2][0]),
        .init("score of cat", prints: "0.464", computed: values[2][1]),
        .init("P(dog)", prints: "0.562", computed: values[3][0]),
        .init("P(cat)", prints: "0.438", computed: values[3][1]),
      ]))
  }

  private static func loss(_ cycle: SmallNetwork.Cycle) -> Lesson.Step {
    let dog = HalfSquaredError().value(SymbolicExpression.variable("p(dog)", cycle.output[0]), 1)
    let cat = HalfSquaredError().value(SymbolicExpression.variable("p(cat)", cycle.output[1]), 0)
    return .init(
      "Loss: it was a dog",
      .formula(.init("L", dog + cat)),
      .printed([.init("loss", prints: "0.192", computed: cycle.loss)]))
  }

  private static func gradient(
    _ network: SmallNetwork, _ values: [[Double]], _ cycle: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    // A bias is added to the score, so its slope is the score's.
    let score = cycle.gradients["output/bias"]![0]
    let weight = cycle.gradients["output/kernel"]![0]
    let next = network.stepped(cycle, rate: 0.01)
    let (p, q) = (
      SymbolicExpression.variable("p(dog)", values[3][0]),
      SymbolicExpression.variable("p(cat)", values[3][1])
    )
    let through = (p - 1) * (p * (1 - p)) - (q - 0) * (p * q)
    return .init(
      "Backward: the slope of that loss",
      .text(
        "The loss depends on the score of dog through both probabilities, because softmax shares "
          + "out: ∂p(dog)/∂z = p(1 - p), and ∂p(cat)/∂z = −p(dog) · p(cat)."),
      .formula(.init("∂L/∂z(dog)", through)),
      .text(
        "The engine's gradient says \(numberText(score)). The worked text has p - y = -0.438, "
          + "which is the slope of another loss, the cross-entropy. What follows from it is off too:"
      ),
      .printed([
        .init("slope at the score of dog", prints: "-0.438", computed: score),
        .init("slope at its first weight", prints: "-0.311", computed: weight, isInheriting: true),
        .init(
          "first weight after a step", prints: "0.80311",
          computed: next.weights["output/kernel"]![0],
          isInheriting: true),
      ]),
      .text("The direction is right, the step is about twice as long as this loss asks for."))
  }

  private static func crossEntropy(_ values: [[Double]]) throws -> Lesson.Step {
    let network = network(.crossEntropy)
    let cycle = try network.cycle(image, target: [0])
    let next = network.stepped(cycle, rate: 0.01)
    return .init(
      "The loss that the text's slope belongs to",
      .text(
        "Cross-entropy is minus the logarithm of P(the right class). On top of softmax its slope is just p - y: that "
          + "is why classifiers use the two together."),
      .formula(
        .init(
          "∂L/∂z(dog)",
          SymbolicExpression.variable("p(dog)", values[3][0]) - .variable("y", 1))),
      .printed([
        .init(
          "slope at the score of dog", prints: "-0.438",
          computed: cycle.gradients["output/bias"]![0]),
        .init(
          "slope at its first weight", prints: "-0.311",
          computed: cycle.gradients["output/kernel"]![0]),
        .init(
          "first weight after a step", prints: "0.80311",
          computed: next.weights["output/kernel"]![0]),
      ]),
      .text("Its loss here is \(numberText(cycle.loss)), not 0.192."),
      .question(
        try .init(
          "Had it been a cat, what would be the slope of the cross-entropy at the score of dog?",
          solution: numberText(values[3][0]),
          hint: "The slope is p - y, and y of dog is now 0.")))
  }

  /// Images of our own: dogs are bright on the left, cats on the right, with noise.
  static func images(_ count: Int, seed: UInt64) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    let labels = (0..<count).map { Double($0 % 2) }
    let inputs = labels.map { label in
      (0..<4).map { pixel in
        let isBright = pixel % 2 == Int(label)
        return Double.min(1, .max(0, (isBright ? 0.75 : 0.3) + 0.2 * generator.normal()))
      }
    }
    return try Dataset(inputs, targets: labels.map { [$0] }, areClasses: true)
  }

  private static func training() throws -> Lesson.Step {
    var trainer = Trainer(
      Sequential {
        Dense(3, activation: .relu); Dense(2)
      }, loss: .crossEntropy,
      optimizer: .adam(learningRate: 0.02), metrics: [.accuracy], seed: 4)
    let history = try trainer.fit(
      images(200, seed: 1), validation: images(100, seed: 2), epochs: 30, batch: 20)
    let best = history.best
    return .init(
      "Training: nobody types the weights in",
      .text(
        "200 noisy images, dogs bright on the left, cats on the right, and 100 more that the "
          + "network never learns from. After 30 epochs it gets "
          + "\(percentText(history.last?.validation?["accuracy"] ?? .nan)) of those right; the best epoch was "
          + "\(best?.epoch ?? 0)."),
      .chart(
        LineChart(
          title: "Loss after each epoch",
          series: [
            .init("training", values: history.map(\.trainLoss)),
            .init("validation", values: history.map(\.validationLoss)),
          ], xTitle: "epoch", yTitle: "cross-entropy")))
  }
}
