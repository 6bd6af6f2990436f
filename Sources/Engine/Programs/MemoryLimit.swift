import Formatting
import Platform

/// How much memory may be asked for: what the machine, or the container, has. To ask for
/// more would end the program without a word.
package enum MemoryLimit {
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
    guard needed > Double(Machine.memory), let most = parts.max(by: { $0.count < $1.count }) else {
      return
    }
    throw Problem.shape(
      place,
      expected: "at most the memory that may be used here, \(Double(Machine.memory).byteText)",
      found:
        "\(needed.byteText), of which \(most.name) needs \((size * Double(most.count)).byteText)",
      fix: "make it smaller: fewer units or filters, shorter inputs, a smaller batch")
  }
}
