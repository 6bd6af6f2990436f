import Engine
import Networks

/// Whether a layer computes what stands in a part of a network, and from which weights.
///
/// The layer is built and its ops are compared with those there, from the result backwards. Shapes in between may
/// differ as long as the numbers and their order are the same.
struct SameComputation {
  /// What stands there for a tensor of the layer.
  enum Weight: Equatable {
    /// A value that depends on weights alone.
    case place(Int)
    /// The same with rows and columns exchanged.
    case turned(Int)
    /// The same number everywhere.
    case number(Float)
  }

  private let layer: SearchedGraph
  private let network: SearchedGraph
  /// By the names that the tensors have in the layer, in their order.
  private(set) var weights: [(variable: Variable, weight: Weight)] = []
  private var pairs: [Int: Int] = [:]

  /// Nil where it computes something else.
  ///
  /// - Parameters:
  ///   - layer: what it computes, from its input.
  ///   - network: from the value that is to be the layer's input.
  ///   - end: the value that is to be the layer's result.
  init?(_ layer: SearchedGraph, _ network: SearchedGraph, to end: Int) {
    (self.layer, self.network) = (layer, network)
    let last = layer.entries.count - 1
    guard layer.shapes(last) == network.shapes(end), isSame(last, end) else { return nil }
  }

  private mutating func isSame(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (layer.plain(a), network.plain(b))
    if let known = pairs[a] { return known == b }
    guard matches(a, b) else { return false }
    pairs[a] = b
    return true
  }

  private mutating func matches(_ a: Int, _ b: Int) -> Bool {
    switch layer.entries[a].source {
    case .input: return b == network.start
    case .variable(let variable): return bind(variable, to: b)
    case .constant(let number): return network.constant(b) == Float(number)
    case .op(let op):
      let inputs = layer.entries[a].inputs
      if op is Ops.Broadcast, network.constant(b) != nil { return isSame(inputs[0], b) }
      guard let other = network.op(b), layer.counts(a) == network.counts(b) else { return false }
      if type(of: op) == type(of: other) { return isSame(op, a, other, b) }
      return isFormula(op, inputs, b)
    }
  }

  /// Both ways round where the order of two inputs means nothing.
  private mutating func areSame(_ mine: [Int], _ theirs: [Int], anyOrder: Bool) -> Bool {
    guard mine.count == theirs.count else { return false }
    let before = self
    if zip(mine, theirs).allSatisfy({ isSame($0, $1) }) { return true }
    self = before
    guard anyOrder else { return false }
    if zip(mine, theirs.reversed()).allSatisfy({ isSame($0, $1) }) { return true }
    self = before
    return false
  }

  // MARK: Weights

  private mutating func bind(_ variable: Variable, to b: Int) -> Bool {
    if let number = network.constant(b) { return add(variable, .number(number)) }
    guard isWeight(variable, b) else { return false }
    return add(variable, .place(b))
  }

  private mutating func add(_ variable: Variable, _ weight: Weight) -> Bool {
    // Two tensors that are one there would learn apart from each other.
    if case .number = weight {
    } else if weights.contains(where: { $0.weight == weight }) {
      return false
    }
    weights.append((variable, weight))
    return true
  }

  /// Whether a value has as many numbers as a tensor, and is made of weights that learn if the tensor does.
  private func isWeight(_ variable: Variable, _ b: Int) -> Bool {
    guard !network.depends[b], network.counts(b).allSatisfy({ $0 == variable.shape.count }) else {
      return false
    }
    var (open, count) = ([b], 0)
    while let place = open.popLast() {
      count += 1
      guard count <= WeightValue.mostNodes else { return false }
      if case .variable(let weight) = network.entries[place].source,
        variable.isTrainable, !weight.isTrainable
      {
        return false
      }
      open += network.entries[place].inputs
    }
    return true
  }

  // MARK: Ops

