public import Engine

/// How the numbers of a new weight are chosen. Names and defaults are Keras's.
///
/// The six scaled by a fan keep the size of signals about the same from layer to layer. With n
/// inputs (`fan in`) and m outputs (`fan out`) for each unit:
///
/// | initialiser | variance | distribution | source |
/// |---|---|---|---|
/// | Glorot | 2 / (n + m) | uniform or truncated normal | Glorot and Bengio 2010 |
/// | He | 2 / n | uniform or truncated normal | He et al. 2015 |
/// | LeCun | 1 / n | uniform or truncated normal | LeCun et al. 1998 |
public protocol Initializer: Component {
  /// The numbers of a new weight. The same generator state gives the same bits.
  ///
  /// - Parameter shape: `[in, out]`, `[height, width, in, out]`, or any other.
  func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor
}

/// All initialisers, and the place of the built-in ones.
///
/// Swift finds `.orthogonal()` where any initialiser is asked for by way of one public type of that kind.
/// For all of them this is ``Initializers/GlorotUniform``; what each gives back is its own type.
public enum Initializers: Family {
  public typealias Member = any Initializer
  public static let word = "initializer"
  public static let standard: [any Configurable.Type] = [
    GlorotUniform.self, GlorotNormal.self, HeUniform.self, HeNormal.self, LecunUniform.self,
    LecunNormal.self, Orthogonal.self, Zeros.self, Ones.self, Constant.self, Uniform.self,
    Normal.self, TruncatedNormal.self,
  ]

  /// - Throws: `Problem` for a number that is infinite, or becomes so as a 32-bit weight.
  static func checkFinite(_ numbers: [String: Double], at location: String) throws(Problem) {
    for (name, number) in numbers.sorted(by: { $0.key < $1.key }) where !Float(number).isFinite {
      throw Problem.data(
        "\(location).\(name)", expected: "a finite 32-bit number", found: "\(number)")
    }
  }
}

/// Numbers around a mean; its settings are checked alike.
package protocol NormalInitializer: Initializer {
  var mean: Double { get }
  var deviation: Double { get }
}

extension NormalInitializer {
  package func check(at location: String) throws(Problem) {
    try Initializers.checkFinite(["mean": mean, "deviation": deviation], at: location)
    guard deviation >= 0 else {
      throw Problem.data("\(location).deviation", expected: "at least 0", found: "\(deviation)")
    }
  }
}

/// Numbers whose spread is scaled by how many inputs and outputs a unit has.
package protocol FanScaledInitializer: Initializer {
  /// The numbers of a new weight whose fans its shape alone does not tell.
  func values(shape: TensorShape, fans: Fans, generator: inout RandomGenerator) -> Tensor
}

extension FanScaledInitializer {
  package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
    values(shape: shape, fans: Fans(of: shape), generator: &generator)
  }
}

extension Initializer {
  /// The numbers of a new kernel.
  ///
  /// - Parameter inputAxes: how many of its first axes are inputs, all others being outputs; nil for a
  ///   kernel `[…window, in, out]`.
  func values(shape: TensorShape, inputAxes: Int?, generator: inout RandomGenerator) -> Tensor {
    guard let inputAxes, let scaled = self as? any FanScaledInitializer else {
      return values(shape: shape, generator: &generator)
    }
    return scaled.values(
      shape: shape, fans: Fans(of: shape, inputAxes: inputAxes), generator: &generator)
  }
}

/// How many inputs and outputs a unit has, as Keras counts them; at least 1.
package struct Fans {
  let `in`: Double
  let out: Double

  /// A projection: its first axes are inputs, all others outputs, as of Keras's `EinsumDense`.
  init(of shape: TensorShape, inputAxes: Int) {
    let extents = shape.extents.map(Double.init)
    self.in = max(1, extents.prefix(inputAxes).reduce(1, *))
    self.out = max(1, extents.dropFirst(inputAxes).reduce(1, *))
  }

  /// A kernel is `[…window, in, out]`; a vector counts its length for both.
  init(of shape: TensorShape) {
    let extents = shape.extents.map(Double.init)
    let window = extents.dropLast(2).reduce(1, *)
    let inputs = extents.count < 2 ? extents.first ?? 1 : extents[extents.count - 2]
    let outputs = extents.last ?? 1
    self.in = max(1, window * inputs)
    self.out = max(1, window * outputs)
  }

  /// The mean of both.
  var average: Double { (`in` + out) / 2 }
}

extension Tensor {
  /// Every number drawn by itself.
  init(shape: TensorShape, _ draw: () -> Double) {
    self.init(repeating: 0, shape: shape)
    for index in values.indices { values[index] = Float(draw()) }
  }

  /// Uniform with mean 0.
  static func uniform(
    _ shape: TensorShape, variance: Double, _ generator: inout RandomGenerator
  ) -> Tensor {
    let limit = (3 * variance).squareRoot()
    return Tensor(shape: shape) { limit * (2 * generator.uniform() - 1) }
  }

  /// Normal with mean 0, cut at two deviations, of this variance after the cut.
  static func truncatedNormal(
    _ shape: TensorShape, variance: Double, _ generator: inout RandomGenerator
  ) -> Tensor {
    // The deviation of a standard normal variable that is cut at ±2.
    let deviation = variance.squareRoot() / 0.87962566103423978
    return Tensor(shape: shape) { deviation * generator.truncatedNormal() }
  }
}

extension RandomGenerator {
  /// Normal with mean 0 and deviation 1, drawn again while outside ±2 (5 % of draws).
  mutating func truncatedNormal() -> Double {
    while true {
      let x = normal()
      if x.magnitude <= 2 { return x }
    }
  }
}
