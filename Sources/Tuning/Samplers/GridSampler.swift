/// Every point of a grid once, far ones after each other, and then none.
package struct GridSampler: Sampler {
  package static let name = "grid"

  /// How many values a number has, both ends among them; a whole number with no more than that has all.
  package let cuts: Int

  package init(cuts: Int = 5) { self.cuts = cuts }

  package func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint? {
    SearchGrid(dimensions, cuts: cuts).first(notIn: Set(observations.map(\.point)))
  }
}

/// The points of a space when its numbers are cut.
package struct SearchGrid {
  private let dimensions: [SearchDimension]
  /// Of each dimension.
  private let values: [[Double]]
  /// For each dimension the earlier ones that its own conditions and those of later ones look at.
  private let looksAt: [[Int]]
  private var counts: [Key: UInt128] = [:]

  /// How many points there are; no more than 2¹²⁶ are counted.
  package private(set) var count: UInt128 = 1

  /// The points from a dimension on depend on these values of earlier ones.
  private struct Key: Hashable {
    let dimension: Int
    let earlier: [Double?]
  }

  package init(_ dimensions: [SearchDimension], cuts: Int) {
    self.dimensions = dimensions
    let conditions = dimensions.map { $0.conditions }
    values = dimensions.indices.map { place in
      let named = conditions.joined().filter { $0.dimension == place }.flatMap(\.values)
      return dimensions[place].domain.values(cuts: cuts, with: named.map(Double.init))
    }
    looksAt = dimensions.indices.map { place in
      Set(conditions[place...].joined().map(\.dimension).filter { $0 < place }).sorted()
    }
    count = countPoints(after: [])
  }

  /// The first point, in the order of trials, that is not among others.
  package func first(notIn tried: Set<SearchPoint>) -> SearchPoint? {
    // The golden section of the whole, so that points near each other come far from each other.
    var step = count / 1000 * 618 + count % 1000 * 618 / 1000
    while step == 0 || Self.commonDivisor(step, count) > 1 { step += 1 }
    var place: UInt128 = 0
    var left = count
    while left > 0 {
      let point = point(place)
      if !tried.contains(point) { return point }
      place = place >= count - step % count ? place - (count - step % count) : place + step % count
      left -= 1
    }
    return nil
  }

  /// The point at a place, where the last dimension changes first.
  private func point(_ place: UInt128) -> SearchPoint {
    var place = place
    var point = SearchPoint()
    for (dimension, values) in zip(dimensions, values) {
      guard dimension.isPresent(in: point) else {
        point.append(nil)
        continue
      }
      for value in values {
        let below = counts[key(after: point + [value])]!
        if place < below || value == values.last {
          point.append(value)
          break
        }
        place -= below
      }
    }
    return point
  }

  private func key(after point: SearchPoint) -> Key {
    guard point.count < dimensions.count else { return Key(dimension: point.count, earlier: []) }
    return Key(dimension: point.count, earlier: looksAt[point.count].map { point[$0] })
  }

  /// How many ways a point can go on.
  private mutating func countPoints(after point: SearchPoint) -> UInt128 {
    let key = key(after: point)
    if let known = counts[key] { return known }
    var sum: UInt128 = 0
    if point.count == dimensions.count {
      sum = 1
    } else if !dimensions[point.count].isPresent(in: point) {
      sum = countPoints(after: point + [nil])
    } else {
      for value in values[point.count] {
        sum = min(1 << 126, sum + countPoints(after: point + [value]))
      }
    }
    counts[key] = sum
    return sum
  }

  private static func commonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    b == 0 ? a : commonDivisor(b, a % b)
  }
}

extension SearchDimension.Domain {
  /// So many values from end to end, and those that conditions name.
  fileprivate func values(cuts: Int, with named: [Double]) -> [Double] {
    if case .choice(let count) = self { return (0..<count).map(Double.init) }
    if case .whole(let low, _, _) = self, let count, count <= max(1, cuts) {
      return (0..<count).map { Double(low + $0) }
    }
    guard cuts > 1 else { return Set(named + [value(at: 0.5)]).sorted() }
    let cut = (0..<cuts).map { value(at: Double($0) / Double(cuts - 1)) }
    return Set(cut + named.filter { value(at: place(of: $0)) == $0 }).sorted()
  }
}
