import Engine
import Networks

/// One node while it is read: its inputs, its settings, and the graph that its ops are added to.
struct OperatorCall {
  let node: ONNXNode
  let inputs: [ImportedValue?]
  var context: GraphImport
  /// Whether all inputs are known, so that the result shall be.
  let isFolding: Bool

  init(
    _ node: ONNXNode, _ inputs: [ImportedValue?], _ context: GraphImport, isFolding: Bool = false
  ) {
    (self.node, self.inputs, self.context) = (node, inputs, context)
    self.isFolding = isFolding
  }

  var opset: Int { context.opset }
  var graph: Graph { context.graph }

  // MARK: Inputs

  /// Whether an input is given.
  func has(_ place: Int) -> Bool { place < inputs.count && inputs[place] != nil }

  /// An input.
  /// - Throws: `Problem` if it is left out.
  func value(_ place: Int) throws -> ImportedValue {
    guard has(place), let value = inputs[place] else {
      throw Problem.shape("input \(place)", expected: "a value", found: "none")
    }
    return value
  }

  /// An input as a node with its axes as they are there.
  mutating func input(_ place: Int, isTrainable: Bool = true) throws -> Node {
    switch try value(place) {
    case .computed(let value): try context.inOrder(value)
    case .known(let tensor):
      try context.node(of: tensor, isTrainable: isTrainable, isFolding: isFolding)
    }
  }

  /// An input as a node whose channels are last.
  mutating func channelsLast(_ place: Int) throws -> Node {
    switch try value(place) {
    case .computed(let value): try context.channelsLast(value)
    case .known(let tensor):
      try context.node(of: tensor, as: "channels last", isFolding: isFolding) { tensor in
        let rank = tensor.shape.rank
        return rank < 3 ? tensor : try tensor.transposed([0] + Array(2..<rank) + [1])
      }
    }
  }

  /// A weight in another form than it is stored in.
  mutating func weight(
    _ place: Int, as form: String, isTrainable: Bool = true,
    _ change: (Tensor) throws -> Tensor
  ) throws -> Node {
    guard case .known(let tensor) = try value(place) else {
      throw Problem.shape(
        "input \(place)", expected: "weights that the file holds", found: "computed ones")
    }
    return try context.node(
      of: tensor, as: form, isTrainable: isTrainable, isFolding: isFolding, change)
  }

  /// An input whose numbers are known; nil if it is left out.
  /// - Throws: `Problem` if it is computed.
  func known(_ place: Int) throws -> ONNXTensor? {
    guard has(place) else { return nil }
    guard case .known(let tensor) = try value(place) else {
      throw Problem.shape(
        "input \(place)", expected: "numbers that do not depend on what the network is given",
        found: "computed ones", fix: "write the network again with fixed extents")
    }
    return tensor
  }

  // MARK: Settings

  /// Whole numbers that an older version gives as a setting and a newer one as an input; nil for none.
  func integers(_ name: String, input place: Int? = nil) throws -> [Int]? {
    if let place, let tensor = try known(place) { return tensor.integers }
    switch node.attributes[name] {
    case .integers(let values): return values
    case .integer(let value): return [value]
    default: return nil
    }
  }

  func integer(_ name: String, usual: Int) -> Int {
    if case .integer(let value) = node.attributes[name] { value } else { usual }
  }

  func number(_ name: String, usual: Double) -> Double {
    if case .float(let value) = node.attributes[name] { Double(value) } else { usual }
  }

  func text(_ name: String, usual: String) -> String {
    if case .text(let value) = node.attributes[name] { value } else { usual }
  }

  /// An axis of a rank, counted from the end where it is below 0.
  func axis(_ axis: Int, of rank: Int) throws -> Int {
    guard (-rank..<max(rank, 1)).contains(axis) else {
      throw Problem.shape("axis", expected: "one of \(rank) axes", found: "\(axis)")
    }
    return axis < 0 ? axis + rank : axis
  }

  // MARK: Results

  /// The same layout and type as another value's, of one of the results.
  func result(_ node: Node, like value: ImportedValue.Computed) -> ImportedValue {
    var result = value
    result.node = node
    return .computed(result)
  }
}

extension OperatorCall {
  /// A setting that has another value than the only one that can be read.
  func unsupported(_ name: String, expected: String, found: String) -> Problem {
    Problem.shape(
      name, expected: expected, found: found,
      fix: "write the network again without it, or leave this part of it out")
  }
}
