import Engine

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
public enum Initializer: Sendable, Hashable {
  /// Uniform in ±√(6 / (fan in + fan out)); for tanh, sigmoid and softmax.
  case glorotUniform
  /// Truncated normal with deviation √(2 / (fan in + fan out)).
  case glorotNormal
  /// Uniform in ±√(6 / fan in); for ReLU and its relatives.
  case heUniform
  /// Truncated normal with deviation √(2 / fan in).
  case heNormal
  /// Uniform in ±√(3 / fan in); for SELU.
  case lecunUniform
  /// Truncated normal with deviation √(1 / fan in).
  case lecunNormal
  /// `gain` times a matrix with orthonormal columns (or rows, where there are fewer), uniformly
  /// distributed among all such (Saxe, McClelland and Ganguli 2014). All axes but the last together
  /// are the rows. Keras refuses fewer than two axes; here a vector is a single column.
  case orthogonal(gain: Double = 1)
  /// Every number 0.
  case zeros
  /// Every number 1.
  case ones
  /// Every number the same.
  case constant(Double = 0)
  /// Uniform in minimum…maximum (Keras: `random_uniform`).
  case uniform(minimum: Double = -0.05, maximum: Double = 0.05)
  /// Normal (Keras: `random_normal`).
  case normal(mean: Double = 0, deviation: Double = 0.05)
  /// Normal, drawn again while further than two deviations from the mean. What remains has a
  /// deviation of 0.8796 times the one given here, as in Keras.
  case truncatedNormal(mean: Double = 0, deviation: Double = 0.05)

  /// The numbers of a new weight. The same generator state gives the same bits.
  ///
  /// - Parameter shape: `[in, out]`, `[height, width, in, out]`, or any other.
  public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
    let fans = Fans(of: shape)
    let average = (fans.in + fans.out) / 2
    switch self {
    case .glorotUniform: return Self.scaledUniform(shape, 1 / average, &generator)
    case .glorotNormal: return Self.scaledNormal(shape, 1 / average, &generator)
    case .heUniform: return Self.scaledUniform(shape, 2 / fans.in, &generator)
    case .heNormal: return Self.scaledNormal(shape, 2 / fans.in, &generator)
    case .lecunUniform: return Self.scaledUniform(shape, 1 / fans.in, &generator)
    case .lecunNormal: return Self.scaledNormal(shape, 1 / fans.in, &generator)
    case .orthogonal(let gain): return orthogonalTensor(shape, gain, &generator)
    case .zeros: return Tensor(repeating: 0, shape: shape)
    case .ones: return Tensor(repeating: 1, shape: shape)
    case .constant(let value): return Tensor(repeating: Float(value), shape: shape)
    case .uniform(let minimum, let maximum):
      return Self.drawn(shape) { minimum + (maximum - minimum) * generator.uniform() }
    case .normal(let mean, let deviation):
      return Self.drawn(shape) { mean + deviation * generator.normal() }
    case .truncatedNormal(let mean, let deviation):
      return Self.drawn(shape) { mean + deviation * generator.truncatedNormal() }
    }
  }

  /// The deviation of a standard normal variable that is cut at ±2.
  private static let truncatedDeviation = 0.87962566103423978

  private static func scaledUniform(
    _ shape: TensorShape, _ variance: Double, _ generator: inout RandomGenerator
  ) -> Tensor {
    let limit = (3 * variance).squareRoot()
    return drawn(shape) { limit * (2 * generator.uniform() - 1) }
  }

  private static func scaledNormal(
    _ shape: TensorShape, _ variance: Double, _ generator: inout RandomGenerator
  ) -> Tensor {
    let deviation = variance.squareRoot() / truncatedDeviation
    return drawn(shape) { deviation * generator.truncatedNormal() }
  }

  private static func drawn(_ shape: TensorShape, _ draw: () -> Double) -> Tensor {
    var tensor = Tensor(repeating: 0, shape: shape)
    for index in tensor.values.indices { tensor.values[index] = Float(draw()) }
    return tensor
  }
}

/// How many inputs and outputs a unit has, as Keras counts them; at least 1.
struct Fans {
  let `in`: Double
  let out: Double

  /// A kernel is `[…window, in, out]`; a vector counts its length for both.
  init(of shape: TensorShape) {
    let extents = shape.extents.map(Double.init)
    let window = extents.dropLast(2).reduce(1, *)
    let inputs = extents.count < 2 ? extents.first ?? 1 : extents[extents.count - 2]
    let outputs = extents.last ?? 1
    self.in = max(1, window * inputs)
    self.out = max(1, window * outputs)
  }
}

extension RandomGenerator {
  /// Normal with mean 0 and deviation 1, drawn again while outside ±2 (5 % of draws).
  fileprivate mutating func truncatedNormal() -> Double {
    while true {
      let x = normal()
      if x.magnitude <= 2 { return x }
    }
  }
}
