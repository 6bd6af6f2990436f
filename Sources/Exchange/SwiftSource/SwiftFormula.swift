import Engine

/// A formula and where its inputs lie, to be computed for every place of a value.
struct SwiftFormula {
  /// An input of a formula: for place i the number i, or, where it repeats, that at i ÷ inner % count.
  struct Operand: Hashable {
    var location: SwiftWriting.Location
    /// Nil for a number at each place.
    var repetition: Repetition?
  }
  struct Repetition: Hashable {
    var inner: Int
    var count: Int
  }
  typealias Term = ElementwiseKernel.Term

  var term: Term
  var operands: [Operand]

  /// Formulas with more steps are not joined to larger ones.
  static let mostSteps = 40
}

extension ElementwiseKernel.Term {
  /// How many steps it has, written out.
  var steps: Int {
    if case .apply(_, let arguments) = self { arguments.reduce(1) { $0 + $1.steps } } else { 0 }
  }

  /// The formula with others in the place of its inputs.
  func replacing(_ inputs: [Self]) -> Self {
    switch self {
    case .input(let number): inputs[number]
    case .constant: self
    case .apply(let operation, let arguments):
      .apply(operation, arguments.map { $0.replacing(inputs) })
    }
  }
}

extension SwiftWriting {
  /// An op that works element by element: computed where it is read, if that is one place and works so too.
  mutating func elementwise(_ op: some ElementwiseOp, _ call: SwiftCall) throws -> Value {
    var operands: [SwiftFormula.Operand] = []
    var terms: [SwiftFormula.Term] = []
    for place in call.inputs { terms.append(try term(of: place, &operands)) }
    let formula = SwiftFormula(term: op.formula.replacing(terms), operands: operands)
    if case .input(let only) = formula.term, operands[only].repetition == nil {
      return .numbers(operands[only].location)
    }
    if isReadOnceByFormula(call.place), formula.term.steps <= SwiftFormula.mostSteps {
      return .formula(formula)
    }
    let location = reserve(call.shape)
    write(formula, into: location, count: call.shape.count)
    return .numbers(location)
  }

  /// A node's value as part of a formula.
  private mutating func term(
    of place: Int, _ operands: inout [SwiftFormula.Operand]
  ) throws -> SwiftFormula.Term {
    func input(_ operand: SwiftFormula.Operand) -> SwiftFormula.Term {
      if let known = operands.firstIndex(of: operand) { return .input(known) }
      operands.append(operand)
      return .input(operands.count - 1)
    }
    switch try value(of: place) {
    case .constant(let number): return .constant(Float(number).bitPattern)
    case .numbers(let location): return input(.init(location: location))
    case .formula(let formula):
      return formula.term.replacing(formula.operands.map { input($0) })
    case .repeated(let source, let axes):
      if case .constant(let number) = try value(of: source) {
        return .constant(Float(number).bitPattern)
      }
      guard let repetition = Self.repetition(axes, of: shapes[place]) else {
        return input(.init(location: try location(of: place)))
      }
      let whole = repetition.inner == 1 && repetition.count == shapes[place].count
      return input(
        .init(location: try location(of: source), repetition: whole ? nil : repetition))
    }
  }

  /// How a value repeats that has some axes of a shape; nil where others lie between these.
  private static func repetition(
    _ axes: [Int], of shape: TensorShape
  ) -> SwiftFormula.Repetition? {
    let long = shape.extents.indices.filter { shape[$0] != 1 }
    let kept = long.filter(axes.contains)
    guard let first = kept.first, let last = kept.last else { return .init(inner: 1, count: 1) }
    guard long.filter({ (first...last).contains($0) }) == kept else { return nil }
    return .init(
      inner: shape.extents[(last + 1)...].reduce(1, *),
      count: kept.reduce(1) { $0 * shape[$1] })
  }

  /// Adds the loop that computes a formula.
  mutating func write(_ formula: SwiftFormula, into location: Location, count: Int) {
    let columns = formula.operands.lazy.compactMap(\.repetition)
      .first { $0.inner == 1 && $0.count > 1 && count % $0.count == 0 }?.count
    let reads = formula.operands.map { operand in
      let index = operand.repetition?.index(columns: columns, count: count) ?? "i"
      return operand.location.text(at: index)
    }
    var text = SwiftFormulaText(reads: reads)
    let (lets, result) = text.written(formula.term)
    uses(text.functions)
    let sizes = columns.map { "rows: \(count / $0), columns: \($0)" } ?? "\(count)"
    let names = columns == nil ? "i" : reads.contains { $0.contains("[i") } ? "i, c" : "_, c"
    let unused = columns == nil && !reads.contains { $0.contains("[i") } ? "_" : names
    if lets.isEmpty {
      call("fill", "\(location.text), \(sizes)) { \(unused) in \(result) }")
    } else {
      call("fill", "\(location.text), \(sizes)) { \(unused) in")
      for line in lets { emit("  \(line)") }
      emit("  return \(result)")
      emit("}")
    }
    for operand in formula.operands { touch(operand.location) }
    touch(location)
  }
}

