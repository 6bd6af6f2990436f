import Engine
import Networks

/// One node while it is read: its inputs, its settings, and the graph that its ops are added to.
struct OperatorCall {
  let node: ONNXNode
  private(set) var inputs: [ImportedValue?]
  let context: GraphImport
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
  func input(_ place: Int, isTrainable: Bool = true) throws -> Node {
    try input(place, as: "", isTrainable: isTrainable) { $0 }
  }

  /// An input in another form than it is given in: of weights that the file holds the form is kept.
  ///
  /// - Parameters:
  ///   - form: what `change` makes of it; the same words for the same form.
  ///   - change: brings it, with its axes as they are there, into the form.
  func input(
    _ place: Int, as form: String, isTrainable: Bool = true,
    _ change: (Node) throws -> Node
  ) throws -> Node {
    switch try value(place) {
    case .computed(let value): try change(context.inOrder(value))
    case .known(let tensor):
      try context.node(
        of: tensor, as: form, isTrainable: isTrainable, isFolding: isFolding, change)
    }
  }

  /// An input that learns even where it is one number alone, such as the bias of one filter.
  func weight(_ place: Int) throws -> Node {
    guard case .known(let tensor) = try value(place) else { return try input(place) }
    return try context.node(of: tensor, isFolding: isFolding, isWeight: true)
  }

  /// Numbers that are known, as a node that does not learn.
  func known(_ tensor: ONNXTensor) throws -> Node {
    try context.node(of: tensor, isTrainable: false, isFolding: isFolding)
  }

  /// An input as a node whose channels are last.
  func channelsLast(_ place: Int) throws -> Node {
    if case .computed(let value) = try value(place) { return try context.channelsLast(value) }
    return try input(place, as: "channels last") { try context.channelsLast(.init(node: $0)) }
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

  /// Lets the axes of the second input lie beside those of the first from one on, as operators before version 7
  /// are told to.
  mutating func alignSecondInput(at axis: Int) throws {
    let missing = try value(0).shape.rank - axis - value(1).shape.rank
    guard (1...TensorShape.maximumRank).contains(missing) else { return }
    let ones = [Int](repeating: 1, count: missing)
    switch try value(1) {
    case .known(var tensor):
      tensor.extents += ones
      inputs[1] = .known(tensor)
    case .computed(let value):
      let node = try context.inOrder(value)
      inputs[1] = .computed(
        try node.reshaped(to: TensorShape(checking: node.shape.extents + ones)), value.type)
    }
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
    guard (-rank..<rank).contains(axis) else {
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
