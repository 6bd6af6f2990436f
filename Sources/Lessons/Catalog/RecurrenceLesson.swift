import Charts
import Engine
import Formatting
import Networks

/// What a recurrent cell keeps from step to step: a simple one, an LSTM and a GRU, gate by gate.
enum RecurrenceLesson: CatalogLesson {
  static let name = "recurrence"
  static let title = "Recurrence: RNN, LSTM and GRU by their gates"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A recurrent cell reads a sequence one number at a time and keeps a state. The same weights are "
        + "used at every step. Gates are sigmoids that say, with a number from 0 to 1, how much is let "
        + "through.",
      steps: [try simple(), lstm(), try gru(), try memory()])
  }

  /// The weights of one sum of a cell with one input and one unit.
  struct Gate {
    var input, state, bias: Double

    func sum<N: Scalar>(_ x: N, _ h: N, _ named: (String, Double) -> N) -> N {
      named("w", input) * x + named("u", state) * h + named("b", bias)
    }
  }

  static let cell = Gate(input: 0.8, state: 0.5, bias: 0.1)
  /// In the order i, f, g, o.
  static let gates = [
    Gate(input: 0.5, state: 0.2, bias: 0), Gate(input: 0.3, state: 0.4, bias: 2),
    Gate(input: 0.9, state: -0.3, bias: 0), Gate(input: 0.4, state: 0.6, bias: 0.5),
  ]
  /// In the order z, r, candidate.
  static let gruGates = [
    Gate(input: 0.4, state: 0.3, bias: 2), Gate(input: 0.2, state: 0.5, bias: 0),
    Gate(input: 0.9, state: 0.6, bias: 0),
  ]
  static let sequence = [1, 0, 0.5, -1]

  private static let sigmoid = Ops.Sigmoid()
  private static let tanh = Ops.Tanh()
  private static func plain(_ name: String, _ value: Double) -> Double { value }
  private static func symbol(_ name: String, _ value: Double) -> SymbolicExpression {
    .variable(name, value)
  }

  // MARK: The simple cell

  static func next(_ x: Double, _ h: Double) -> Double { tanh.value(cell.sum(x, h, plain)) }

  private static func simple() throws -> Lesson.Step {
    var h = 0.0
    var rows: [[String]] = []
    for (step, x) in sequence.enumerated() {
      h = next(x, h)
      rows.append(Lesson.row("\(step + 1)", [x, h]))
    }
    let first = next(sequence[0], 0)
    func written(_ x: Double, _ old: (String, Double)) -> SymbolicExpression {
      tanh.value(cell.sum(symbol("x", x), symbol(old.0, old.1), symbol))
    }
    return .init(
      "A simple cell",
      .text(
        "The new state is a squashed sum of the input and the old state. The sequence is "
          + "\(listText(sequence)), the state begins at 0:"),
      .formula(.init("h₁", written(sequence[0], ("h₀", 0)))),
      .formula(.init("h₂", written(sequence[1], ("h₁", first)))),
      .table(.init(["step", "input", "state"], rows)),
      .question(
        try .init(
          "The state is 0.4 and the input 1. What is the next state?",
          solution: "tanh(0.8 * 1 + 0.5 * 0.4 + 0.1)",
          hint: "The weights are 0.8 for the input and 0.5 for the state, the bias 0.1.")))
  }

  // MARK: LSTM

  static func next(_ x: Double, _ state: (h: Double, c: Double)) -> (h: Double, c: Double) {
    let sums = gates.map { $0.sum(x, state.h, plain) }
    let c =
      sigmoid.value(sums[1]) * state.c + sigmoid.value(sums[0]) * tanh.value(sums[2])
    return (sigmoid.value(sums[3]) * tanh.value(c), c)
  }

  private static func lstm() -> Lesson.Step {
    let before = next(sequence[0], (h: 0, c: 0))
    let x = symbol("x", sequence[1])
    let h = symbol("h", before.h)
    func written(_ gate: Int) -> SymbolicExpression {
      let sum = gates[gate].sum(x, h, symbol)
      return gate == 2 ? tanh.value(sum) : sigmoid.value(sum)
    }
    let values = (0..<4).map { written($0).real }
    let c =
      symbol("f", values[1]) * symbol("c", before.c) + symbol("i", values[0])
      * symbol("g", values[2])
    return .init(
      "An LSTM has a memory beside its state",
      .text(
        "Step 2 of the same sequence. The state h is \(numberText(before.h)), the memory c "
          + "\(numberText(before.c)). Three gates and a candidate, each with weights of its own."),
      .text("The input gate i says how much of the candidate is written."),
      .formula(.init("i", written(0))),
      .text("The forget gate f says how much of the memory is kept. Its bias of 2 keeps most."),
      .formula(.init("f", written(1))),
      .text("The candidate g is what could be written."), .formula(.init("g", written(2))),
      .text("The output gate o says how much of the memory is shown."),
      .formula(.init("o", written(3))),
      .text("Then memory and state:"), .formula(.init("new c", c)),
      .formula(.init("new h", symbol("o", values[3]) * tanh.value(symbol("c", c.real)))))
  }

  // MARK: GRU

  static func nextOfGRU(_ x: Double, _ h: Double) -> Double {
    let z = sigmoid.value(gruGates[0].sum(x, h, plain))
    let r = sigmoid.value(gruGates[1].sum(x, h, plain))
    let candidate = gruGates[2]
    let new = tanh.value(candidate.input * x + r * (candidate.state * h) + candidate.bias)
    return z * h + (1 - z) * new
  }

  private static func gru() throws -> Lesson.Step {
    let old = nextOfGRU(sequence[0], 0)
    let (x, h) = (symbol("x", sequence[1]), symbol("h", old))
    let z = sigmoid.value(gruGates[0].sum(x, h, symbol))
    let r = sigmoid.value(gruGates[1].sum(x, h, symbol))
    let g = gruGates[2]
    let sum =
      symbol("w", g.input) * x + symbol("r", r.real) * (symbol("u", g.state) * h)
      + symbol("b", g.bias)
    let new = tanh.value(symbol("s", sum.real))
    let mixed =
      symbol("z", z.real) * h + (1 - symbol("z", z.real)) * symbol("g", new.real)
    return .init(
      "A GRU has two gates and no memory of its own",
      .text(
        "The update gate z says how much of the old state stays; the reset gate r how much of it the "
          + "candidate g hears:"),
      .formula(.init("z", z)), .formula(.init("r", r)), .formula(.init("s", sum)),
      .formula(.init("g", new)),
      .formula(.init("new h", mixed)),
      .question(
        try .init(
          "The update gate is 0.9, the old state 0.5, the candidate -1. What is the new state?",
          solution: "0.9 * 0.5 + (1 - 0.9) * -1", hint: "z · h + (1 - z) · g.")))
  }

  // MARK: Who remembers

  private static func memory() throws -> Lesson.Step {
    let inputs = [1.0] + [Double](repeating: 0, count: 19)
    var (simple, gru) = (0.0, 0.0)
    var lstm = (h: 0.0, c: 0.0)
    var lines: [[Double]] = [[], [], []]
    for x in inputs {
      simple = next(x, simple)
      lstm = next(x, lstm)
      gru = nextOfGRU(x, gru)
      for (place, state) in [simple, lstm.c, gru].enumerated() { lines[place].append(state) }
    }
    let silence = zip(["simple cell", "LSTM, memory", "GRU"], try rests()).map { $0 }
    let shares = zip(lines, silence).map { line, rest in
      line.map { ($0 - rest.1) / (line[0] - rest.1) }
    }
    return .init(
      "Who remembers a single 1",
      .text(
        "One 1, then only zeros. How much of what the 1 left is still there, above the state that each "
          + "cell comes to with zeros alone:"),
      .chart(
        LineChart(
          title: "What is left of the first input",
          series: zip(silence, shares).map { .init($0.0, values: $1) }, xTitle: "step",
          yTitle: "share")),
      .table(
        .init(
          ["cell", "after 5 steps", "after 20"],
          zip(silence, shares).map { Lesson.row($0.0, measured: [$1[4], $1[19]]) })),
      .question(
        try .init(
          "A forget gate stays at 0.9. What share of the memory is left after 10 steps?",
          solution: "0.9^10", hint: "Each step multiplies by the gate.")))
  }

  /// The state that each cell comes to when it reads zeros only.
  private static func rests() throws -> [Double] {
    var (simple, gru) = (0.0, 0.0)
    var lstm = (h: 0.0, c: 0.0)
    for _ in 0..<500 {
      (simple, lstm, gru) = (next(0, simple), next(0, lstm), nextOfGRU(0, gru))
    }
    return [simple, lstm.c, gru]
  }
}
