package import Engine

extension Initializers {
  /// `gain` times a matrix with orthonormal columns (or rows, where there are fewer), uniformly
  /// distributed among all such (Saxe, McClelland and Ganguli 2014). All axes but the last together are
  /// the rows. Keras refuses fewer than two axes; here a vector is a single column.
  package struct Orthogonal: Initializer {
    package static let kind = "orthogonal"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("gain", \.gain)]
    }

    /// The factor.
    package var gain: Double

    /// Keras's defaults.
    package init(gain: Double = 1) {
      self.gain = gain
    }

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      orthogonalTensor(shape, gain, &generator)
    }

    package func check(at location: String) throws(Problem) {
      try checkFinite(["gain": gain], at: location)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// `gain` times a matrix with orthonormal columns, or rows where there are fewer.
  public static func orthogonal(gain: Double = 1) -> any Initializer {
    Initializers.Orthogonal(gain: gain)
  }
}

/// A tensor whose matrix form has orthonormal columns, or rows where there are fewer, times `gain`.
///
/// Normal columns are made orthonormal one after the other (Gram-Schmidt, each pass done twice, which
/// suffices for full precision: Giraud, Langou and Rozložník 2005). This is the QR decomposition with
/// a positive diagonal of R, the one for which Q is uniformly distributed (Mezzadri 2007), so no sign
/// has to be mended afterwards.
private func orthogonalTensor(
  _ shape: TensorShape, _ gain: Double, _ generator: inout RandomGenerator
) -> Tensor {
  var tensor = Tensor(repeating: 0, shape: shape)
  guard shape.count > 0 else { return tensor }
  let columns = shape.rank < 2 ? 1 : shape.extents[shape.rank - 1]
  let rows = shape.count / columns
  let vectors = orthonormalVectors(min(rows, columns), length: max(rows, columns), &generator)
  for row in 0..<rows {
    for column in 0..<columns {
      let value = rows >= columns ? vectors[column][row] : vectors[row][column]
      tensor.values[row * columns + column] = Float(gain * value)
    }
  }
  return tensor
}

private func orthonormalVectors(
  _ count: Int, length: Int, _ generator: inout RandomGenerator
) -> [[Double]] {
  var vectors: [[Double]] = []
  while vectors.count < count {
    var vector = (0..<length).map { _ in generator.normal() }
    let drawn = dot(vector, vector).squareRoot()
    for _ in 0..<2 {
      for other in vectors {
        let overlap = dot(vector, other)
        for index in 0..<length { vector[index] -= overlap * other[index] }
      }
    }
    let left = dot(vector, vector).squareRoot()
    // So close to the span of the others, a direction would be rounding error: draw again.
    guard left > 1e-8 * drawn else { continue }
    vectors.append(vector.map { $0 / left })
  }
  return vectors
}

/// Four partial sums, so that additions need not wait for each other.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sums = SIMD4<Double>.zero
  var index = 0
  while index + 4 <= a.count {
    let left = SIMD4(a[index], a[index + 1], a[index + 2], a[index + 3])
    let right = SIMD4(b[index], b[index + 1], b[index + 2], b[index + 3])
    sums += left * right
    index += 4
  }
  var sum = sums.sum()
  while index < a.count {
    sum += a[index] * b[index]
    index += 1
  }
  return sum
}
