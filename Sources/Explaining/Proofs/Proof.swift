import Engine

/// Gradients beside an independent estimate of each: finite differences, which know nothing of the
/// chain rule.
public struct Proof: Codable, Sendable {
  /// The version of this form.
  public var formatVersion = 1
  /// One for each parameter that was checked.
  public var entries: [Entry]
  /// How many gradients there are in all.
  public var total: Int
  /// Decides which gradients are in a sample.
  public var seed: UInt64
  /// How many examples the loss is taken over.
  public var examples: Int
  /// What was moved if it is not the loss as it is; nil if it is.
  public var note: String?

  private enum CodingKeys: String, CodingKey {
    case entries, total, seed, examples, note
    case formatVersion = "format_version"
  }

  /// What came of one comparison.
  public enum Verdict: String, Codable, Sendable {
    /// The gradient lies within the error bar of the estimate.
    case agrees
    /// It does not.
    case disagrees
    /// The function has a kink here, so there is no one slope; the gradient is one of those between the
    /// slopes of the two sides.
    case kink
  }

  /// One gradient.
  public struct Entry: Codable, Sendable {
    /// The tensor's name.
    public var tensor: String
    /// Places along each axis, counted from 1.
    public var places: [Int]
    /// The engine's 32-bit gradient; nil when only the definitions were run.
    public var engine: Float?
    /// The same gradient by the definitions, in 64 bits.
    public var gradient: Double
    /// The finite difference.
    public var estimate: Double
    /// How far the finite difference may be off.
    public var error: Double
    /// What its numbers say.
    public var verdict: Verdict
    /// What the verdict rests on: the kink, or what disagrees.
    public var reason: String?

    /// `dense/kernel[2,5]`.
    public var name: String {
      places.isEmpty ? tensor : "\(tensor)[\(places.map(String.init).joined(separator: ","))]"
    }
  }

  /// The gradients that are wrong.
  public var disagreements: [Entry] { entries.filter { $0.verdict == .disagrees } }
  /// The gradients at kinks.
  public var kinks: [Entry] { entries.filter { $0.verdict == .kink } }
  /// Does no gradient disagree?
  public var holds: Bool { disagreements.isEmpty }
}

/// Proves gradients of a graph.
struct GraphProof {
  let graph: Graph
  let loss: Node
  /// What the loss is differentiated with respect to, and the gradient nodes.
  let parameters: [(name: String, node: Node, gradient: Node)]
  let feeds: [String: [Double]]
  /// The engine's gradients, one array for each parameter; empty if it was not run.
  var engine: [[Float]] = []

  /// How far a 32-bit gradient may be from the 64-bit one, in parts of the largest of its tensor, or of
  /// a hundredth of the largest of all: where terms cancel, their rounding remains.
  private static let engineTolerance = 1e-4

  /// - Parameters:
  ///   - chosen: places of each parameter.
  ///   - progress: told how many of how many gradients are checked.
  func entries(
    _ chosen: [[Int]], progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) throws -> [Proof.Entry] {
    let gradients = try graph.evaluate(parameters.map(\.gradient), feeding: feeds)
    let again = try Reevaluation(graph, loss: loss, feeds: feeds)
    let largestOfAll = gradients.joined().map(\.magnitude).max() ?? 0
    let count = chosen.reduce(0) { $0 + $1.count }
    var entries: [Proof.Entry] = []
    for (place, parameter) in parameters.enumerated() {
      let largest = gradients[place].map(\.magnitude).max() ?? 0
      for element in chosen[place] {
        let outcome = again.outcome(moving: parameter.node.id, element)
        let (difference, step) = Difference.best(outcome.loss)
        var entry = Proof.Entry(
          tensor: parameter.name,
          places: parameter.node.shape.position(ofFlatIndex: element).map { $0 + 1 },
          engine: engine.isEmpty ? nil : engine[place][element],
          gradient: gradients[place][element], estimate: difference.estimate,
          error: difference.error, verdict: .agrees)
        judge(&entry, difference, largest, max(largest, largestOfAll / 100), outcome.kinks[step])
        entries.append(entry)
        progress?(entries.count, count)
      }
    }
    return entries
  }

  private func judge(
    _ entry: inout Proof.Entry, _ difference: Difference, _ largest: Double, _ scale: Double,
    _ kink: String?
  ) {
    let margin = 2 * difference.error + 1e-9 * entry.gradient.magnitude + 1e-12
    // Across a kink the error bar is wide, and would let anything pass.
    let isSharp = !difference.crossesKink || difference.error <= 1e-6 * max(1e-3, largest)
    let isClose = isSharp && (entry.gradient - entry.estimate).magnitude <= margin
    let tolerance = Self.engineTolerance * max(scale, 1e-6)
    let engineIsClose =
      entry.engine.map { (Double($0) - entry.gradient).magnitude <= tolerance } ?? true
    if isClose, engineIsClose { return }
    let used = isClose ? entry.engine.map { Double($0) } ?? entry.gradient : entry.gradient
    let slack = 1e-6 * max(1e-3, largest)
    let between =
      (difference.sides.lowerBound - slack...difference.sides.upperBound + slack).contains(used)
    if difference.crossesKink, between {
      entry.verdict = .kink
      entry.reason = kink.map { "a kink in \($0)" } ?? "a kink"
    } else {
      entry.verdict = .disagrees
      entry.reason =
        isClose
        ? "the engine's gradient is not that of the definitions"
        : "the gradient is not the slope of the loss"
    }
  }
}
