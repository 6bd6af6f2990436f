/// The ops of the engine. Layers and functions are written with the methods of ``Node``; the types behind
/// them stand here, so that no name of theirs meets one of an app.
package enum Ops {}

/// One kind of computation. Each op is one file with the same parts in the same order: what it is,
/// its shape rule, its value, its derivative, its fast kernel, examples for the checks.
///
/// An op of your own needs a name, a shape rule and the definition of one output cell: programs run it by
/// that definition. To be learned through, it needs a derivative too. If it works element by element,
/// ``UnaryOp``, ``BinaryOp`` and ``ElementwiseOp`` ask for one line and give both, and fast code.
public protocol Op: Sendable {
  /// What people call it.
  static var name: String { get }
  /// The shape of the result.
  /// - Throws: ``Problem`` saying what was expected and found.
  func shape(_ inputs: [TensorShape]) throws -> TensorShape
  /// The definition of one output cell, by its flat index.
  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N
  /// All output cells. Ops whose cells share their work say how; the others take them one by one.
  func values<N: NumericScalar>(_ inputs: [Elements<N>], count: Int) -> [N]
  /// Is one cell nearly as much work as all, because each goes on from others?
  static var cellsShareWork: Bool { get }
  /// Adds the nodes of the gradient with respect to each input and says which are zero. If it is not
  /// given, nothing can be learned through the op, and ``Graph/gradients(of:withRespectTo:)`` says so.
  func derivative(_ backward: BackwardContext) throws -> [InputGradient]
  /// Instances with inputs on which every check runs; see ``OpExample/check(kernels:seed:)``.
  static var examples: [OpExample] { get }
}

extension Op {
  public static var cellsShareWork: Bool { false }
  public static var examples: [OpExample] { [] }

  public func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    backward.inputs.map { _ in .notWritten }
  }

  public func values<N: NumericScalar>(_ inputs: [Elements<N>], count: Int) -> [N] {
    (0..<count).map { value(at: $0, inputs) }
  }
}

/// The numbers of one input of a definition.
public struct Elements<N: NumericScalar> {
  /// Of the whole input.
  public let shape: TensorShape
  private let given: [N]
  private let make: ((Int) -> N)?

  /// As many values as the shape counts.
  package init(shape: TensorShape, values: [N]) {
    precondition(shape.count == values.count)
    self.shape = shape
    given = values
    make = nil
  }

  /// Values that are made when a definition asks for them, by flat index.
  package init(shape: TensorShape, making make: @escaping (Int) -> N) {
    self.shape = shape
    given = []
    self.make = make
  }

  /// All of them, row by row.
  public var values: [N] {
    guard let make else { return given }
    return (0..<shape.count).map(make)
  }

  /// By flat row-major index.
  public subscript(flat index: Int) -> N { make?(index) ?? given[index] }
  /// By position.
  public subscript(_ position: [Int]) -> N { self[flat: shape.flatIndex(ofPosition: position)] }
}

/// An op whose result's shape is a setting of its own and does not follow from its inputs.
package protocol ShapedOp: Op {
  /// The shape of the result.
  var result: TensorShape { get set }
}

/// An op that is built from other ops when a program is compiled; its own definition stays what is
/// shown and checked.
protocol ComposedOp: SpecializedOp {
  /// The same value from simpler ops.
  func composed(_ inputs: [Node]) throws -> Node
}

/// An op that brings its own steps to a program.
protocol CompiledOp: SpecializedOp {
  /// May the output lie where the first input lies? True of steps that read no cell of it after they
  /// have written that cell.
  var canOverwrite: Bool { get }
  /// Floats of memory that its steps share while they run, beside inputs and output.
  func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int
  /// The work, with the memory it reads and writes.
  func steps(_ call: StepCall) -> [any Step]
}

extension CompiledOp {
  var canOverwrite: Bool { false }

  func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int { 0 }
}
