import Engine

/// The factor L of a symmetric positive definite matrix L Lᵀ, and its inverse; both by rows.
struct CholeskyFactor {
  let size: Int
  private var rows: [Double]
  /// Row j is column j of L⁻¹.
  private var inverse: [Double] = []

  /// - Parameter matrix: by rows; only what is on and below the diagonal is read.
  /// - Returns: nil if it is not positive definite, as far as rounding can tell.
  init?(_ matrix: consuming [Double], size: Int) {
    self.size = size
    rows = matrix
    let isDefinite = rows.withUnsafeMutableBufferPointer { rows -> Bool in
      for i in 0..<size {
        for j in 0...i {
          let sum =
            rows[i * size + j]
            - scalarProduct(rows.baseAddress! + i * size, rows.baseAddress! + j * size, j)
          if i == j {
            guard sum > 1e-14, sum.isFinite else { return false }
            rows[i * size + i] = sum.squareRoot()
          } else {
            rows[i * size + j] = sum / rows[j * size + j]
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
    var inverse = Array(repeating: 0.0, count: size * size)
    rows.withUnsafeBufferPointer { rows in
      inverse.withUnsafeMutableBufferPointer { inverse in
        for j in 0..<size {
          let column = inverse.baseAddress! + j * size
          column[j] = 1 / rows[j * size + j]
          for i in (j + 1)..<max(j + 1, size) {
            let sum = scalarProduct(rows.baseAddress! + i * size + j, column + j, i - j)
            column[i] = -sum / rows[i * size + i]
          }
        }
      }
    }
    self.inverse = inverse
  }

  /// ln det(L Lᵀ).
  var logDeterminant: Double {
    (0..<size).reduce(0) { $0 + 2 * Double.log(rows[$1 * size + $1]) }
  }

  /// L⁻¹ x.
  func whitened(_ x: [Double]) -> [Double] {
    var result = x
    rows.withUnsafeBufferPointer { rows in
      result.withUnsafeMutableBufferPointer { result in
        for i in 0..<size {
          let sum = scalarProduct(rows.baseAddress! + i * size, result.baseAddress!, i)
          result[i] = (result[i] - sum) / rows[i * size + i]
        }
      }
    }
    return result
  }

  /// (L Lᵀ)⁻¹ x of an x of which L⁻¹ x is given.
  func solved(fromWhitened x: [Double]) -> [Double] {
    inverse.withUnsafeBufferPointer { inverse in
      x.withUnsafeBufferPointer { x in
        (0..<size).map { row in
          scalarProduct(
            inverse.baseAddress! + row * size + row, x.baseAddress! + row, size - row)
        }
      }
    }
  }

  /// An element of (L Lᵀ)⁻¹.
  func inverseElement(_ a: Int, _ b: Int) -> Double {
    let start = max(a, b)
    return inverse.withUnsafeBufferPointer { inverse in
      scalarProduct(
        inverse.baseAddress! + a * size + start, inverse.baseAddress! + b * size + start,
        size - start)
    }
  }
}

/// Σ aᵢ bᵢ, in eight sums that are then added in their order.
@inline(__always)
private func scalarProduct(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
) -> Double {
  var sums = SIMD8<Double>()
  var place = 0
  let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  while place + 8 <= count {
    let offset = place * MemoryLayout<Double>.stride
    sums +=
      rawA.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      * rawB.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
    place += 8
  }
  var sum = sums.sum()
  while place < count {
    sum += a[place] * b[place]
    place += 1
  }
  return sum
}
