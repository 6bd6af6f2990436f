import Engine
import Networks

extension ONNXOperators {
  static let elementwise: [String: Operator] = [
    "Identity": { call in [try call.value(0)] },
    "Dropout": { call in try dropout(call) },
    "Abs": unary { try $0.absolute() },
    "Neg": unary { try -$0 },
    "Exp": unary { try $0.exp() },
    "Log": unary { try $0.log() },
    "Sqrt": unary { try $0.squareRoot() },
    "Reciprocal": unary { try 1 / $0 },
    "Erf": unary { try Ops.ErrorFunction()($0) },
    "Relu": unary { try $0.relu() },
    "Sigmoid": unary { try $0.sigmoid() },
    "Tanh": unary { try $0.tanh() },
    "Softplus": unary { try $0.softplus() },
    "Softsign": unary { try $0 / ($0.absolute() + 1) },
    "HardSwish": unary { try $0 * ($0 / 6 + 0.5).clipped(low: 0, high: 1) },
    "Mish": unary { try $0 * $0.softplus().tanh() },
    "LeakyRelu": unary { try $0.leakyReLU(slope: $1.number("alpha", usual: 0.01)) },
    "Elu": unary { try $0.elu(scale: $1.number("alpha", usual: 1)) },
    "Celu": unary { x, call in
      let alpha = call.number("alpha", usual: 1)
      return try (x / alpha).elu(scale: 1).minimum(x.graph.constant(0)) * alpha + x.relu()
    },
    "Selu": unary { x, call in
      let alpha = call.number("alpha", usual: 1.67326319217681884765625)
      let gamma = call.number("gamma", usual: 1.05070102214813232421875)
      // The two numbers of its paper, which are meant unless others are given.
      if call.node.attributes.isEmpty { return try Ops.SELU()(x) }
      return try x.elu(scale: alpha) * gamma
    },
    "ThresholdedRelu": unary { x, call in
      let alpha = x.graph.constant(call.number("alpha", usual: 1), shape: x.shape)
      let zero = x.graph.constant(0, shape: x.shape)
      return try x.selected(greaterThan: alpha, x, else: zero)
    },
    "HardSigmoid": unary { x, call in
      let (alpha, beta) = (call.number("alpha", usual: 0.2), call.number("beta", usual: 0.5))
      return try (x * alpha + beta).clipped(low: 0, high: 1)
    },
    "Gelu": unary { x, call in
      call.text("approximate", usual: "none") == "tanh" ? try x.geluTanh() : try x.gelu()
    },
    "Swish": unary { x, call in
      try x * (x * call.number("alpha", usual: 1)).sigmoid()
    },
    "Clip": { call in [try clip(call)] },
    "PRelu": { call in
      // Before version 7 one slope for each channel.
      if call.opset < 7 { try call.alignSecondInput(at: 1) }
      return [try call.binary { try Ops.PReLU()($0, $1) }]
    },
    "Add": { call in [try call.binary { try $0 + $1 }] },
    "Sub": { call in [try call.binary { try $0 - $1 }] },
    "Mul": { call in [try call.binary { try $0 * $1 }] },
    "Div": { call in
      if let whole = try call.wholeNumbers({
        $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue
      }) {
        return [whole]
      }
      return [try call.binary { try $0 / $1 }]
    },
    "Mod": { call in
      let whole = try call.wholeNumbers { a, b in
        guard b != 0, b != -1 else { return 0 }
        let isTruncated = call.integer("fmod", usual: 0) == 1
        return isTruncated || a % b == 0 || (a < 0) == (b < 0) ? a % b : a % b + b
      }
      if let whole { return [whole] }
      throw call.unsupported(
        "Mod", expected: "whole numbers that are known", found: "computed ones")
    },
    "Pow": { call in [try power(&call)] },
    "Max": { call in [try call.joined { try $0.maximum($1) }] },
    "Min": { call in [try call.joined { try $0.minimum($1) }] },
    "Sum": { call in [try call.joined { try $0 + $1 }] },
    "Mean": { call in
      let count = call.inputs.count
      let sum = try call.joined { try $0 + $1 }
      guard case .computed(let value) = sum else { return [sum] }
      return [call.result(try value.node / Double(count), like: value)]
    },
  ]

  static let comparisons: [String: Operator] = [
    "Greater": comparison { a, b in try a.selected(greaterThan: b, a.one, else: a.zero) },
    "Less": comparison { a, b in try b.selected(greaterThan: a, a.one, else: a.zero) },
    "GreaterOrEqual": comparison { a, b in try b.selected(greaterThan: a, a.zero, else: a.one) },
    "LessOrEqual": comparison { a, b in try a.selected(greaterThan: b, a.zero, else: a.one) },
    "Equal": comparison { a, b in
      let notLess = try b.selected(greaterThan: a, a.zero, else: a.one)
      return try a.selected(greaterThan: b, a.zero, else: notLess)
    },
    "And": comparison { try $0 * $1 },
    "Or": comparison { try $0.maximum($1) },
    "Xor": comparison { try ($0 - $1).absolute() },
    "Not": { call in
      let x = try call.operand(0)
      return [.computed(.init(node: try 1 - x.node, type: .bool, isChannelsLast: x.isChannelsLast))]
    },
    "Where": { call in
      let shape = try call.commonShape()
      let channelsLast = call.isChannelsLast(shape.rank)
      let parts = try (0..<3).map { try call.spread($0, to: shape, channelsLast: channelsLast) }
      let half = call.graph.constant(0.5, shape: parts[0].shape)
      let chosen = try parts[0].selected(greaterThan: half, parts[1], else: parts[2])
      return [
        .computed(
          .init(node: chosen, type: try call.value(1).type, isChannelsLast: channelsLast))
      ]
    },
  ]

