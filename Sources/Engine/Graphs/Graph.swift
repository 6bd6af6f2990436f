/// A computation for one concrete batch size, as it is being written down: nodes that refer to
/// earlier nodes. Nothing is computed while building; every shape error is found here.
///
/// A learning cycle is one graph: forward pass, loss, gradients and the update of the parameters.
/// `Program` runs it fast, ``evaluate(_:feeding:)`` runs it by its definitions.
public final class Graph {
  /// What a node is.
  package enum Source: Sendable {
    /// Given anew at every run.
    case input(String)
    /// Kept from run to run.
    case variable(Variable)
    /// The same number everywhere.
    case constant(Double)
    /// Computed from the node's inputs.
    case op(any Op)
  }

  /// A node as a value: all that another program, or another format, needs to know of it.
  public struct Record: Sendable, Identifiable {
    /// Its place in ``Graph/nodes``.
    public let id: Int
    package let source: Source
    /// The places of the nodes it is computed from, all of them earlier ones.
    public let inputs: [Int]
    /// Of its value.
    public let shape: TensorShape
    /// The layer that made it, `block/dense`; empty outside all layers.
    public let path: String
    /// The innermost layer around it that has no path of its own; see ``Graph/layer``.
    fileprivate let pathless: String?

    /// What readers call the layer that made it: ``path``, or for a layer without one such as
    /// `activation_1` its own name.
    package var layer: String {
      guard let pathless else { return path }
      return path.isEmpty ? pathless : "\(path)/\(pathless)"
    }

    /// `input x`, `variable dense/kernel`, `constant 2.0`, or the name of the op.
    public var name: String {
      switch source {
      case .input(let name): "input \(name)"
      case .variable(let variable): "variable \(variable.name)"
      case .constant(let value): "constant \(value)"
      case .op(let op): type(of: op).name
      }
    }

    /// The settings of its op by name, `starts` and `result` of a slice; none for other nodes.
    public var settings: [(name: String, value: Any)] {
      guard case .op(let op) = source else { return [] }
      return Mirror(reflecting: op).children.compactMap { setting in
        setting.label.map { ($0, setting.value) }
      }
    }
  }

  package private(set) var records: [Record] = []
  /// Everything that was written down, in an order in which it can be computed.
  public var nodes: [Record] { records }
  private var variableNodes: [String: Int] = [:]
  private var inputNodes: [String: Int] = [:]
  /// New values of variables, in the order they were asked for; written when a run ends.
  package private(set) var assignments: [(variable: Int, value: Int)] = []
  /// For each node that the last differentiated loss depends on through the asked-for nodes, the
  /// node of its gradient.
  package internal(set) var gradientNodes: [Int: Int] = [:]

  /// Is this graph for learning? Layers such as dropout act only then.
  public private(set) var isTraining: Bool
  /// Do layers keep running statistics? Only while learning, and not where gradients are merely
  /// measured.
  public let keepsStatistics: Bool
  /// Do layers normalise by the statistics of the batch, not by those they keep?
  public private(set) var normalizesByBatch: Bool
  /// Are layers being built whose weights are not learned?
  public private(set) var isFrozen = false
  /// The path of the first layer that said it computes with statistics of the batch; nil for none.
  public private(set) var layerOfBatchStatistics: String?
  private var masks: [Int: Int] = [:]
  private var members: [Int: Int] = [:]
  private var scopes: [String] = []
  private var pathless: String?
  private var namesInScope: [String: [String: Int]] = [:]
  private var namesOfLayers: [ObjectIdentifier: String] = [:]
  /// Paths of layers that were named by hand, and by their kind.
  private var givenPaths: Set<String> = []
  private var countedPaths: Set<String> = []
  /// Paths that are of both, so that their weights would be one.
  private var sharedPaths: Set<String> = []
  private var randomStreams = 0

