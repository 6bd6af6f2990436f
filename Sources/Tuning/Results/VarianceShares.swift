/// How much of what a tree says comes from each input alone and from each two together: its functional
/// analysis of variance, where each value of an input is as likely as any other.
///
/// The marginals are exact sums over the leaves (Hutter, Hoos, Leyton-Brown, *An efficient approach for
/// assessing hyperparameter importance*, ICML 2014).
struct VarianceShares {
  /// The mean over the whole space.
  let mean: Double
  /// The variance over the whole space.
  let variance: Double
  /// Of each input alone, as a share of the variance.
  let single: [Double]
  /// Of two inputs together, without what each does alone; the first is the earlier one. Only pairs that the
  /// tree asks about.
  let pairs: [Pair: Double]

  struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  /// - Returns: nil for a tree that says the same everywhere.
  init?(_ tree: RegressionTree, inputs: [TreeInput]) {
    let boxes = TreeBoxes(tree, inputs: inputs)
    let mean = boxes.leaves.reduce(0) { $0 + $1.value * $1.volume }
    let variance = boxes.leaves.reduce(0) {
      $0 + ($1.value - mean) * ($1.value - mean) * $1.volume
    }
    guard variance > 0 else { return nil }
    (self.mean, self.variance) = (mean, variance)
    let single = inputs.indices.map { boxes.variance(of: $0, mean: mean) / variance }
    self.single = single
    let asked = inputs.indices.filter { boxes.widths[$0].count > 1 }
    var pairs: [Pair: Double] = [:]
    for (place, first) in asked.enumerated() {
      for second in asked[(place + 1)...] {
        let both = boxes.variance(of: first, second, mean: mean) / variance
        pairs[Pair(first: first, second: second)] = max(0, both - single[first] - single[second])
      }
    }
    self.pairs = pairs
  }
}

/// The leaves of a tree as boxes: for each input the values that lead there.
private struct TreeBoxes {
  struct Leaf {
    let value: Double
    /// The share of the space.
    let volume: Double
    /// For each input the cells that it holds, in runs.
    let runs: [[Range<Int>]]
    /// For each input the width of those cells together.
    let sizes: [Double]
  }

  /// For each input the widths of its cells, within which no question of the tree tells values apart.
  let widths: [[Double]]
  private(set) var leaves: [Leaf] = []

  init(_ tree: RegressionTree, inputs: [TreeInput]) {
    var bounds = inputs.map { _ in [0.0, 1.0] }
    var asked = Set<Int>()
    Self.collect(tree.root, &bounds, &asked)
    bounds = bounds.map { Array(Set($0)).sorted() }
    widths = inputs.indices.map { place in
      switch inputs[place] {
      case .number: zip(bounds[place], bounds[place].dropFirst()).map { $1 - $0 }
      case .choice(let count):
        asked.contains(place) ? Array(repeating: 1 / Double(count), count: count) : [1]
      }
    }
    add(tree.root, cells: widths.map { Array($0.indices) }, bounds)
  }

  private static func collect(
    _ node: RegressionTree.Node, _ bounds: inout [[Double]], _ asked: inout Set<Int>
  ) {
    guard case .split(let input, let question, let yes, let no) = node else { return }
    asked.insert(input)
    if case .below(let bound) = question { bounds[input].append(bound) }
    collect(yes, &bounds, &asked)
    collect(no, &bounds, &asked)
  }

  private mutating func add(
    _ node: RegressionTree.Node, cells: [[Int]], _ bounds: [[Double]]
  ) {
    switch node {
    case .leaf(let value): addLeaf(value, cells)
    case .split(let input, let question, let yes, let no):
      func isYes(_ cell: Int) -> Bool {
        switch question {
        // A cell lies on one side of the bound: below it if it begins there.
        case .below(let bound): bounds[input][cell] < bound
        case .among(let choices): choices.contains(cell)
        }
      }
      var (left, right) = (cells, cells)
      left[input] = cells[input].filter(isYes)
      right[input] = cells[input].filter { !isYes($0) }
      if !left[input].isEmpty { add(yes, cells: left, bounds) }
      if !right[input].isEmpty { add(no, cells: right, bounds) }
    }
  }

  private mutating func addLeaf(_ value: Double, _ cells: [[Int]]) {
    let sizes = cells.indices.map { input in
      cells[input].count == widths[input].count
        ? 1 : cells[input].reduce(0) { $0 + widths[input][$1] }
    }
    leaves.append(
      Leaf(
        value: value, volume: sizes.reduce(1, *), runs: cells.map(Self.runs), sizes: sizes))
  }

  private static func runs(_ cells: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for cell in cells {
      if let last = runs.last, last.upperBound == cell {
        runs[runs.count - 1] = last.lowerBound..<cell + 1
      } else {
        runs.append(cell..<cell + 1)
      }
    }
    return runs
  }

  /// The variance of the mean over all other inputs.
  func variance(of input: Int, mean: Double) -> Double {
    let widths = widths[input]
    guard widths.count > 1 else { return 0 }
    // Where runs begin their part is added, where they end it is taken away; the sums from the left are the
    // marginal.
    var steps = Array(repeating: 0.0, count: widths.count + 1)
    for leaf in leaves {
      let part = (leaf.value - mean) * leaf.volume / leaf.sizes[input]
      for run in leaf.runs[input] {
        steps[run.lowerBound] += part
        steps[run.upperBound] -= part
      }
    }
    var (marginal, variance) = (0.0, 0.0)
    for cell in widths.indices {
      marginal += steps[cell]
      variance += widths[cell] * marginal * marginal
    }
    return variance
  }

  /// The same for the mean over all inputs but two.
  func variance(of first: Int, _ second: Int, mean: Double) -> Double {
    let (rows, columns) = (widths[first], widths[second])
    let stride = columns.count + 1
    var steps = Array(repeating: 0.0, count: (rows.count + 1) * stride)
    for leaf in leaves {
      let part =
        (leaf.value - mean) * leaf.volume / (leaf.sizes[first] * leaf.sizes[second])
      for row in leaf.runs[first] {
        for column in leaf.runs[second] {
          steps[row.lowerBound * stride + column.lowerBound] += part
          steps[row.lowerBound * stride + column.upperBound] -= part
          steps[row.upperBound * stride + column.lowerBound] -= part
          steps[row.upperBound * stride + column.upperBound] += part
        }
      }
    }
    var above = Array(repeating: 0.0, count: columns.count)
    var variance = 0.0
    for row in rows.indices {
      var along = 0.0
      for column in columns.indices {
        along += steps[row * stride + column]
        above[column] += along
        variance += rows[row] * columns[column] * above[column] * above[column]
      }
    }
    return variance
  }
}
