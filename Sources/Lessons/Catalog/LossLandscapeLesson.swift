import Charts
import Engine
import Formatting
import Networks

/// The loss as a landscape over weight and bias, and the way down.
enum LossLandscapeLesson: CatalogLesson {
  static let name = "loss-landscape"
  static let title = "The loss landscape, walking downhill"

  static func make() throws -> Lesson {
    let (path, losses) = try walk(rate: 0.02, steps: 12)
    return Lesson(
      name, title: title,
      idea:
        "For every weight and bias there is a loss: a landscape. Training stands somewhere in it, "
        + "feels only the slope under its feet, and takes a step down.",
      steps: [try heights(), try slice(path), try way(path, losses)])
  }

  private static func loss(_ w: Double, _ b: Double) throws -> Double {
    var neuron = OneNeuronLesson.neuron
    neuron.weights = ["neuron/kernel": [w], "neuron/bias": [b]]
    return try neuron.cycle([OneNeuronLesson.x], target: [OneNeuronLesson.target]).loss
  }

  private static func walk(
    rate: Double, steps: Int
  ) throws -> (path: [(w: Double, b: Double)], losses: [Double]) {
    var neuron = OneNeuronLesson.neuron
    var path: [(w: Double, b: Double)] = []
    var losses: [Double] = []
    for _ in 0...steps {
      path.append((neuron.weights["neuron/kernel"]![0], neuron.weights["neuron/bias"]![0]))
      let cycle = try neuron.cycle([OneNeuronLesson.x], target: [OneNeuronLesson.target])
      losses.append(cycle.loss)
      neuron = neuron.stepped(cycle, rate: rate)
    }
    return (path, losses)
  }

  private static func heights() throws -> Lesson.Step {
    let weights = [0.0, 0.25, 0.5, 0.75, 1.0]
    let rows = try [0.5, 0.3, 0.1, -0.1, -0.3].map { b in
      Lesson.row(numberText(b), try weights.map { try loss($0, b) })
    }
    return .init(
      "Heights",
      .text(
        "The neuron of the first lesson, input 2, target 1.5. The loss for some weights (across) "
          + "and biases (down):"),
      .table(.init(Lesson.row("b \\ w", weights), rows)),
      .text(
        "The valley is a line, w · 2 + b = 1.5: many pairs answer this one example perfectly. More "
          + "examples make it narrower."))
  }

  private static func slice(_ path: [(w: Double, b: Double)]) throws -> Lesson.Step {
    let curve = try (0...60).map { step in
      let w = Double(step) / 50
      return (x: w, y: try loss(w, 0.1))
    }
    let slope = try OneNeuronLesson.neuron.cycle(
      [OneNeuronLesson.x], target: [OneNeuronLesson.target])
    let here = slope.gradients["neuron/kernel"]![0]
    let tangent = [0.42, 0.58].map { w in
      (x: w, y: slope.loss + here * (w - 0.5))
    }
    return .init(
      "A cut through it, and the slope at 0.5",
      .chart(
        LineChart(
          title: "Loss for each weight, bias 0.1",
          series: [.init("slope here", tangent), .init("loss", curve)], xTitle: "weight",
          yTitle: "loss", countsOnX: false)),
      .text(
        "At 0.5 the slope is \(numberText(here)): the loss falls to the right, so the weight must "
          + "grow."))
  }

  private static func way(
    _ path: [(w: Double, b: Double)], _ losses: [Double]
  ) throws -> Lesson.Step {
    let rows = path.indices.filter { $0 < 4 || $0 % 4 == 0 }.map { step in
      Lesson.row("\(step)", [path[step].w, path[step].b, losses[step]])
    }
    return .init(
      "The way down",
      .table(.init(["step", "w", "b", "loss"], rows)),
      .figure(
        try LossLandscape(
          title: "The landscape and the way down", xTitle: "weight", yTitle: "bias", x: 0...1,
          y: -0.4...0.6, path: path.map { (x: $0.w, y: $0.b) }, loss: loss
        ).figure),
      .chart(
        LineChart(
          title: "Loss after each step", series: [.init("loss", values: losses, from: 0)],
          xTitle: "step", yTitle: "loss")),
      .text("Steps get shorter by themselves: near the bottom the slope is small."),
      .question(
        try .init(
          "With the weight 0.4, which bias makes the loss 0?", solution: "1.5 - 0.4 * 2",
          hint: "The valley is w · 2 + b = 1.5.")))
  }
}
