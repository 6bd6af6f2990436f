import CKernels
import Engine
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct ReduceTests {
  static let shapes: [(outer: Int, extent: Int, inner: Int)] = {
    var shapes: [(Int, Int, Int)] = []
    for extent in [1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 33, 64, 65, 100, 127, 1000] {
      for inner in [1, 2, 3, 5, 8, 9, 16, 17, 31, 33, 70] {
        shapes.append((extent > 100 ? 2 : 3, extent, inner))
      }
    }
    return shapes + [(2, 10000, 1), (1, 5000, 3), (70, 10, 1), (1, 1, 1), (0, 3, 2)]
  }()

  let reductions = [GB_SUM, GB_MEAN, GB_MAX, GB_ARGMAX, GB_LOG_SUM_EXP]

  func reduce(
    _ kernels: gb_kernels, _ reduction: gb_reduction, _ x: [Float],
    _ shape: (outer: Int, extent: Int, inner: Int), cuts: [Int] = []
  ) -> [Float] {
    let count = shape.outer * shape.inner
    var y = [Float](repeating: 7, count: count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        var start = 0
        for end in cuts + [count] {
          kernels.reduce(
            Int32(reduction.rawValue), x.baseAddress, Int64(shape.outer), Int64(shape.extent),
            Int64(shape.inner), y.baseAddress, Int64(start), Int64(end))
          start = end
        }
      }
    }
    return y
  }

  /// The definition, and the size that an error is measured against.
  func expected(_ reduction: gb_reduction, _ values: [Double]) -> (value: Double, size: Double) {
    let size = values.reduce(0) { $0 + abs($1) }
    switch reduction {
    case GB_SUM: return (values.reduce(0, +), size)
    case GB_MEAN: return (values.reduce(0, +) / Double(values.count), size / Double(values.count))
    case GB_MAX: return (values.max()!, 0)
    case GB_ARGMAX: return (Double(values.firstIndex(of: values.max()!)!), 0)
    default:
      let largest = values.max()!
      let value = largest + log(values.reduce(0) { $0 + exp($1 - largest) })
      return (value, max(abs(value), abs(largest)))
    }
  }

  @Test func shapes() {
    var generator = RandomGenerator(seed: 21)
    for shape in Self.shapes {
      let x = generator.floats(shape.outer * shape.extent * shape.inner)
      for kernels in kernelSets {
        for reduction in reductions {
          let found = reduce(kernels, reduction, x, shape)
          for o in 0..<shape.outer {
            for i in 0..<shape.inner {
              let values = (0..<shape.extent).map {
                Double(x[(o * shape.extent + $0) * shape.inner + i])
              }
              let (value, size) = expected(reduction, values)
              let error = abs(Double(found[o * shape.inner + i]) - value)
              if !(error <= 1e-5 * size) {
                Issue.record(
                  "\(kernels.title) \(reduction.rawValue) \(shape) at \(o), \(i): \(error)")
              }
            }
          }
        }
      }
    }
  }

  @Test func cutsDoNotChangeBits() {
    var generator = RandomGenerator(seed: 22)
    for shape in [(3, 33, 70), (50, 19, 1), (5, 200, 7), (1, 300, 100)] {
      let x = generator.floats(shape.0 * shape.1 * shape.2)
      for kernels in kernelSets {
        for reduction in reductions {
          let whole = reduce(kernels, reduction, x, shape)
          for _ in 0..<5 {
            let cuts = (0..<3).map { _ in generator.below(shape.0 * shape.2) }.sorted()
            #expect(
              reduce(kernels, reduction, x, shape, cuts: cuts).bits == whole.bits,
              "\(kernels.title) \(reduction.rawValue) \(shape) \(cuts)")
          }
        }
      }
    }
  }

  /// The first row of each pair is reduced; found values for sum, mean, max, argmax, log-sum-exp.
  @Test func specialValues() {
    let (inf, nan) = (Float.infinity, Float.nan)
    let cases: [([Float], [Float])] = [
      ([-inf, -inf, -inf], [-inf, -inf, -inf, 0, -inf]),
      ([1, inf, 2], [inf, inf, inf, 1, inf]),
      ([inf, inf], [inf, inf, inf, 0, inf]),
      ([1, nan, nan, 9], [nan, nan, nan, 1, nan]),
      ([inf, -inf, nan], [nan, nan, nan, 2, nan]),
      ([-inf, 0], [-inf, -inf, 0, 1, 0]),
      ([3, 5, 5, 1], [14, 3.5, 5, 1, Float(5 + log(2 + exp(-2.0) + exp(-4.0)))]),
      ([1000, 1000], [2000, 1000, 1000, 0, Float(1000 + log(2.0))]),
      ([-1000, -1000], [-2000, -1000, -1000, 0, Float(log(2.0) - 1000)]),
      ([], [0, nan, -inf, 0, -inf]),
    ]
    for kernels in kernelSets {
      for (values, expected) in cases {
        for inner in [1, 3, 19] {
          // Every column the same; also long after padding with the row's own first value.
          let x = values.flatMap { [Float](repeating: $0, count: inner) }
          for (reduction, wanted) in zip(reductions, expected) {
            for found in reduce(kernels, reduction, x, (1, values.count, inner)) {
              let same = unitsInLastPlace(found, Double(wanted)) <= 1
              #expect(
                same,
                "\(kernels.title) \(reduction.rawValue) of \(values), inner \(inner): \(found)")
            }
          }
        }
      }
    }
  }

  /// A special value is found wherever in a long row it stands.
  @Test func notANumberAnywhere() {
    for kernels in kernelSets {
      for inner in [1, 3] {
        for place in 0..<75 {
          var x = (0..<75 * inner).map { Float($0 / inner) }
          for i in 0..<inner { x[place * inner + i] = .nan }
          #expect(reduce(kernels, GB_ARGMAX, x, (1, 75, inner))[0] == Float(place))
          #expect(reduce(kernels, GB_MAX, x, (1, 75, inner))[0].isNaN)
          #expect(reduce(kernels, GB_LOG_SUM_EXP, x, (1, 75, inner))[0].isNaN)
        }
      }
    }
  }

  @Test func longSumsStayExact() {
    let count = 1_000_000
    let x = [Float](repeating: 0.1, count: count)
    let expected = Double(Float(0.1)) * Double(count)
    for kernels in kernelSets {
      for shape in [(1, count, 1), (1, count / 4, 4)] {
        let found = Double(reduce(kernels, GB_SUM, x, shape)[0]) * Double(shape.2)
        #expect(abs(found - expected) < 2e-6 * expected, "\(kernels.title) \(shape)")
      }
    }
  }
}