  private static func unary(
    _ body: @escaping @Sendable (Node) throws -> Node
  ) -> Operator { unary { x, _ in try body(x) } }

  private static func unary(
    _ body: @escaping @Sendable (Node, OperatorCall) throws -> Node
  ) -> Operator {
    { call in
      let x = try call.operand(0)
      return [call.result(try body(x.node, call), like: x)]
    }
  }

  private static func comparison(
    _ body: @escaping @Sendable (Node, Node) throws -> Node
  ) -> Operator {
    { call in
      guard case .computed(var value) = try call.binary(body) else { return [] }
      value.type = .bool
      return [.computed(value)]
    }
  }

  /// Bounds are settings before version 11, inputs since.
  private static func clip(_ call: OperatorCall) throws -> ImportedValue {
    func bound(_ name: String, _ place: Int, _ usual: Double) throws -> Double? {
      guard call.has(place) else { return call.number(name, usual: usual).inRange }
      guard case .known(let tensor) = try call.value(place) else { return nil }
      return (tensor.doubles?.first ?? usual).inRange
    }
    let x = try call.operand(0)
    // Where the bounds cross, the upper one holds.
    if let low = try bound("min", 1, -.infinity), let high = try bound("max", 2, .infinity) {
      return call.result(try x.node.clipped(low: low, high: high), like: x)
    }
    var y = x.node
    for place in 1...2 where call.has(place) {
      let bound = try call.input(place).reshaped(to: .scalar).repeated(to: y.shape, axes: [])
      y = place == 1 ? try y.maximum(bound) : try y.minimum(bound)
    }
    return call.result(y, like: x)
  }

  /// As in inference; beside it, that nothing was dropped.
  private static func dropout(_ call: OperatorCall) throws -> [ImportedValue] {
    let isTraining = try call.known(2)?.doubles?.first ?? 0
    guard try isTraining == 0 || call.known(1)?.doubles?.first == 0 else {
      throw call.unsupported(
        "training_mode", expected: "false: numbers are not dropped by chance", found: "true")
    }
    let x = try call.value(0)
    guard call.node.outputs.count > 1 else { return [x] }
    return [x, .computed(call.graph.constant(1, shape: try x.shape), .bool)]
  }

  /// Powers that are known and often used by products and roots, others by e^(b ln a).
  private static func power(_ call: inout OperatorCall) throws -> ImportedValue {
    if let tensor = try? call.known(1), let exponents = tensor.doubles, let first = exponents.first,
      exponents.allSatisfy({ $0 == first }), !call.isFolding || exponents.count == 1
    {
      let x = try call.operand(0)
      let root = first.magnitude
      var power: Node?
      if let whole = Int(exactly: root), whole <= 16 {
        power =
          try (0..<whole).reduce(nil) { part, _ in try part.map { try $0 * x.node } ?? x.node }
          ?? x.node.one
      } else if root == 0.5 {
        power = try x.node.squareRoot()
      }
      if let power {
        let signed = first < 0 ? try 1 / power : power
        return call.result(signed, like: x)
      }
    }
    return try call.binary { a, b in
      // ln takes no number below 0; whole powers keep its sign by squares elsewhere.
      try (b * a.log()).exp()
    }
  }
}

extension Node {
  /// 1 and 0 in its shape.
  var one: Node { graph.constant(1, shape: shape) }
  var zero: Node { graph.constant(0, shape: shape) }

  /// Repeated along axes of extent 1, as numpy does.
  func spread(to target: TensorShape) throws -> Node {
    if shape == target { return self }
    let missing = target.rank - shape.rank
    let kept = shape.extents.indices.filter {
      missing + $0 >= 0 && shape[$0] == target[missing + $0] && shape[$0] != 1
        || missing + $0 >= 0 && shape[$0] == 1 && target[missing + $0] == 1
    }
    guard missing >= 0,
      shape.extents.indices.allSatisfy({ shape[$0] == 1 || shape[$0] == target[missing + $0] })
    else {
      throw Problem.shape("extents", expected: "some that can become \(target)", found: "\(shape)")
    }
    let inner = try reshaped(to: TensorShape(checking: kept.map { shape[$0] }))
    return try inner.repeated(to: target, axes: kept.map { missing + $0 })
  }
}

