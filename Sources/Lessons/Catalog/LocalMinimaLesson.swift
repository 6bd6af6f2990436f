import Charts
import Engine
import Formatting
import Networks

/// Valleys that are not the deepest, and places that are flat without being a valley.
enum LocalMinimaLesson: CatalogLesson {
  static let name = "local-minima"
  static let title = "Local minima and saddles"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "Downhill leads into the valley one happens to stand above, which need not be the deepest. Where "
        + "one starts, how far a step goes and what it remembers decide which.",
      steps: [try valleys(), try saddle()])
  }

  /// A landscape over one weight with two valleys.
  private static func loss(_ w: Double) -> Double { w * w * w * w / 4 - w * w + 0.3 * w + 1.5 }

  private static func slope<N: Scalar>(_ w: N) -> N { w * w * w - 2 * w + 0.3 }

  private static func walk(_ start: Double, _ rule: some UpdateRule) -> [Double] {
    var (w, state) = (start, rule.state.map(\.initial))
    return [start]
      + (1...60).map { _ in
        (w, state) = rule.update(w, gradient: slope(w), state: state, counters: [], rate: 0.1)
        return w
      }
  }

  private static func valleys() throws -> Lesson.Step {
    let walks: [(String, [Double])] = [
      ("from 2", walk(2, gradientDescent)), ("from -0.5", walk(-0.5, gradientDescent)),
      ("from 2, with momentum", walk(2, Optimizer.sgd(momentum: 0.9).rule)),
    ]
    let rows = walks.map { name, path in
      Lesson.row(name, measured: [path[0], path[60], loss(path[60])])
    }
    return .init(
      "Two valleys",
      .chart(
        LineChart(
          title: "The loss, and where three walks end",
          series: [
            .init("ends", dots: walks.map { (x: $0.1[60], y: loss($0.1[60])) }),
            curve("loss", from: -2, to: 2.1, loss),
          ], xTitle: "weight", yTitle: "loss", countsOnX: false)),
      .formula(.init("slope at 2", slope(SymbolicExpression.variable("w", 2)))),
      .table(.init(["walk of 60 steps", "start", "end", "loss there"], rows)),
      .text(
        "Plain descent from 2 stays in the right valley, where the slope is 0 and nothing says that the "
          + "left one is deeper. With momentum the same start rolls "
          + (walks[2].1[60] < 0 ? "over the hill between them." : "on, but not over the hill.")),
      .chart(
        LineChart(
          title: "The weight after each step",
          series: walks.map { .init($0.0, values: $0.1, from: 0) }, xTitle: "step",
          yTitle: "weight")),
      .question(
        try .init(
          "A step from the weight 1 with the rate 0.1: where does it lead?",
          solution: "1 - 0.1 * (1^3 - 2 * 1 + 0.3)", hint: "The slope is w³ - 2w + 0.3.")))
  }

  /// v · tanh(w · x), a network that should answer 0.8 to 1.
  private static func network(_ w: Double, _ v: Double) -> SmallNetwork {
    SmallNetwork(
      layers: [
        Dense(1, usesBias: false, name: "first"), Activation(.tanh),
        Dense(1, usesBias: false, name: "second"),
      ], inputs: 1, loss: .meanSquaredError,
      weights: ["first/kernel": [w], "second/kernel": [v]])
  }

  private static func saddle() throws -> Lesson.Step {
    var walker = network(0.1, -0.05)
    var path: [(x: Double, y: Double)] = []
    for _ in 0...40 {
      path.append((walker.weights["first/kernel"]![0], walker.weights["second/kernel"]![0]))
      walker = walker.stepped(try walker.cycle([1], target: [0.8]), rate: 0.15)
    }
    let slopes = try network(0, 0).cycle([1], target: [0.8]).gradients.values.flatMap { $0 }
    return .init(
      "A saddle, and why weights do not start at 0",
      .text(
        "The smallest network with a hidden neuron: ŷ = v · tanh(w · x), which should answer 0.8 to 1. "
          + "Turning both signs round changes nothing, so there are two valleys of the same depth. "
          + "Between them is a saddle: at w = v = 0 both slopes are \(listText(slopes)), and a network "
          + "that starts there never leaves."),
      .figure(
        LossLandscape(
          title: "Two equal valleys and the saddle between", xTitle: "w", yTitle: "v", x: -2...2,
          y: -2...2, side: 33, path: path
        ) { w, v in
          SquaredError().value(v * Ops.Tanh().value(w), 0.8)
        }.figure),
      .text(
        "Started a little beside it the walk is slow at first and then finds a valley. In networks with "
          + "many weights most flat places are saddles, not bad valleys: some direction still leads "
          + "down."))
  }
}
