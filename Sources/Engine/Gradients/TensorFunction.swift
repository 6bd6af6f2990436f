import Synchronization

/// A function of tensors, written with nodes, that runs compiled.
///
/// ```swift
/// let point = try Tensor([3], [0.1, 0.2, 0.3])
/// let f = TensorFunction { x in try (x.tanh() * x).sum() }
/// let slope = grad(f)
/// let bend = grad { x in try slope(x).sum() }
/// print(try f(point), try slope(point), try bend(point))
/// ```
/// It is compiled once for each list of shapes it is called with. Called with nodes, it adds to their
/// graph, so functions can be made of functions. It has no variables and draws no random numbers: all it
/// depends on are its arguments.
public struct TensorFunction: Sendable {
  private let body: @Sendable ([Node]) throws -> [Node]
  private let programs = CompiledFunction()

  /// A function of one tensor.
  public init(_ body: @escaping @Sendable (Node) throws -> Node) {
    self.init(ofSeveral: { try [body(Self.only($0, "argument"))] })
  }

  private init(ofSeveral body: @escaping @Sendable ([Node]) throws -> [Node]) { self.body = body }

  /// A function of several tensors with several results.
  public static func ofSeveral(
    _ body: @escaping @Sendable ([Node]) throws -> [Node]
  ) -> TensorFunction {
    TensorFunction(ofSeveral: body)
  }

  /// Adds the function to the graph of its arguments.
  /// - Throws: ``Problem`` if it has not exactly one result; ``nodes(_:)`` gives several.
  public func callAsFunction(_ arguments: Node...) throws -> Node {
    try Self.only(nodes(arguments), "result")
  }

  /// Adds the function to the graph of its arguments.
  public func nodes(_ arguments: [Node]) throws -> [Node] { try body(arguments) }

  /// The result for these tensors.
  /// - Throws: ``Problem`` if shapes do not fit or there is not exactly one result.
  public func callAsFunction(_ arguments: Tensor...) throws -> Tensor {
    try Self.only(results(arguments), "result")
  }

  /// All results for these tensors.
  /// - Throws: ``Problem`` if shapes do not fit.
  public func results(_ arguments: [Tensor]) throws -> [Tensor] {
    try programs.results(of: body, arguments)
  }

  private static func only<Element>(_ list: [Element], _ what: String) throws -> Element {
    guard list.count == 1 else {
      throw Problem.shape("function", expected: "one \(what)", found: "\(list.count)")
    }
    return list[0]
  }
}

/// The gradient of a function that gives one number.
///
/// - Returns: a function of the same argument whose result has its shape.
public func grad(_ function: @escaping @Sendable (Node) throws -> Node) -> TensorFunction {
  grad(TensorFunction(function))
}

/// The gradient of a function that gives one number, with respect to each of its arguments. The gradient
/// of a gradient is a second derivative, where the first gives one number; take its sum if not.
public func grad(_ function: TensorFunction) -> TensorFunction {
  TensorFunction.ofSeveral({ try Array(valueAndGradients(function, $0).dropFirst()) })
}

/// The gradient of a function of several tensors that gives one number.
///
/// - Returns: a function with one result for each argument; see ``TensorFunction/results(_:)``.
public func grads(_ function: @escaping @Sendable ([Node]) throws -> Node) -> TensorFunction {
  grad(TensorFunction.ofSeveral({ try [function($0)] }))
}

/// A function that gives one number, together with its gradient: both for the price of the gradient.
public func valueAndGrad(
  _ function: @escaping @Sendable (Node) throws -> Node
) -> @Sendable (Tensor) throws -> (value: Tensor, gradient: Tensor) {
  let one = TensorFunction(function)
  let both = valueAndGrads { try one.nodes($0)[0] }
  return { argument in
    let (value, gradients) = try both([argument])
    return (value, gradients[0])
  }
}

/// The same for a function of several tensors.
public func valueAndGrads(
  _ function: @escaping @Sendable ([Node]) throws -> Node
) -> @Sendable ([Tensor]) throws -> (value: Tensor, gradients: [Tensor]) {
  let scalar = TensorFunction.ofSeveral({ try [function($0)] })
  let both = TensorFunction.ofSeveral({ try valueAndGradients(scalar, $0) })
  return { arguments in
    let results = try both.results(arguments)
    return (results[0], Array(results.dropFirst()))
  }
}

private func valueAndGradients(_ function: TensorFunction, _ arguments: [Node]) throws -> [Node] {
  let values = try function.nodes(arguments)
  guard let value = values.first, values.count == 1 else {
    throw Problem.shape(
      "gradient", expected: "a function with one result", found: "\(values.count)")
  }
  return [value] + (try value.graph.gradients(of: value, withRespectTo: arguments))
}

/// The programs of a function, one for each list of shapes.
private final class CompiledFunction: Sendable {
  private let programs = Mutex<[[TensorShape]: Compiled]>([:])
  /// Whoever calls with ever new shapes shall not fill the memory.
  private static let most = 16

  private struct Compiled {
    let program: Program
    let shapes: [TensorShape]
  }

  func results(
    of body: ([Node]) throws -> [Node], _ arguments: [Tensor]
  ) throws -> [Tensor] {
    let feeds = Dictionary(
      uniqueKeysWithValues: arguments.enumerated().map { (Self.name($0), $1.values) })
    return try programs.withLock { programs in
      let shapes = arguments.map(\.shape)
      let compiled = try programs[shapes] ?? Self.compile(body, shapes)
      if programs.count >= Self.most { programs = [:] }
      programs[shapes] = compiled
      let values = compiled.program.values(feeding: feeds)
      return try zip(compiled.shapes, values).map { try Tensor($0, $1) }
    }
  }

  private static func name(_ place: Int) -> String { "argument \(place)" }

  private static func compile(
    _ body: ([Node]) throws -> [Node], _ shapes: [TensorShape]
  ) throws -> Compiled {
    let graph = Graph()
    let arguments = try shapes.enumerated().map { try graph.input(name($0), shape: $1) }
    let results = try body(arguments)
    guard results.allSatisfy({ $0.graph === graph }) else {
      throw Problem.shape(
        "function", expected: "results made of its arguments", found: "a node of another graph")
    }
    guard graph.inputCount == arguments.count else {
      throw Problem.shape(
        "function", expected: "no inputs beside its arguments", found: "another input",
        fix: "give what changes from call to call, such as random numbers, as an argument")
    }
    return Compiled(
      program: try Program(graph, results: results), shapes: results.map(\.shape))
  }
}
