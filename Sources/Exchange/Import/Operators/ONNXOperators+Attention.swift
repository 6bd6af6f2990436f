import Engine
import Networks

extension ONNXOperators {
  static let attention: [String: Operator] = [
    "Attention": { call in try ImportedAttention(call).results() }
  ]
}

/// Scaled dot products of queries and keys as weights of values (Vaswani et al. 2017), with all that ONNX's operator
/// of that name has since version 23.
/// Source: https://onnx.ai/onnx/operators/onnx__Attention.html
private struct ImportedAttention {
  private let call: OperatorCall
  /// [batch, heads, steps, width]; keys and values with what was kept of earlier ones.
  private let queries, keys, values: Node
  private let isFlat: Bool
  /// How many of the keys count in each example; nil for all.
  private let lengths: [Int]?
  /// Stands for what no key has: its exponential is 0.
  private static let lowest = (-Double.infinity).inRange

  init(_ call: OperatorCall) throws {
    self.call = call
    let rank = try call.value(0).shape.rank
    guard rank == 3 || rank == 4 else {
      throw Problem.shape("Q", expected: "3 or 4 axes", found: "\(rank)")
    }
    isFlat = rank == 3
    func heads(_ place: Int, _ name: String) throws -> Node {
      let x = try call.input(place)
      guard rank == 3 else { return x }
      let count = call.integer(name, usual: 0)
      guard x.shape.rank == 3, count > 0, x.shape[2].isMultiple(of: count) else {
        throw Problem.shape(name, expected: "heads that divide \(x.shape)", found: "\(count)")
      }
      return try x.reshaped(
        to: TensorShape(checking: [x.shape[0], x.shape[1], count, x.shape[2] / count])
      ).transposed(order: [0, 2, 1, 3])
    }
    queries = try heads(0, "q_num_heads")
    let (key, value) = (try heads(1, "kv_num_heads"), try heads(2, "kv_num_heads"))
    keys = try call.has(4) ? Node.joined([call.input(4), key], axis: 2) : key
    values = try call.has(5) ? Node.joined([call.input(5), value], axis: 2) : value
    guard queries.shape.rank == 4, keys.shape.rank == 4, values.shape.rank == 4,
      keys.shape[1] > 0, queries.shape[1].isMultiple(of: keys.shape[1]),
      queries.shape.count > 0, keys.shape.count > 0, values.shape.count > 0,
      values.shape[1] == keys.shape[1], values.shape[2] == keys.shape[2]
    else {
      throw Problem.shape(
        "inputs", expected: "queries, keys and values of heads that divide each other",
        found: "\(queries.shape), \(keys.shape), \(values.shape)")
    }
    lengths = try call.known(6)?.integers
    guard lengths == nil || lengths?.count == queries.shape[0] else {
      throw Problem.shape("nonpad_kv_seqlen", expected: "one for each example", found: "others")
    }
  }

  /// What it gives, the keys and values it keeps, and the products or weights that are asked for.
  func results() throws -> [ImportedValue] {
    let width = Double(max(queries.shape[3], 1))
    let scale = call.number("scale", usual: 1 / width.squareRoot())
    let plain =
      try ONNXOperators.product(
        queries, spread(keys).transposed(order: [0, 1, 3, 2])) * scale
    let cap = call.number("softcap", usual: 0)
    let capped = cap > 0 ? try (plain / cap).tanh() * cap : plain
    let bias = try self.bias(capped.shape)
    let biased = try bias.map { try capped + $0 } ?? capped
    let weights = try bias.map { try softmax(biased, $0) } ?? biased.softmax()
    var y = try ONNXOperators.product(weights, spread(values))
    if isFlat {
      let flat = try TensorShape(checking: [y.shape[1], y.shape[3]]).count
      y = try y.transposed(order: [0, 2, 1, 3])
        .reshaped(to: TensorShape(checking: [y.shape[0], y.shape[2], flat]))
    }
    let shown = [plain, capped, biased, weights]
    let mode = call.integer("qk_matmul_output_mode", usual: 0)
    guard shown.indices.contains(mode) else {
      throw Problem.shape("qk_matmul_output_mode", expected: "0 to 3", found: "\(mode)")
    }
    return [.computed(y), .computed(keys), .computed(values), .computed(shown[mode])]
  }