extension TensorShape {
  /// The shape that values of several become when they are repeated along axes of extent 1, as numpy says it.
  static func common(_ shapes: [TensorShape]) throws -> TensorShape {
    try shapes.reduce(TensorShape.scalar) { shape, other in
      let rank = Swift.max(shape.rank, other.rank)
      return try TensorShape(
        checking: (0..<rank).map { axis in
          let (a, b) = (axis - rank + shape.rank, axis - rank + other.rank)
          let (x, y) = (a < 0 ? 1 : shape[a], b < 0 ? 1 : other[b])
          guard x == y || x == 1 || y == 1 else {
            throw Problem.shape(
              "inputs", expected: "extents that fit each other", found: "\(shape) and \(other)")
          }
          return x == 1 ? y : x
        })
    }
  }
}

extension OperatorCall {
  /// An input as a node, with its channels as they lie.
  func operand(_ place: Int) throws -> ImportedValue.Computed {
    switch try value(place) {
    case .computed(let value): value
    case .known(let tensor): .init(node: try input(place), type: tensor.type)
    }
  }

  /// The shape that all inputs become, as numpy says it.
  func commonShape() throws -> TensorShape {
    try TensorShape.common(inputs.indices.filter(has).map { try value($0).shape })
  }

  /// Whether a result of this rank has its channels last, because an input of this rank has.
  func isChannelsLast(_ rank: Int) -> Bool {
    inputs.contains { input in
      if case .computed(let value)? = input {
        value.isChannelsLast && value.node.shape.rank == rank
      } else {
        false
      }
    }
  }

  /// An input repeated to a shape as it is there, with the channels where they shall be.
  func spread(_ place: Int, to shape: TensorShape, channelsLast: Bool) throws -> Node {
    guard channelsLast else { return try input(place).spread(to: shape) }
    let rank = shape.rank
    let target = try TensorShape(checking: [shape[0]] + shape.extents[2...] + [shape[1]])
    switch try value(place) {
    case .computed(let value) where value.isChannelsLast && value.node.shape.rank == rank:
      return try value.node.spread(to: target)
    case .computed(let value):
      let whole = try context.inOrder(value)
      let ones = [Int](repeating: 1, count: rank - whole.shape.rank)
      let filled = try whole.reshaped(to: TensorShape(checking: ones + whole.shape.extents))
      return try filled.transposed(order: [0] + Array(2..<rank) + [1]).spread(to: target)
    case .known:
      return try input(place, as: "channels last of \(rank)") { node in
        let ones = [Int](repeating: 1, count: rank - node.shape.rank)
        let filled = try node.reshaped(to: TensorShape(checking: ones + node.shape.extents))
        let turned = try filled.transposed(order: [0] + Array(2..<rank) + [1])
        // Without the axes at the front that say nothing.
        return try turned.reshaped(
          to: TensorShape(checking: Array(turned.shape.extents.drop { $0 == 1 })))
      }.spread(to: target)
    }
  }

  /// What a function makes of two inputs that are repeated to one shape.
  mutating func binary(
    _ body: (Node, Node) throws -> Node
  ) throws -> ImportedValue {
    guard inputs.count >= 2 else {
      throw Problem.shape("inputs", expected: "2", found: "\(inputs.count)")
    }
    if opset < 7, node.attributes["axis"] != nil {
      try alignSecondInput(at: axis(integer("axis", usual: 0), of: value(0).shape.rank))
    }
    return try joined(body)
  }

  /// The same for any number of inputs, one after the other.
  func joined(_ body: (Node, Node) throws -> Node) throws -> ImportedValue {
    let shape = try commonShape()
    let channelsLast = isChannelsLast(shape.rank) && shape.rank >= 3
    var result = try spread(0, to: shape, channelsLast: channelsLast)
    for place in inputs.indices.dropFirst() where has(place) {
      result = try body(result, try spread(place, to: shape, channelsLast: channelsLast))
    }
    return .computed(
      .init(node: result, type: try value(0).type, isChannelsLast: channelsLast))
  }

  /// What a function makes of whole numbers that are known; nil where they are of another type or computed.
  func wholeNumbers(_ body: (Int, Int) -> Int) throws -> ImportedValue? {
    guard isFolding, let a = try known(0), let b = try known(1), a.type.isWhole,
      let x = a.integers, let y = b.integers
    else { return nil }
    let shape = try commonShape()
    guard shape.count <= 1 << 16 else {
      throw Problem.shape("inputs", expected: "at most 65536 numbers", found: "\(shape)")
    }
    func cells(_ tensor: ONNXTensor, _ values: [Int]) throws -> [Int] {
      let own = try TensorShape(checking: tensor.extents)
      return (0..<shape.count).map { cell in
        let position = shape.position(ofFlatIndex: cell).suffix(own.rank)
        return values[
          own.flatIndex(ofPosition: zip(position, own.extents).map { $1 == 1 ? 0 : $0 })]
      }
    }
    let values = zip(try cells(a, x), try cells(b, y)).map { body($0, $1) }
    return .known(
      ONNXTensor(extents: shape.extents, type: a.type, .integers(values)))
  }
}
