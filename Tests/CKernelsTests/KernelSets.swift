import CKernels
import Engine

/// The sets of kernels that this machine runs; each test loops over them.
nonisolated(unsafe) let kernelSets: [gb_kernels] = {
  let names: [String] = ["portable", "avx2", "avx512", "neon"]
  return names.compactMap { gb_kernels_named($0)?.pointee }
}()

extension gb_kernels {
  var title: String { String(cString: name) }
}

/// Memory for the length of `body`, aligned to a cache line as the kernels ask for.
func withScratch<Result>(
  _ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Result
) rethrows -> Result {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
  defer { memory.deallocate() }
  let floats = memory.bindMemory(to: Float.self, capacity: max(count, 1))
  floats.initialize(repeating: .nan, count: max(count, 1))
  return try body(floats)
}

extension RandomGenerator {
  /// Normal values with some exact zeros among them.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in below(16) == 0 ? 0 : Float(normal()) }
  }
}

extension Array where Element == Float {
  /// The exact bits, so that NaN equals NaN and -0 differs from 0.
  var bits: [UInt32] { map(\.bitPattern) }
}

/// How far `found` lies from `expected` in units of the last place of a float near `expected`.
func unitsInLastPlace(_ found: Float, _ expected: Double) -> Double {
  if found.isNaN || expected.isNaN { return found.isNaN && expected.isNaN ? 0 : .infinity }
  if found.isInfinite || Float(expected).isInfinite {
    return found == Float(expected) ? 0 : .infinity
  }
  let exponent = expected == 0 ? -126 : Swift.max(Int(expected.exponent), -126)
  return abs(Double(found) - expected)
    / Double(sign: .plus, exponent: exponent - 23, significand: 1)
}
