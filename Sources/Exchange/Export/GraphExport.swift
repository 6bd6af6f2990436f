import Engine
import Networks

/// Turns what a network computes into an ONNX graph, node by node.
///
/// Values of four axes are [batch, height, width, channels] here and [batch, channels, height, width] there: each
/// has the form in which it was made, and gets the other when something asks for it, so that a chain of
/// convolutions is turned once at each end.
struct GraphExport {
  /// How the axes of a value lie.
  enum Layout: Hashable {
    case ours
    /// Channels before height and width.
    case channelsFirst
  }

  /// What is known of a node that was written.
  private struct Value {
    var names: [Layout: String] = [:]
    let extents: BatchExtents
    /// The node that this one repeats, and the axes along which it lies; nil for any other.
    var repeats: (source: Int, axes: [Int])?
    var constant: Double?
    var tensor: Tensor?
    var variable: String?
  }

  let opset: Int
  var graph = ONNXGraph()
  private let tensors: [String: Tensor]
  private var values: [Value] = []
  /// How often each value of the recording is read.
  private var uses: [Int] = []
  private var counts: [String: Int] = [:]
  private var known: [String: String] = [:]
  /// Of the layer whose op is being written.
  private var path = ""

  /// - Parameters:
  ///   - tensors: the weights by their names.
  ///   - opset: 17 to 20.
  init(_ tensors: [(name: String, tensor: Tensor)], opset: Int) {
    self.opset = opset
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
  }

  /// Writes all nodes of a recording.
  ///
  /// - Parameter input: the name of the value that the network is given, of our layout.
  /// - Returns: the name of the result.
  mutating func write(_ recording: GraphRecording, input: String) throws -> String {
    let whole = try WholeOperators(recording)
    uses = recording.readers.map(\.count)
    for (place, entry) in recording.entries.enumerated() {
      path = entry.path
      if let found = whole.operators[place] {
        try write(found, entry)
      } else if whole.covered.contains(place) {
        // Nobody reads it.
        values.append(Value(extents: entry.extents))
      } else {
        try write(entry, input: input)
      }
      // Of a recurrence ONNX gives less than is kept here.
      if case .op(let op) = entry.source, op is Ops.RecurrentScan { continue }
      note(place)
    }
    return try name(of: recording.entries.count - 1)
  }

  private mutating func write(_ entry: GraphRecording.Entry, input: String) throws {
    var value = Value(extents: entry.extents)
    switch entry.source {
    case .input: value.names[.ours] = input
    case .variable(let variable):
      value.tensor = tensors[variable.name]
      value.variable = variable.name
    case .constant(let number): value.constant = number
    case .op(let op as Ops.Broadcast): value.repeats = (entry.inputs[0], op.axes)
    case .op(let op):
      let call = ExportedCall(inputs: entry.inputs, extents: entry.extents)
      let (name, layout) = try written(op, call)
      value.names[layout] = name
    }
    values.append(value)
  }

  private mutating func write(_ found: WholeOperators.Found, _ entry: GraphRecording.Entry) throws {
    var value = Value(extents: entry.extents)
    let (name, layout) = try found.write(entry.extents, to: &self)
    value.names[layout] = name
    values.append(value)
  }

  /// Says of what shape a value is, so that a reader of the file sees it.
  private mutating func note(_ place: Int) {
    let value = values[place]
    guard value.variable == nil, value.constant == nil else { return }
    for (layout, name) in value.names where counts[name] != nil && known[name] == nil {
      known[name] = name
      var info = ONNXValueInfo()
      (info.name, info.type) = (name, .float)
      let order = layout == .ours ? Array(value.extents.known.indices) : [0, 3, 1, 2]
      info.extents = order.map { value.extents.symbol($0) }
      graph.values.append(info)
    }
  }

  private mutating func written(_ op: any Op, _ call: ExportedCall) throws -> (String, Layout) {
    if let op = op as? any ExportedOp { return try op.write(call, to: &self) }
    if op is Ops.Add, let whole = try withBias(call) { return whole }
    if let op = op as? any ElementwiseOp { return try write(op, call) }
    throw Problem.shape(
      path.isEmpty ? type(of: op).name : path,
      expected: "an op that ONNX can express", found: type(of: op).name,
      fix: "leave the layer out of what is written, or write its op by a formula")
  }

  // MARK: Values

  /// The extents of a node's value.
  func extents(of place: Int) -> BatchExtents { values[place].extents }

  /// A weight's numbers; nil for what is computed.
  func tensor(of place: Int) -> Tensor? { values[place].tensor }

  /// A weight's name; nil for what is computed.
  func variable(of place: Int) -> String? { values[place].variable }

  /// Whether one op alone reads a value.
  func isReadOnce(_ place: Int) -> Bool { uses[place] == 1 }

  /// The node that a value repeats, and the axes along which it lies; nil for any other.
  func repeated(_ place: Int) -> (source: Int, axes: [Int])? { values[place].repeats }