  private mutating func isSame(_ op: any Op, _ a: Int, _ other: any Op, _ b: Int) -> Bool {
    let (mine, theirs) = (layer.entries[a].inputs, network.entries[b].inputs)
    switch (op, other) {
    case (let x as Ops.Broadcast, let y as Ops.Broadcast):
      return layer.repetition(a, x) == network.repetition(b, y) && isSame(mine[0], theirs[0])
    case (let x as Ops.Transpose, let y as Ops.Transpose):
      return SearchedGraph.Turn.all(layer.shapes(mine[0]), x.order)
        == SearchedGraph.Turn.all(network.shapes(theirs[0]), y.order)
        && isSame(mine[0], theirs[0])
    case (let x as Ops.Slice, let y as Ops.Slice):
      let (p, q) = (layer.box(a, x), network.box(b, y))
      return p.starts == q.starts && layer.shapes(a) == network.shapes(b)
        && layer.shapes(p.source) == network.shapes(q.source) && isSame(p.source, q.source)
    case (let x as Ops.Convolution, let y as Ops.Convolution):
      return x.groups == y.groups && haveSameWindows(a, x.window, b, y.window) != nil
        && layer.shapes(mine[1]) == network.shapes(theirs[1]) && isSame(mine[1], theirs[1])
    case (let x as Ops.MaxPool, let y as Ops.MaxPool):
      guard let images = haveSameWindows(a, x.window, b, y.window) else { return false }
      return images.areAlike || network.isNeverNegative(images.source)
    case (let x as Ops.MatrixProduct, let y as Ops.MatrixProduct):
      return areFactors(
        mine, theirs, [x.transposesA, x.transposesB], [y.transposesA, y.transposesB])
    case (let x as Ops.BatchedMatrixProduct, let y as Ops.BatchedMatrixProduct):
      return areFactors(
        mine, theirs, [x.transposesA, x.transposesB], [y.transposesA, y.transposesB])
    default:
      return haveSameSettings(op, mine, other, theirs)
        && areSame(mine, theirs, anyOrder: op is Ops.Add || op is Ops.Multiply)
    }
  }

  /// Settings, and of the shapes what the op's meaning depends on.
  private func haveSameSettings(
    _ op: any Op, _ mine: [Int], _ other: any Op, _ theirs: [Int]
  ) -> Bool {
    if let x = op as? any StoredReduction, let y = other as? any StoredReduction {
      return Self.spans(layer.shapes(mine[0]), x.axes)
        == Self.spans(network.shapes(theirs[0]), y.axes)
    }
    guard let x = op as? any StoredOp, let y = other as? any StoredOp,
      (try? JSONText.encode(x)) == (try? JSONText.encode(y)), mine.count == theirs.count
    else { return false }
    if op is any ElementwiseOp { return true }
    func shapes(_ graph: SearchedGraph, _ place: Int) -> [[Int]] {
      graph.shapes(place).map(\.extents)
    }
    switch op {
    case is Ops.Softmax, is Ops.LogSoftmax:
      return shapes(layer, mine[0]).map(\.last) == shapes(network, theirs[0]).map(\.last)
    case is Ops.Gather: return shapes(layer, mine[0]) == shapes(network, theirs[0])
    default: return zip(mine, theirs).allSatisfy { shapes(layer, $0) == shapes(network, $1) }
    }
  }

  /// Of each shape how much stands before the axes, along them and behind.
  private static func spans(_ shapes: [TensorShape], _ axes: Range<Int>) -> [[Int]] {
    shapes.map { shape in
      [
        shape.extents[..<axes.lowerBound].reduce(1, *), shape.extents[axes].reduce(1, *),
        shape.extents[axes.upperBound...].reduce(1, *),
      ]
    }
  }

  /// Windows over the same images, with zeros around them or without.
  private mutating func haveSameWindows(
    _ a: Int, _ mine: Window, _ b: Int, _ theirs: Window
  ) -> (areAlike: Bool, source: Int)? {
    let (x, y) = (layer.windows(a, mine), network.windows(b, theirs))
    guard x.window == y.window, layer.counts(x.source) == network.counts(y.source),
      isSame(x.source, y.source)
    else { return nil }
    return (x.isPadded == y.isPadded, y.source)
  }

  /// Factors of a product, each as it is or with its last two axes exchanged.
  private mutating func areFactors(
    _ mine: [Int], _ theirs: [Int], _ areTurned: [Bool], _ othersAreTurned: [Bool]
  ) -> Bool {
    for place in 0..<2 {
      let (a, b) = (mine[place], theirs[place])
      if areTurned[place] == othersAreTurned[place] {
        guard layer.shapes(a) == network.shapes(b), isSame(a, b) else { return false }
      } else if areTurned[place] {
        // It is turned there by an op of its own.
        guard let source = Self.turned(b, network), layer.shapes(a) == network.shapes(source),
          isSame(a, source)
        else { return false }
      } else if case .variable(let variable) = layer.entries[layer.plain(a)].source {
        guard isWeight(variable, b), layer.shapes(a)[0].rank == 2, add(variable, .turned(b)) else {
          return false
        }
      } else {
        return false
      }
    }
    return true
  }

