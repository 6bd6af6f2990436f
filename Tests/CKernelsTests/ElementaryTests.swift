import CKernels
import Engine
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct ElementaryTests {
  let functions: [(gb_operation, bound: Double, (Double) -> Double)] = [
    (GB_EXPONENTIAL, 2, { exp($0) }), (GB_LOGARITHM, 2, { log($0) }),
    (GB_HYPERBOLIC_TANGENT, 4, { tanh($0) }), (GB_ERROR_FUNCTION, 4, { erf($0) }),
    (GB_SQUARE_ROOT, 0.5, { $0.squareRoot() }),
  ]

  func values(_ operation: gb_operation, of x: [Float], by kernels: gb_kernels) -> [Float] {
    ElementwiseRun(
      inputs: [.init(values: x, register: 0)], instructions: [step(operation, 1, 0)],
      outputs: [.init(register: 1)], registers: 2
    ).run(kernels, count: x.count)[0]
  }

  /// Every 4999th bit pattern of all floats, both signs, denormals, infinities and NaN included.
  @Test func errorOverAllFloats() {
    let x = stride(from: UInt32(0), to: .max - 4999, by: 4999).map { Float(bitPattern: $0) }
    for kernels in kernelSets {
      for (operation, bound, reference) in functions {
        var worst = (error: 0.0, x: Float(0))
        for (input, found) in zip(x, values(operation, of: x, by: kernels)) {
          let error = unitsInLastPlace(found, reference(Double(input)))
          if error > worst.error { worst = (error, input) }
        }
        #expect(worst.error <= bound, "\(kernels.title) operation \(operation.rawValue) \(worst)")
      }
    }
  }

  /// Densely where the functions bend: both sides of zero, of one, and of every change of method.
  @Test func errorWhereItMatters() {
    var x: [Float] = []
    for centre in [0.625, 0.9375, 1, 2.0 / 3, 4.0 / 3, 3.92, 9.02, 88.72, 87.33, 103.97] as [Float]
    {
      for step in -2000...2000 {
        let near = Float(bitPattern: UInt32(Int(centre.bitPattern) + step))
        x += [near, -near]
      }
    }
    for step in -20000...20000 { x.append(Float(step) * 0.0007) }
    for kernels in kernelSets {
      for (operation, bound, reference) in functions {
        for (input, found) in zip(x, values(operation, of: x, by: kernels)) {
          let error = unitsInLastPlace(found, reference(Double(input)))
          if error > bound {
            Issue.record("\(kernels.title) operation \(operation.rawValue) at \(input): \(error)")
            break
          }
        }
      }
    }
  }

  @Test func specialValues() {
    let infinity = Float.infinity
    let tiny = Float.leastNonzeroMagnitude
    let cases: [(gb_operation, [(Float, Float)])] = [
      (
        GB_EXPONENTIAL,
        [
          (0, 1), (-0.0, 1), (infinity, infinity), (-infinity, 0), (89, infinity), (-105, 0),
          (tiny, 1), (.greatestFiniteMagnitude, infinity), (-.greatestFiniteMagnitude, 0),
        ]
      ),
      (
        GB_LOGARITHM,
        [
          (1, 0), (0, -infinity), (-0.0, -infinity), (infinity, infinity), (-1, .nan),
          (-infinity, .nan), (-tiny, .nan), (tiny, -103.27893),
        ]
      ),
      (
        GB_HYPERBOLIC_TANGENT,
        [
          (0, 0), (-0.0, -0.0), (infinity, 1), (-infinity, -1), (tiny, tiny), (-tiny, -tiny),
          (20, 1),
        ]
      ),
      (
        GB_ERROR_FUNCTION,
        [
          (0, 0), (-0.0, -0.0), (infinity, 1), (-infinity, -1), (tiny, tiny), (-tiny, -tiny),
          (5, 1),
        ]
      ),
    ]
    for kernels in kernelSets {
      for (operation, pairs) in cases {
        let found = values(operation, of: pairs.map(\.0) + [.nan], by: kernels)
        for (value, pair) in zip(found, pairs) {
          let same = value.isNaN ? pair.1.isNaN : value.bitPattern == pair.1.bitPattern
          #expect(same, "\(kernels.title) \(operation.rawValue) of \(pair.0): \(value)")
        }
        #expect(found.last!.isNaN)
      }
    }
  }
}