  /// Whether a value is at hand with its channels first.
  func isChannelsFirst(_ place: Int) -> Bool {
    values[place].names[.channelsFirst] != nil && values[place].names[.ours] == nil
  }

  /// The name of a value, which is brought into a layout if it is in the other.
  mutating func name(of place: Int, _ layout: Layout = .ours) throws -> String {
    if let name = values[place].names[layout] { return name }
    let name: String
    if values[place].variable != nil || values[place].constant != nil {
      name = try stored(place, layout)
    } else if values[place].repeats != nil {
      let whole = try expanded(place)
      name = layout == .ours ? whole : transposed(whole, [0, 3, 1, 2])
    } else if layout == .ours {
      name = transposed(values[place].names[.channelsFirst]!, [0, 2, 3, 1])
    } else {
      name = transposed(values[place].names[.ours]!, [0, 3, 1, 2])
    }
    values[place].names[layout] = name
    return name
  }

  private mutating func stored(_ place: Int, _ layout: Layout) throws -> String {
    if let tensor = values[place].tensor, let variable = values[place].variable {
      return layout == .ours
        ? weight(variable, tensor) : weight(variable, try tensor.transposed([0, 3, 1, 2]))
    }
    let shape = try shapeTensor(values[place].extents)
    return add("Expand", [number(values[place].constant ?? 0), shape])
  }

  private mutating func transposed(_ name: String, _ order: [Int]) -> String {
    add("Transpose", [name], ["perm": .integers(order)])
  }

  /// A value that repeats another, written out.
  private mutating func expanded(_ place: Int) throws -> String {
    let (source, axes) = values[place].repeats!
    let extents = values[place].extents
    let ones = try aligned(source, axes, rank: extents.known.count)
    let missing = extents.known.indices.filter { !axes.contains($0) }
    if missing.allSatisfy({ extents.known[$0] != nil }) {
      let target = extents.known.indices.map { axes.contains($0) ? 1 : extents.known[$0]! }
      return add("Expand", [ones, integers(target)])
    }
    return add("Expand", [ones, try shapeTensor(extents)])
  }

  /// A value with axes of extent 1 where another has more than it.
  private mutating func aligned(_ source: Int, _ axes: [Int], rank: Int) throws -> String {
    let name = try name(of: source)
    // Axes at the end are aligned by themselves.
    if axes == Array(rank - axes.count..<rank) { return name }
    let known = values[source].extents
    var target = [Int](repeating: 1, count: rank)
    for (place, axis) in axes.enumerated() { target[axis] = known.known[place] ?? -1 }
    return add("Reshape", [name, integers(target)])
  }

  /// The extents of a shape as a value.
  mutating func shapeTensor(_ extents: BatchExtents) throws -> String {
    if extents.known.allSatisfy({ $0 != nil }) { return integers(extents.known.map { $0! }) }
    let input = graph.inputs.first?.name ?? ""
    let batch = add("Slice", [add("Shape", [input]), integers([0]), integers([1])])
    var parts: [String] = []
    for (axis, known) in extents.known.enumerated() {
      if let known {
        parts.append(integers([known]))
      } else {
        let multiple = extents.multiples[axis]
        parts.append(multiple == 1 ? batch : add("Mul", [batch, integers([multiple])]))
      }
    }
    return parts.count == 1 ? parts[0] : add("Concat", parts, ["axis": .integer(0)])
  }

  // MARK: Formulas

  /// An op that works element by element: by its own operator if ONNX has one, else by its formula.
  private mutating func write(
    _ op: some ElementwiseOp, _ call: ExportedCall
  ) throws -> (String, Layout) {
    let layout: Layout =
      call.inputs.contains(where: isChannelsFirst) ? .channelsFirst : .ours
    var names = try call.inputs.map { try operand($0, layout) }
    let isWhole = call.inputs.contains { place in
      values[place].repeats == nil && values[place].constant == nil
    }
    if !isWhole, !names.isEmpty { names[0] = try name(of: call.inputs[0], layout) }
    if let named = op as? any ONNXNamedOp, named.onnx.since <= opset {
      return (add(named.onnx.name, names, named.onnx.attributes), layout)
    }
    var written: [ElementwiseKernel.Term: String] = [:]
    return (write(op.formula, names, &written), layout)
  }

  /// What an element-wise operator reads: what is repeated is left to ONNX's own repetition.
  private mutating func operand(_ place: Int, _ layout: Layout) throws -> String {
    if let constant = values[place].constant { return number(constant) }
    guard let (source, axes) = values[place].repeats else { return try name(of: place, layout) }
    let rank = values[place].extents.known.count
    if let constant = values[source].constant { return number(constant) }
    guard layout == .channelsFirst else { return try aligned(source, axes, rank: rank) }
    // Of [batch, height, width, channels] to [batch, channels, height, width].
    guard axes == [3], let count = values[source].extents.known[0] else {
      return try name(of: place, layout)
    }
    if let tensor = values[source].tensor, let variable = values[source].variable {
      return weight(variable, try tensor.reshaped([count, 1, 1]))
    }
    return add("Reshape", [try name(of: source), integers([count, 1, 1])])
  }