  /// Each head of keys or values for as many heads of queries.
  private func spread(_ x: Node) throws -> Node {
    let times = queries.shape[1] / x.shape[1]
    guard times > 1 else { return x }
    return try call.taken(x, 1, count: queries.shape[1]) { $0 / times }
  }

  /// Along the keys; all 0 where no key counts.
  private func softmax(_ logits: Node, _ bias: Node) throws -> Node {
    let (low, limit) = (constant(Self.lowest, logits), constant(Self.lowest / 2, logits))
    let weights = try bias.selected(greaterThan: limit, logits, else: low).softmax()
    let best = try bias.max(axis: -1).repeated(to: bias.shape, axes: [0, 1, 2])
    return try best.selected(greaterThan: limit, weights, else: constant(0, weights))
  }

  private func constant(_ number: Double, _ like: Node) -> Node {
    call.graph.constant(number, shape: like.shape)
  }

  // MARK: What does not count

  /// What is added to the products, of their shape; nil for nothing.
  private func bias(_ shape: TensorShape) throws -> Node? {
    let parts = try [mask(shape), places(shape)].compactMap { $0 }
    guard let first = parts.first else { return nil }
    return try parts.dropFirst().reduce(first) { try $0 + $1 }
  }

  private func mask(_ shape: TensorShape) throws -> Node? {
    guard call.has(3) else { return nil }
    let value = try call.value(3)
    let isTruth = value.type == .bool
    var mask: Node
    if isTruth, case .known(let tensor) = value, let truths = tensor.integers {
      mask = try call.known(
        ONNXTensor("", extents: tensor.extents, truths.map { $0 != 0 ? 0 : -.infinity }))
    } else {
      mask = try call.input(3, isTrainable: false)
      if isTruth {
        mask = try mask.selected(
          greaterThan: constant(0.5, mask), constant(0, mask), else: constant(Self.lowest, mask))
      }
    }
    let missing = shape[3] - (mask.shape.extents.last ?? 1)
    // One for all keys is no mask that ends early.
    if missing > 0, mask.shape.rank > 0, mask.shape[mask.shape.rank - 1] != 1 {
      let none = [Int](repeating: 0, count: mask.shape.rank)
      mask = try mask.padded(
        before: none, after: none.dropLast() + [missing],
        with: call.graph.constant(Self.lowest))
    }
    return try mask.spread(to: shape)
  }

  /// Causality, windows and lengths, which are known.
  private func places(_ shape: TensorShape) throws -> Node? {
    let isCausal = call.integer("is_causal", usual: 0) != 0
    let left = call.integer("left_window_size", usual: -1)
    let right = call.integer("right_window_size", usual: -1)
    guard isCausal || left >= 0 || right >= 0 || lengths != nil else { return nil }
    let (steps, count) = (shape[2], shape[3])
    let examples = lengths?.count ?? 1
    let whole = try TensorShape(checking: [examples, 1, steps, count])
    guard whole.count <= 1 << 22 else {
      throw Problem.shape("Attention", expected: "at most 2²² pairs", found: "\(whole)")
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(whole.count)
    // Queries stand at the end of what counts.
    let kept = try call.has(4) ? call.value(4).shape[2] : 0
    for example in 0..<examples {
      let past =
        lengths.map { $0[example].subtractingReportingOverflow(steps).partialValue } ?? kept
      for query in 0..<steps {
        let place = past.addingReportingOverflow(query).partialValue
        for key in 0..<count {
          let behind = place.subtractingReportingOverflow(key).partialValue
          let counts =
            !(isCausal && behind < 0) && !(left >= 0 && behind > left)
            && !(right >= 0 && behind < -right) && key < lengths?[example] ?? count
          numbers.append(counts ? 0 : -.infinity)
        }
      }
    }
    return try call.known(ONNXTensor("", extents: whole.extents, numbers)).spread(to: shape)
  }
}
