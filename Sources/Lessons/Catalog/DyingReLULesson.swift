import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// A neuron that is off for every example cannot learn its way back; its relatives can.
enum DyingReLULesson: CatalogLesson {
  static let name = "dying-relu"
  static let title = "Dying ReLU, and its cures"

  static func make() throws -> Lesson {
    let xs = (0..<10).map { Double($0) / 10 }
    let data = try Dataset(xs.map { [$0] }, targets: xs.map { [$0] })
    var rows: [[String]] = []
    var lines: [LineChart.Series] = []
    for (name, layers) in neurons {
      let dense = Dense(
        1, kernelInitializer: .constant(1), biasInitializer: .constant(-1), name: "neuron")
      var trainer = Trainer(
        Sequential([dense] + layers), loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.1))
      let history = try trainer.fit(data, epochs: 300)
      let losses = history.scores("loss")
      rows.append(Lesson.row(name, measured: [losses[0], losses[losses.count - 1]]))
      lines.append(.init(name, values: losses))
    }
    return Lesson(
      name, title: title,
      idea:
        "ReLU answers 0 below 0, and its slope there is 0 too. A neuron whose sum is negative for "
        + "every example gets no gradient and stays as it is: it is dead.",
      steps: [
        try examples(),
        .init(
          "A neuron with a bias of -1",
          .text(
            "It should learn ŷ = x for x from 0 to 0.9. With weight 1 and bias -1 its sum is below "
              + "0 for all ten examples. 300 epochs each:"),
          .table(.init(["activation", "loss after 1", "loss after 300"], rows)),
          .chart(
            LineChart(
              title: "Loss", series: Array(lines.prefix(6)), xTitle: "epoch",
              yTitle: "mean squared error")),
          .text(outcome(lines))),
      ])
  }

  /// Who learned, decided by the numbers.
  private static func outcome(_ lines: [LineChart.Series]) -> String {
    let dead = lines[0].points[299].y
    let alive = lines.filter { $0.points[299].y < dead / 2 }.map(\.name)
    let others = lines.filter { $0.points[299].y >= dead / 2 }.map(\.name)
    return
      "Over 300 epochs ReLU's loss changed by \(numberText(dead - lines[0].points[0].y)). Back "
      + "to life: \(alive.joined(separator: ", ")). Not yet: \(others.joined(separator: ", ")). What "
      + "helps is a slope below 0; that of GELU fades further down, so it saves neurons near 0."
  }

  private static let neurons: [(String, [any Layer])] = [
    ("ReLU", [Activation(.relu)]), ("leaky ReLU", [Activation(.leakyReLU(slope: 0.1))]),
    ("parametric ReLU", [ParametricReLU(slopeInitializer: .constant(0.25))]),
    ("GELU", [Activation(.gelu)]), ("ELU", [Activation(.elu())]),
  ]

  private static func examples() throws -> Lesson.Step {
    let relu = Ops.ReLU()
    let functions: [(String, any UnaryOp)] = [
      ("ReLU", relu), ("leaky ReLU", Ops.LeakyReLU(slope: 0.1)), ("GELU", Ops.GELU()),
      ("ELU", Ops.ELU()),
    ]
    let rows = [-2.0, -0.5, 0.5].map { z in
      Lesson.row(numberText(z), functions.map { _, op in slope(op, z) })
    }
    return .init(
      "Values and slopes",
      .formula(.init("ReLU(-5)", relu.value(SymbolicExpression.variable("x", -5)))),
      .printed([
        .init("ReLU(-5)", prints: "0", computed: relu.value(-5.0)),
        .init("ReLU(3)", prints: "3", computed: relu.value(3.0)),
        .init("ReLU(0.7)", prints: "0.7", computed: relu.value(0.7)),
        .init("ReLU(-1.5)", prints: "0", computed: relu.value(-1.5)),
        .init("ReLU(2.7)", prints: "2.7", computed: relu.value(2.7)),
      ]),
      .chart(
        LineChart(
          title: "What comes out for each sum",
          series: functions.map { name, op in
            curve(name, from: -3, to: 2) { Self.value(op, $0) }
          }, xTitle: "z", yTitle: "activation", countsOnX: false)),
      .text("Slopes at some places:"),
      .table(.init(["z"] + functions.map(\.0), rows)),
      .question(
        try .init(
          "A neuron's sums over its data lie between -4 and -1, and its activation is leaky ReLU with "
            + "slope 0.1. By what is the slope that reaches its weights multiplied?",
          solution: "0.1", hint: "Below 0 leaky ReLU is the line 0.1 · z.")))
  }

  private static func value(_ op: some UnaryOp, _ z: Double) -> Double { op.value(z) }

  private static func slope(_ op: some UnaryOp, _ z: Double) -> Double {
    op.derivative(z, op.value(z))
  }
}