  private mutating func write(
    _ formula: ElementwiseKernel.Term, _ names: [String],
    _ written: inout [ElementwiseKernel.Term: String]
  ) -> String {
    if let name = written[formula] { return name }
    let name: String
    switch formula {
    case .input(let place): name = names[place]
    case .constant(let bits): name = number(Double(Float(bitPattern: bits)))
    case .apply(let operation, let arguments):
      var inputs: [String] = []
      for argument in arguments { inputs.append(write(argument, names, &written)) }
      name =
        operation == .selectGreater
        ? add("Where", [add("Greater", Array(inputs[..<2]))] + inputs[2...])
        : add(operation.onnx, inputs)
    }
    written[formula] = name
    return name
  }

  // MARK: Nodes

  /// What the next nodes belong to, for their names.
  mutating func at(_ path: String) { self.path = path }

  /// Adds a node of one result.
  /// - Returns: the name of the result.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:],
    outputs: Int = 1, domain: String = ""
  ) -> String {
    let name = unique(path.isEmpty ? operation : "\(path)/\(operation)")
    graph.nodes.append(
      ONNXNode(
        name: name, operation: operation, domain: domain, inputs: inputs,
        outputs: [name] + (1..<outputs).map { "\(name):\($0)" }, attributes: attributes))
    return name
  }

  /// A weight. The same numbers under the same name are written once.
  mutating func weight(_ name: String, _ tensor: Tensor) -> String {
    let key = "\(name) \(tensor.shape)"
    if let known = known[key] { return known }
    let name = unique(name)
    known[key] = name
    graph.initializers.append(
      ONNXTensor(name, extents: tensor.shape.extents, tensor.values))
    return name
  }

  /// What is known beside weights; the same under the same key is written once.
  ///
  /// - Parameter extents: along one axis if not given.
  mutating func list(
    _ key: String, _ name: String, _ elements: ONNXTensor.Elements, _ type: ONNXTensor.ElementType,
    extents: [Int]? = nil
  ) -> String {
    if let known = known[key] { return known }
    let name = unique(name)
    known[key] = name
    graph.initializers.append(
      ONNXTensor(name, extents: extents ?? [elements.count], type: type, elements))
    return name
  }

  /// Whole numbers along one axis.
  mutating func integers(_ values: [Int]) -> String {
    let shown = values.prefix(8).map { "\($0)" }.joined(separator: "_")
    return list(
      "integers \(values)", "integers_\(shown)" + (values.count > 8 ? "_more" : ""),
      .integers(values), .int64)
  }

  /// One whole number without axes.
  mutating func integer(_ value: Int) -> String {
    list("integer \(value)", "integer_\(value)", .integers([value]), .int64, extents: [])
  }

  /// One number without axes.
  mutating func number(_ value: Double) -> String {
    list("number \(value)", "number_\(value)", .floats([Float(value)]), .float, extents: [])
  }

  private mutating func unique(_ name: String) -> String {
    let count = counts[name, default: 0]
    counts[name] = count + 1
    return count == 0 ? name : unique("\(name)_\(count)")
  }

  /// Adds an input; its name is nobody else's.
  mutating func addInput(_ info: ONNXValueInfo) {
    counts[info.name] = 1
    known[info.name] = info.name
    graph.inputs.append(info)
  }

  /// Gives a value a name of its own.
  mutating func named(_ name: String, _ value: String) -> String {
    let name = unique(name)
    _ = add("Identity", [value])
    graph.nodes[graph.nodes.count - 1].outputs = [name]
    return name
  }

  /// Makes a value an output.
  ///
  /// - Parameter extents: after the batch.
  mutating func addOutput(
    _ name: String, _ type: ONNXTensor.ElementType, _ extents: [Int], _ value: String
  ) {
    addOutput(name, type, [.symbol("batch")] + extents.map { .known($0) }, value)
  }

  /// The same with all extents.
  mutating func addOutput(
    _ name: String, _ type: ONNXTensor.ElementType, _ extents: [ONNXValueInfo.Extent],
    _ value: String
  ) {
    var info = ONNXValueInfo()
    (info.name, info.type, info.extents) = (named(name, value), type, extents)
    graph.outputs.append(info)
  }
}

/// One use of an op: the places of its inputs, and the extents of what it makes.
struct ExportedCall {
  let inputs: [Int]
  let extents: BatchExtents
}

/// An op that is written in a way of its own.
protocol ExportedOp: Op {
  /// Adds its nodes.
  /// - Returns: the name of the result, and how its axes lie.
  func write(
    _ call: ExportedCall, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout)
}