extension SwiftFormula.Repetition {
  /// The place of number i, in a loop over rows of so many columns.
  fileprivate func index(columns: Int?, count total: Int) -> String {
    if count == 1 { return "0" }
    if inner == 1 { return columns == count ? "c" : "i % \(count)" }
    return inner * count == total ? "i / \(inner)" : "i / \(inner) % \(count)"
  }
}

/// A formula as an expression of Swift, whose larger and repeated parts have names of their own: what is long
/// is read with difficulty, by compilers too.
struct SwiftFormulaText {
  /// What stands for each input.
  let reads: [String]
  private(set) var functions: Set<String> = []
  private var names: [SwiftFormula.Term: String] = [:]
  private var lets: [String] = []
  private var counts: [SwiftFormula.Term: Int] = [:]
  private static let mostSteps = 5

  init(reads: [String]) { self.reads = reads }

  /// The parts with names, and the expression.
  mutating func written(_ term: SwiftFormula.Term) -> (lets: [String], result: String) {
    lets = []
    counts = [:]
    count(term)
    let result = text(term, isWhole: true).text
    return (lets, result)
  }

  private mutating func count(_ term: SwiftFormula.Term) {
    counts[term, default: 0] += 1
    guard counts[term] == 1, case .apply(_, let arguments) = term else { return }
    for argument in arguments { count(argument) }
  }

  /// The steps that are written in one expression, without those that have names.
  private typealias Written = (text: String, precedence: Int, steps: Int)

  private mutating func text(_ term: SwiftFormula.Term, isWhole: Bool = false) -> Written {
    if let name = names[term] { return (name, 9, 0) }
    var written = plain(term)
    let isRepeated = counts[term, default: 0] > 1 && !term.isName(among: reads)
    if !isWhole, isRepeated || written.steps > Self.mostSteps {
      let name = "t_\(names.count + 1)"
      lets.append("let \(name): Float = \(written.text)")
      names[term] = name
      written = (name, 9, 0)
    }
    return written
  }

  private mutating func plain(_ term: SwiftFormula.Term) -> Written {
    switch term {
    case .input(let number): return (reads[number], 9, 0)
    case .constant(let bits):
      let text = Float(bitPattern: bits).swift
      return (text, text.hasPrefix("-") ? 3 : 9, 0)
    case .apply(let operation, let arguments):
      var parts: [Written] = []
      for argument in arguments { parts.append(text(argument)) }
      let steps = parts.reduce(1) { $0 + $1.steps }
      func enclosed(_ place: Int, above precedence: Int) -> String {
        parts[place].precedence > precedence ? parts[place].text : "(\(parts[place].text))"
      }
      switch operation {
      case .add: return ("\(enclosed(0, above: 0)) + \(enclosed(1, above: 0))", 1, steps)
      case .subtract: return ("\(enclosed(0, above: 0)) - \(enclosed(1, above: 1))", 1, steps)
      case .multiply: return ("\(enclosed(0, above: 1)) * \(enclosed(1, above: 2))", 2, steps)
      case .divide: return ("\(enclosed(0, above: 1)) / \(enclosed(1, above: 2))", 2, steps)
      case .negate: return ("-\(enclosed(0, above: 3))", 3, steps)
      case .selectGreater:
        return (
          "\(enclosed(0, above: 0)) > \(enclosed(1, above: 0)) "
            + "? \(enclosed(2, above: 0)) : \(enclosed(3, above: 0))", 0, steps
        )
      case .copy: return parts[0]
      default:
        let name = operation.swiftFunction
        functions.insert(name)
        return ("\(name)(\(parts.map(\.text).joined(separator: ", ")))", 9, steps)
      }
    }
  }
}

extension SwiftFormula.Term {
  /// Whether it is written as short as a name.
  fileprivate func isName(among reads: [String]) -> Bool {
    switch self {
    case .input(let number): !reads[number].contains("[")
    case .constant: true
    case .apply: false
    }
  }
}

extension ElementwiseKernel.Operation {
  /// The function that computes it.
  fileprivate var swiftFunction: String {
    switch self {
    case .maximum: "max"
    case .minimum: "min"
    case .absolute: "abs"
    case .squareRoot: "sqrt"
    case .exponential: "exp"
    case .logarithm: "log"
    case .hyperbolicTangent: "tanh"
    case .errorFunction: "erf"
    default: preconditionFailure("\(self) is no function of a formula")
    }
  }
}