  /// An empty graph.
  ///
  /// - Parameters:
  ///   - keepsStatistics: as `isTraining` if not given.
  ///   - normalizesByBatch: as `isTraining` if not given.
  public init(
    isTraining: Bool = false, keepsStatistics: Bool? = nil, normalizesByBatch: Bool? = nil
  ) {
    self.isTraining = isTraining
    self.normalizesByBatch = normalizesByBatch ?? isTraining
    self.keepsStatistics = keepsStatistics ?? isTraining
  }

  /// Builds layers that compute as in inference and whose weights are not learned.
  public func frozen<R>(_ body: () throws -> R) rethrows -> R {
    let before = (isTraining, normalizesByBatch, isFrozen)
    (isTraining, normalizesByBatch, isFrozen) = (false, false, true)
    defer { (isTraining, normalizesByBatch, isFrozen) = before }
    return try body()
  }

  /// Says of the layer being built that it computes with statistics of the batch, of which one example
  /// alone has none. A training then has no batch of one.
  public func declareBatchStatistics() {
    layerOfBatchStatistics = layerOfBatchStatistics ?? path
  }

  // MARK: Nodes

  func append(_ source: Source, inputs: [Int] = [], shape: TensorShape) -> Node {
    let id = records.count
    records.append(
      Record(
        id: id, source: source, inputs: inputs, shape: shape, path: path, pathless: pathless))
    return Node(graph: self, id: id)
  }

  /// A value given at each run, known by its name.
  /// - Throws: ``Problem`` if the name is taken, or for a literal that is no shape.
  public func input(_ name: String, shape: TensorShape) throws -> Node {
    guard inputNodes[name] == nil else {
      throw Problem.shape("input \(name)", expected: "a new name", found: "one used already")
    }
    try shape.check(at: "input \(name)")
    let node = append(.input(name), shape: shape)
    inputNodes[name] = node.id
    return node
  }

  /// How many values are given at each run.
  var inputCount: Int { inputNodes.count }

  /// The seed and the step as a tensor that random masks read, so that a mask depends on nothing else.
  public func randomKey() throws -> Node {
    if let id = inputNodes[Ops.RandomMask.keyName] { return Node(graph: self, id: id) }
    return try input(Ops.RandomMask.keyName, shape: Ops.RandomMask.keyShape)
  }

  /// The number of the next independent random sequence of this graph.
  public func nextRandomStream() -> Int {
    defer { randomStreams += 1 }
    return randomStreams
  }

  /// A value kept between runs. Asking again for the same name gives the same node.
  /// - Throws: ``Problem`` if the name is known with another shape, or for a literal that is no shape.
  public func variable(_ variable: Variable) throws -> Node {
    if sharedPaths.contains(where: { variable.name.hasPrefix("\($0)/") }) {
      throw Problem.shape(
        variable.name, expected: "layers of different names",
        found: "one of this name, and before it one without a name, which is called so too",
        fix: "give the layer another name, or the one before it a name of its own")
    }
    if let id = variableNodes[variable.name] {
      guard records[id].shape == variable.shape else {
        throw Problem.shape(
          variable.name, expected: "shape \(records[id].shape) as in its first use",
          found: "\(variable.shape)", fix: "give the layers different names")
      }
      return Node(graph: self, id: id)
    }
    try variable.shape.check(at: variable.name)
    let node = append(.variable(variable), shape: variable.shape)
    variableNodes[variable.name] = node.id
    return node
  }

  /// The same number everywhere.
  public func constant(_ value: Double, shape: TensorShape = .scalar) -> Node {
    append(.constant(value), shape: shape)
  }

  /// When a run ends, the variable takes this value. Until then everybody reads the old one.
  /// - Throws: ``Problem`` if the shapes differ, the first node is not a variable, or the variable
  ///   has a new value already.
  public func assign(_ variable: Node, _ value: Node) throws {
    guard variable.graph === self, value.graph === self,
      case .variable = records[variable.id].source, variable.shape == value.shape
    else {
      throw Problem.shape(
        path, expected: "a variable and a value of shape \(variable.shape)", found: "\(value.shape)"
      )
    }
    guard !assignments.contains(where: { $0.variable == variable.id }) else {
      throw Problem.shape(
        variable.description, expected: "one new value", found: "a second one",
        fix: "assign once for each run")
    }
    assignments.append((variable.id, value.id))
  }

