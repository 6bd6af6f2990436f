@testable import Engine

/// A random computation on small whole numbers, so that 32 and 64 bits agree to the last bit and any
/// number read from the wrong place, or too late, shows.
///
/// Element-wise ops, broadcasts, reshapes, reductions and other movements in random order; variables
/// that are assigned new values, other variables, or values that are results too; and a guarded value
/// that an input can spoil.
struct RandomGraph {
  static let spoilerName = "spoiler"

  let graph = Graph(isTraining: true)
  private(set) var results: [Node] = []
  /// The sum of some value, times the spoiler.
  private(set) var guarded: Node
  private(set) var inputs: [String: [Double]] = [:]
  private(set) var variables: [String: [Double]] = [:]
  private var generator: RandomGenerator
  private var nodes: [Node] = []
  /// The largest size that each node's numbers may have.
  private var bounds: [Int: Double] = [:]
  private let shapes: [TensorShape]

  private static let small: [TensorShape] = [
    [4, 6], [24], [2, 3, 4], [6], [4], [3, 4], [1], .scalar, [1, 6], [6, 4], [1, 1],
  ]
  /// Several chunks for the workers.
  private static let large: [TensorShape] = [
    [70, 250], [17_500], [250], [70], [250, 70], .scalar,
  ]
  private static let largestBound = 1e5

  init(seed: UInt64, isLarge: Bool = false) throws {
    generator = RandomGenerator(seed: seed, stream: 77)
    shapes = isLarge ? Self.large : Self.small
    guarded = try graph.input(Self.spoilerName, shape: .scalar)
    inputs[Self.spoilerName] = [1]
    try addSources()
    let count = 10 + generator.below(isLarge ? 15 : 40)
    let guardPlace = generator.below(count)
    for place in 0..<count {
      try addOp()
      if place == guardPlace { try addGuard() }
    }
    try assignVariables()
    results = (0...generator.below(5)).map { _ in anyNode() }
  }

  // MARK: Sources

  private mutating func addSources() throws {
    for number in 0..<2 + generator.below(3) {
      let shape = anyShape()
      inputs["x\(number)"] = numbers(shape.count)
      keep(try graph.input("x\(number)", shape: shape), 9)
    }
    for number in 0..<2 + generator.below(4) {
      // Two of one shape at least, so that they can change places.
      let shape = number == 1 ? nodes.last!.shape : anyShape()
      variables["v\(number)"] = numbers(shape.count)
      let variable = Variable("v\(number)", shape: shape, isTrainable: true) {
        _ in Tensor(repeating: 0, shape: shape)
      }
      keep(try graph.variable(variable), 9)
    }
    keep(graph.constant(Double(generator.below(5)) - 2, shape: anyShape()), 9)
  }

