import Engine
import Formatting

/// What was written of a trace so far.
final class TraceTally {
  /// How many lines there will be, about.
  var expected = 0
  /// Which cells of a node are shown.
  var cells: [Int: (shown: [Int], leftOut: Int)] = [:]
  private var lines = 0
  private var size = 0
  private let progress: ((_ done: Int, _ of: Int) -> Void)?

  /// More symbols and numbers than anybody reads; a page of them has some hundred megabytes.
  private static let most = 6_000_000

  init(_ progress: ((_ done: Int, _ of: Int) -> Void)?) { self.progress = progress }

  func wrote(_ line: Trace.Line) {
    lines += 1
    size += (line.formula?.size ?? 0) + (line.chain?.size ?? 0)
    size += (line.parts + line.factors).reduce(0) { $0 + $1.formula.size }
    progress?(min(lines, expected), expected)
  }

  /// - Throws: `Problem` when it has become too long.
  func check() throws {
    guard size > Self.most else { return }
    throw Problem.data(
      "everything", expected: "formulas of at most \(Self.most.grouped) symbols",
      found: "more than that after \(lines.grouped) of \(expected.grouped) lines",
      fix: "choose a layer, a neuron or a weight")
  }
}
