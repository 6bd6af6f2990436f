import Engine
import Networks
import Training

extension SearchSpace {
  /// What cannot be used of the values, tried one by one: every choice and both ends of every range.
  func problems(for base: RunConfiguration, registry: Registry) -> [Problem] {
    var found: [Problem] = []
    for dimension in dimensions.indices {
      for number in ends(of: dimension) {
        do {
          _ = try configuration(base, at: point(with: number, at: dimension), registry: registry)
        } catch {
          let problems = (error as? Problem)?.all ?? []
          found += problems.filter { !found.contains($0) }
        }
      }
    }
    return found
  }

  /// A point that has a dimension with this number, and the first value of all others.
  private func point(with number: Double, at dimension: Int) -> SearchPoint {
    var wanted = [dimension: number]
    var open = [dimension]
    while let place = open.popLast() {
      for condition in dimensions[place].conditions where wanted[condition.dimension] == nil {
        wanted[condition.dimension] = Double(condition.values[0])
        open.append(condition.dimension)
      }
    }
    var point = SearchPoint(repeating: nil, count: dimensions.count)
    for place in dimensions.indices where dimensions[place].isPresent(in: point) {
      point[place] = wanted[place] ?? ends(of: place).first
    }
    return point
  }

  private func ends(of dimension: Int) -> [Double] {
    switch dimensions[dimension].domain {
    case .real(let low, let high, _): [low, high]
    case .whole(let low, let high, _): [Double(low), Double(high)]
    case .choice(let count): (0..<count).map(Double.init)
    }
  }

  /// With ranges whose ends are written as whole numbers, of settings that take others too, as ranges of all
  /// numbers: `{from: 0, to: 1}` for `dropout`.
  func withFractions(for base: RunConfiguration, registry: Registry) -> SearchSpace {
    var variables = variables
    for place in variables.indices {
      guard var range = variables[place].values.range, range.isWhole else { continue }
      range.isWhole = false
      var other = variables
      other[place].values = variables[place].values.with(range)
      // Between the first two whole numbers: what refuses this takes whole numbers only.
      range = SearchRange(low: range.low + 0.5, high: range.low + 0.75)
      var trial = variables
      trial[place].values = variables[place].values.with(range)
      if SearchSpace(trial).isUsable(variables[place].name, base, registry) { variables = other }
    }
    return SearchSpace(variables)
  }

  private func isUsable(
    _ name: String, _ base: RunConfiguration, _ registry: Registry
  ) -> Bool {
    dimensions.indices.filter {
      dimensions[$0].name.hasPrefix(name) && !dimensions[$0].domain.isWhole
    }
    .allSatisfy { place in
      let point = point(with: ends(of: place)[0], at: place)
      return (try? configuration(base, at: point, registry: registry)) != nil
    }
  }
}

extension SearchDimension.Domain {
  fileprivate var isWhole: Bool { if case .whole = self { true } else { false } }
}

extension SearchVariable.Values {
  /// Its range, or that of its list.
  fileprivate var range: SearchRange? {
    switch self {
    case .choices: nil
    case .range(let range): range
    case .list(_, let each): each.range
    }
  }

  fileprivate func with(_ range: SearchRange) -> Self {
    switch self {
    case .choices: self
    case .range: .range(range)
    case .list(let lengths, let each): .list(lengths: lengths, each: each.with(range))
    }
  }
}