  private mutating func anyShape() -> TensorShape { shapes[generator.below(shapes.count)] }
  private mutating func numbers(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double(generator.below(19)) - 9 }
  }

  private mutating func keep(_ node: Node, _ bound: Double) {
    nodes.append(node)
    bounds[node.id] = bound
  }

  // MARK: Ops

  /// Any node, late ones more often.
  private mutating func anyNode() -> Node {
    let recent = generator.below(2) == 0
    let first = recent ? max(0, nodes.count - 6) : 0
    return nodes[first + generator.below(nodes.count - first)]
  }

  private mutating func another(like node: Node) -> Node {
    let fitting = nodes.filter { $0.shape == node.shape }
    return fitting[generator.below(fitting.count)]
  }

  private mutating func addOp() throws {
    let a = anyNode()
    let bound = bounds[a.id]!
    switch generator.below(12) {
    case 0...4: try addElementwise(a, bound)
    case 5, 6: try addBroadcast(a, bound)
    case 7: try addReshape(a, bound)
    case 8, 9: try addReduction(a, bound)
    case 10: try addMovement(a, bound)
    default: try addProduct(a, bound)
    }
  }

  /// Keeps the numbers whole and exact.
  private mutating func keepClipped(_ node: Node, _ bound: Double) throws {
    if bound <= Self.largestBound { return keep(node, bound) }
    keep(try Ops.Clip(low: -9, high: 9)(node), 9)
  }

  private mutating func addElementwise(_ a: Node, _ bound: Double) throws {
    let b = another(like: a)
    let other = bounds[b.id]!
    switch generator.below(10) {
    case 0: keep(try Ops.Negate()(a), bound)
    case 1: keep(try Ops.Absolute()(a), bound)
    case 2: keep(try Ops.ReLU()(a), bound)
    case 3: keep(try Ops.Clip(low: -3, high: 5)(a), 5)
    case 4: try keepClipped(a + b, bound + other)
    case 5: try keepClipped(a - b, bound + other)
    case 6: try keepClipped(a * b, bound * other)
    case 7: keep(try Ops.Maximum()(a, b), max(bound, other))
    case 8: keep(try Ops.Minimum()(a, b), max(bound, other))
    default:
      let (c, d) = (another(like: a), another(like: a))
      keep(try Ops.Select()(a, b, c, d), max(bounds[c.id]!, bounds[d.id]!))
    }
  }

  /// To a larger shape that has the node's extents in order, at random axes.
  private mutating func addBroadcast(_ a: Node, _ bound: Double) throws {
    let target = anyShape()
    guard let axes = places(of: a.shape.extents, in: target.extents) else {
      return try addElementwise(a, bound)
    }
    let wide = try Ops.Broadcast(to: target, axes: axes)(a)
    keep(wide, bound)
    let partner = another(like: wide)
    try keepClipped(wide + partner, bound + bounds[partner.id]!)
  }

  private func places(of extents: [Int], in target: [Int]) -> [Int]? {
    var axes: [Int] = []
    var next = 0
    for extent in extents {
      guard let place = target[next...].firstIndex(of: extent) else { return nil }
      axes.append(place)
      next = place + 1
    }
    return axes
  }

  private mutating func addReshape(_ a: Node, _ bound: Double) throws {
    let fitting = shapes.filter { $0.count == a.shape.count }
    guard !fitting.isEmpty else { return keep(try a.reshaped(to: [a.shape.count]), bound) }
    keep(try a.reshaped(to: fitting[generator.below(fitting.count)]), bound)
  }

  private mutating func addReduction(_ a: Node, _ bound: Double) throws {
    let first = generator.below(a.shape.rank + 1)
    let axes = first..<first + generator.below(a.shape.rank - first + 1)
    let extent = a.shape.extents[axes].reduce(1, *)
    switch generator.below(3) {
    case 0 where bound * Double(extent) <= 1e7:
      try keepClipped(Ops.Sum(axes: axes)(a), bound * Double(extent))
    case 1: keep(try Ops.ArgMax(axes: axes)(a), Double(extent))
    default: keep(try Ops.Largest(axes: axes)(a), bound)
    }
  }

  private mutating func addMovement(_ a: Node, _ bound: Double) throws {
    let rank = a.shape.rank
    guard rank > 0 else { return try addElementwise(a, bound) }
    switch generator.below(3) {
    case 0: keep(try Ops.Transpose(order: generator.permutation(rank))(a), bound)
    case 1:
      let axis = generator.below(rank)
      keep(try Ops.Concatenate(axis: axis)(a, another(like: a)), Self.largestBound)
    default:
      let starts = a.shape.extents.map { generator.below($0) }
      let shape = TensorShape(zip(a.shape.extents, starts).map { $0 - $1 })
      keep(try Ops.Slice(from: starts, shape: shape)(a), bound)
    }
  }

  private mutating func addProduct(_ a: Node, _ bound: Double) throws {
    guard a.shape.rank == 2, a.shape.count <= 1000 else { return try addElementwise(a, bound) }
    let (left, right) = (try Ops.Clip(low: -9, high: 9)(a), try Ops.Clip(low: -3, high: 3)(a))
    try keepClipped(
      Ops.MatrixProduct(transposesB: true)(left, right), 27 * Double(a.shape[1]))
  }

  // MARK: Ends

  private mutating func addGuard() throws {
    let node = anyNode()
    let total = try Ops.Largest(axes: 0..<node.shape.rank)(node)
    guarded = try total * guarded
  }

  private mutating func assignVariables() throws {
    for name in variables.keys.sorted() {
      guard generator.below(5) > 0, let variable = graph.variableNode(named: name) else { continue }
      var value = another(like: variable)
      switch generator.below(3) {
      case 0: value = try Ops.Clip(low: -9, high: 9)(variable - value)
      case 1: value = try Ops.Clip(low: -9, high: 9)(value)
      default: break  // whatever it is: a variable, an input, a result, a constant
      }
      if bounds[value.id] == nil { keep(value, 9) }
      try graph.assign(variable, value)
    }
  }
}
