import Formatting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory may be asked for: what the machine has. To ask for more would end the program
/// without a word.
package enum MemoryLimit {
  /// The machine's memory in bytes.
  package static let bytes: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : 1 << 36
  }()

  /// - Parameters:
  ///   - parts: how many numbers each part has, with its name.
  ///   - place: what needs them.
  ///   - total: how many numbers at the same time; the sum of the parts if not given.
  /// - Throws: ``Problem`` that says what needs most, if they do not fit.
  package static func check(
    _ parts: [(name: String, count: Int)], total: Int? = nil, for place: String
  ) throws(Problem) {
    // In Double, since what does not fit may not fit into an Int either.
    let size = Double(MemoryLayout<Float>.stride)
    let needed = size * (total.map(Double.init) ?? parts.reduce(0) { $0 + Double($1.count) })
    guard needed > Double(bytes), let most = parts.max(by: { $0.count < $1.count }) else { return }
    throw Problem.shape(
      place, expected: "at most the memory of this machine, \(Double(bytes).byteText)",
      found:
        "\(needed.byteText), of which \(most.name) needs \((size * Double(most.count)).byteText)",
      fix: "make it smaller: fewer units or filters, shorter inputs, a smaller batch")
  }
}