  /// What is turned into a value by exchanging its last two axes.
  private static func turned(_ place: Int, _ graph: SearchedGraph) -> Int? {
    let inner = graph.plain(place)
    guard let turn = graph.op(inner) as? Ops.Transpose else { return nil }
    let source = graph.entries[inner].inputs[0]
    let rank = turn.order.count
    guard rank >= 2, graph.shapes(inner) == graph.shapes(place),
      turn.order == Array(0..<rank - 2) + [rank - 1, rank - 2]
    else { return nil }
    return source
  }

  // MARK: Formulas

  /// Whether an activation function stands there as its formula.
  private mutating func isFormula(_ op: any Op, _ inputs: [Int], _ b: Int) -> Bool {
    if op is Ops.ReLU6, let clip = network.op(b) as? Ops.Clip, clip.low == 0, clip.high == 6 {
      return isSame(inputs[0], network.entries[b].inputs[0])
    }
    let before = self
    for formula in ElementwiseKernel.Term.spellings(of: op) {
      if follows(formula, inputs, b) { return true }
      self = before
    }
    return false
  }

  private mutating func follows(
    _ formula: ElementwiseKernel.Term, _ inputs: [Int], _ b: Int
  ) -> Bool {
    let b = network.plain(b)
    switch formula {
    case .input(let place): return isSame(inputs[place], b)
    case .constant(let bits): return network.constant(b) == Float(bitPattern: bits)
    case .apply(.selectGreater, let parts): return chooses(parts, inputs, b)
    case .apply(let operation, let parts):
      guard let op = network.op(b), let type = operation.op, Swift.type(of: op) == type,
        network.entries[b].inputs.count == parts.count
      else { return false }
      let places = network.entries[b].inputs
      let before = self
      if zip(parts, places).allSatisfy({ follows($0, inputs, $1) }) { return true }
      self = before
      guard operation == .add || operation == .multiply else { return false }
      if zip(parts, places.reversed()).allSatisfy({ follows($0, inputs, $1) }) { return true }
      self = before
      return false
    }
  }

  /// `Where(Greater(a, b), yes, no)`, which is read as a choice by a truth, 1 or 0.
  private mutating func chooses(
    _ parts: [ElementwiseKernel.Term], _ inputs: [Int], _ b: Int
  ) -> Bool {
    guard network.op(b) is Ops.Select else { return false }
    let outer = network.entries[b].inputs
    let truth = network.plain(outer[0])
    guard network.constant(outer[1]) == 0.5, network.op(truth) is Ops.Select else { return false }
    let inner = network.entries[truth].inputs
    return network.constant(inner[2]) == 1 && network.constant(inner[3]) == 0
      && follows(parts[0], inputs, inner[0]) && follows(parts[1], inputs, inner[1])
      && follows(parts[2], inputs, outer[2]) && follows(parts[3], inputs, outer[3])
  }
}

extension ElementwiseKernel.Operation {
  /// The op as which a step of a formula is read, where it is one.
  var op: (any Op.Type)? {
    switch self {
    case .add: Ops.Add.self
    case .subtract: Ops.Subtract.self
    case .multiply: Ops.Multiply.self
    case .divide: Ops.Divide.self
    case .negate: Ops.Negate.self
    case .exponential: Ops.Exponential.self
    case .logarithm: Ops.Logarithm.self
    case .hyperbolicTangent: Ops.Tanh.self
    case .errorFunction: Ops.ErrorFunction.self
    case .squareRoot: Ops.SquareRoot.self
    case .absolute: Ops.Absolute.self
    case .maximum: Ops.Maximum.self
    case .minimum: Ops.Minimum.self
    case .logistic: Ops.Sigmoid.self
    case .copy, .selectGreater, .multiplyAdd, .multiplySubtract, .subtractProduct, .sumOfProducts,
      .divideByRoot:
      nil
    }
  }
}

extension ElementwiseKernel.Term {
  /// The formulas by which an activation function is written: its own, and those of other programs.
  static func spellings(of op: any Op) -> [Self] {
    guard op is any ActivationOp, let function = op as? any ElementwiseOp else { return [] }
    let x = ElementwiseKernel.input(0)
    switch op {
    case is Ops.SiLU:
      return [function.formula, .apply(.multiply, [x.term, .apply(.logistic, [x.term])])]
    // As PyTorch's exporters write it.
    case is Ops.GELU:
      return [
        function.formula, (x * (.erf(x / ElementwiseKernel(2.0.squareRoot())) + 1) * 0.5).term,
      ]
    default: return [function.formula]
    }
  }

  /// The steps that it is made of.
  var operations: Set<ElementwiseKernel.Operation> {
    switch self {
    case .input, .constant: []
    case .apply(let operation, let parts):
      parts.reduce(into: [operation]) { $0.formUnion($1.operations) }
    }
  }
}
