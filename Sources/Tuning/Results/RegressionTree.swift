import Engine

/// What a tree may ask of one input.
enum TreeInput: Sendable, Hashable {
  /// A number from 0 to 1.
  case number
  /// One of so many values without an order, by its place from 0.
  case choice(count: Int)
}

/// Examples to grow trees from.
struct TreeExamples {
  let inputs: [TreeInput]
  /// A value for each input, for each example; NaN for one that is not there.
  let points: [[Double]]
  /// What is to be predicted; finite.
  let values: [Double]
}

/// A tree of regression (Breiman, Friedman, Olshen, Stone, 1984), grown until no leaf can be split.
///
/// An input that some examples do not have is asked for only where all examples of a node have it, so below
/// a question that says why it is there. Where it is not there it then has no effect at all.
struct RegressionTree: Sendable {
  /// A question; yes goes left.
  enum Question: Sendable, Hashable {
    case below(Double)
    case among(Set<Int>)

    func isYes(_ value: Double) -> Bool {
      switch self {
      case .below(let bound): value < bound
      case .among(let choices): choices.contains(Int(value))
      }
    }
  }

  indirect enum Node: Sendable {
    case leaf(Double)
    case split(input: Int, Question, yes: Node, no: Node)
  }

  let root: Node

  /// What the tree says of a point, which may lack inputs only where no question is about them.
  func prediction(at point: [Double]) -> Double {
    var node = root
    while true {
      switch node {
      case .leaf(let value): return value
      case .split(let input, let question, let yes, let no):
        // What is not there is compared with nothing; the tree was grown so that it is seldom asked for.
        node = !point[input].isNaN && question.isYes(point[input]) ? yes : no
      }
    }
  }
}

extension RegressionTree {
  /// Grows a tree.
  ///
  /// - Parameters:
  ///   - rows: places of examples; one that stands there twice counts twice.
  ///   - random: says which of equally good questions is asked.
  init(_ examples: TreeExamples, rows: [Int], _ random: inout RandomGenerator) {
    root = Self.grown(examples, rows, &random, depth: 0)
  }

  /// No study is so large that a tree needs more levels, and a level is a call.
  private static let mostLevels = 64

  private static func grown(
    _ examples: TreeExamples, _ rows: [Int], _ random: inout RandomGenerator, depth: Int
  ) -> Node {
    let mean = rows.reduce(0) { $0 + examples.values[$1] } / Double(rows.count)
    guard depth < mostLevels, let split = bestSplit(examples, rows, mean, &random) else {
      return .leaf(mean)
    }
    let isYes = rows.map { split.question.isYes(examples.points[$0][split.input]) }
    let yes = zip(rows, isYes).filter(\.1).map(\.0)
    let no = zip(rows, isYes).filter { !$0.1 }.map(\.0)
    return .split(
      input: split.input, split.question,
      yes: grown(examples, yes, &random, depth: depth + 1),
      no: grown(examples, no, &random, depth: depth + 1))
  }

  private struct Split {
    var input: Int
    var question: Question
    /// By how much the sum of squared deviations falls.
    var gain: Double
  }

  /// Questions whose gains differ by less than rounding are equally good.
  private static let rounding = 1e-12

  private static func bestSplit(
    _ examples: TreeExamples, _ rows: [Int], _ mean: Double, _ random: inout RandomGenerator
  ) -> Split? {
    let first = examples.values[rows[0]]
    guard rows.contains(where: { examples.values[$0] != first }) else { return nil }
    var best: Split?
    // Two examples are told apart by almost any input: the first of a fixed order would always win.
    for input in random.permutation(examples.inputs.count) {
      guard let split = bestSplit(examples, rows, mean, input: input) else { continue }
      if split.gain > (best?.gain ?? 0) * (1 + rounding) { best = split }
    }
    return best
  }

  /// Of a question about one input; nil if none tells the examples apart or some have no value.
  private static func bestSplit(
    _ examples: TreeExamples, _ rows: [Int], _ mean: Double, input: Int
  ) -> Split? {
    var groups = rows.map { (key: examples.points[$0][input], sum: examples.values[$0] - mean) }
    guard !groups.contains(where: \.key.isNaN) else { return nil }
    switch examples.inputs[input] {
    case .number:
      groups.sort { $0.key < $1.key }
      return best(groups.map { (sum: $0.sum, count: 1) }) { end in
        let bound = groups[end - 1].key / 2 + groups[end].key / 2
        // Neighbours among numbers have nothing between them.
        return groups[end - 1].key < bound && bound <= groups[end].key ? .below(bound) : nil
      }.map { Split(input: input, question: $0, gain: $1) }
    case .choice(let count):
      var sums = Array(repeating: (sum: 0.0, count: 0), count: count)
      for group in groups {
        sums[Int(group.key)].sum += group.sum
        sums[Int(group.key)].count += 1
      }
      // In the order of their means the best of all subsets is one of the first few (Fisher, 1958).
      let order = sums.indices.filter { sums[$0].count > 0 }.sorted {
        sums[$0].sum / Double(sums[$0].count) < sums[$1].sum / Double(sums[$1].count)
      }
      return best(order.map { sums[$0] }) { .among(Set(order.prefix($0))) }
        .map { Split(input: input, question: $0, gain: $1) }
    }
  }

  /// Where to cut a row of groups in two.
  ///
  /// - Parameters:
  ///   - groups: how many examples each has, and the sum of their deviations from the mean of all.
  ///   - question: that says yes to the first so many groups; nil if there is none.
  private static func best(
    _ groups: [(sum: Double, count: Int)], question: (_ end: Int) -> Question?
  ) -> (Question, gain: Double)? {
    let total = groups.reduce((sum: 0.0, count: 0)) { ($0.sum + $1.sum, $0.count + $1.count) }
    var best: (Question, gain: Double)?
    var left = (sum: 0.0, count: 0)
    for end in groups.indices.dropFirst() {
      left = (left.sum + groups[end - 1].sum, left.count + groups[end - 1].count)
      let right = total.sum - left.sum
      let gain =
        left.sum * left.sum / Double(left.count) + right * right / Double(total.count - left.count)
      guard gain > (best?.gain ?? 0) * (1 + rounding), let question = question(end) else {
        continue
      }
      best = (question, gain)
    }
    return best
  }
}
