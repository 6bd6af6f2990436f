/// A formula recorded for the fast loops: the same generic line, run once on symbols, leaves the list
/// of instructions that ``Program`` executes tile by tile.
///
/// Equal sub-formulas are one instruction: recording keeps a table of what was written already.
public struct Recipe: Quantity {
  /// What one instruction computes. The raw values are those of the C kernels.
  public enum Operation: Int32, Sendable, CaseIterable {
    case copy, add, subtract, multiply, divide, maximum, minimum, negate, absolute, squareRoot
    case exponential, logarithm, hyperbolicTangent, errorFunction, selectGreater
    // What `RecipeCode` makes of several of those above.
    case multiplyAdd, multiplySubtract, subtractProduct, sumOfProducts, divideByRoot
    case logistic
  }

  /// A formula as a tree; leaves are inputs by number or constants.
  indirect enum Term: Hashable, Sendable {
    case input(Int)
    case constant(UInt32)
    case apply(Operation, [Term])

    /// The numbers of the inputs it reads.
    var inputs: Set<Int> {
      switch self {
      case .input(let number): [number]
      case .constant: []
      case .apply(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.inputs) }
      }
    }
  }

  let term: Term

  init(_ term: Term) { self.term = term }
  public init(_ constant: Double) { term = .constant(Float(constant).bitPattern) }

  /// The input of a given number.
  public static func input(_ number: Int) -> Recipe { Recipe(.input(number)) }

  private static func record(_ operation: Operation, _ arguments: Recipe...) -> Recipe {
    Recipe(.apply(operation, arguments.map(\.term)))
  }

  public static func + (a: Recipe, b: Recipe) -> Recipe { record(.add, a, b) }
  public static func - (a: Recipe, b: Recipe) -> Recipe { record(.subtract, a, b) }
  public static func * (a: Recipe, b: Recipe) -> Recipe { record(.multiply, a, b) }
  public static func / (a: Recipe, b: Recipe) -> Recipe { record(.divide, a, b) }
  public static prefix func - (a: Recipe) -> Recipe { record(.negate, a) }
  public static func exp(_ x: Recipe) -> Recipe { record(.exponential, x) }
  public static func log(_ x: Recipe) -> Recipe { record(.logarithm, x) }
  public static func tanh(_ x: Recipe) -> Recipe { record(.hyperbolicTangent, x) }
  public static func erf(_ x: Recipe) -> Recipe { record(.errorFunction, x) }
  public static func sqrt(_ x: Recipe) -> Recipe { record(.squareRoot, x) }
  public static func abs(_ x: Recipe) -> Recipe { record(.absolute, x) }
  public static func max(_ a: Recipe, _ b: Recipe) -> Recipe { record(.maximum, a, b) }
  public static func min(_ a: Recipe, _ b: Recipe) -> Recipe { record(.minimum, a, b) }
  public static func select(
    _ a: Recipe, greaterThan b: Recipe, _ yes: Recipe, else no: Recipe
  ) -> Recipe {
    record(.selectGreater, a, b, yes, no)
  }
}