  /// When a run ends, the variable takes the value made of the one it would take without this change:
  /// changes of one variable follow one another in the order they were asked for.
  /// - Throws: ``Problem`` as ``assign(_:_:)`` does.
  public func change(_ variable: Node, _ change: (Node) throws -> Node) throws {
    guard variable.graph === self else {
      throw Problem.shape(path, expected: "a variable of this graph", found: "one of another")
    }
    let known = assignments.firstIndex { $0.variable == variable.id }
    let before = known.map { Node(graph: self, id: assignments[$0].value) } ?? variable
    let after = try change(before)
    if let known { assignments.remove(at: known) }
    try assign(variable, after)
  }

  /// All variables, in the order of their first use.
  public var variables: [Variable] {
    records.compactMap { if case .variable(let variable) = $0.source { variable } else { nil } }
  }

  package func variableNode(named name: String) -> Node? {
    variableNodes[name].map { Node(graph: self, id: $0) }
  }

  // MARK: Masks

  /// Which steps of a sequence count; see ``Node/mask``.
  func mask(of id: Int) -> Node? { masks[id].map { Node(graph: self, id: $0) } }

  /// All nodes that say which steps of a sequence count.
  package var maskNodes: Set<Int> { Set(masks.values) }

  func setMask(_ mask: Node?, of id: Int) {
    masks[id] = mask.flatMap { $0.graph === self ? $0.id : nil }
  }

  /// The answers whose mean a node is; see ``Node/members``.
  func members(of id: Int) -> Node? { members[id].map { Node(graph: self, id: $0) } }

  func setMembers(_ node: Node?, of id: Int) {
    members[id] = node.flatMap { $0.graph === self ? $0.id : nil }
  }

  // MARK: Layer paths

  /// Where we are: the names of the layers being called, outermost first.
  public var path: String { scopes.joined(separator: "/") }

  /// Runs a part of the building inside a named layer.
  public func scope<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    let outer = pathless
    scopes.append(name)
    pathless = nil
    defer {
      scopes.removeLast()
      pathless = outer
    }
    return try body()
  }

  /// Runs the building of a layer that has no path, because it has no tensors to name. Readers know it
  /// by its kind: `activation`, `activation_1`, … by order of use.
  package func layer<R>(_ kind: String, _ body: () throws -> R) rethrows -> R {
    let outer = pathless
    pathless = nextName(kind)
    defer { pathless = outer }
    return try body()
  }

  /// Runs a part of the building in the layer of an earlier node.
  func within<R>(layerOf record: Record, _ body: () throws -> R) rethrows -> R {
    let outer = (scopes, pathless)
    (scopes, pathless) = (record.path.isEmpty ? [] : [record.path], record.pathless)
    defer { (scopes, pathless) = outer }
    return try body()
  }

  /// The name of a layer in the current scope: its own, or `kind`, `kind_1`, … by order of first use, but
  /// those that were given before.
  public func name(of identity: ObjectIdentifier, kind: String, given: String?) -> String {
    if let given {
      let whole = path(of: given)
      givenPaths.insert(whole)
      if countedPaths.contains(whole) { sharedPaths.insert(whole) }
      return given
    }
    if let name = namesOfLayers[identity] { return name }
    let name = nextName(kind)
    namesOfLayers[identity] = name
    countedPaths.insert(path(of: name))
    return name
  }

  private func path(of name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

  private func nextName(_ kind: String) -> String {
    while true {
      let count = namesInScope[path, default: [:]][kind, default: 0]
      namesInScope[path, default: [:]][kind] = count + 1
      let name = count == 0 ? kind : "\(kind)_\(count)"
      if !givenPaths.contains(path(of: name)) { return name }
    }
  }
}
