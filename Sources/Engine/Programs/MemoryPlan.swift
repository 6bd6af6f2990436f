import Formatting

/// Places for the values of a program in one arena: values that are never needed at the same time
/// share memory.
package struct MemoryPlan {
  /// Who needs memory. Of two that need as much, the lesser is placed first.
  package enum Tenant: Hashable, Comparable {
    /// What a unit writes on while it runs.
    case workspace(unit: Int)
    case node(Int)
  }

  /// How many floats a tenant needs, and from which position to which.
  package struct Lifetime {
    let tenant: Tenant
    let count: Int
    let positions: ClosedRange<Int>

    package init(tenant: Tenant, count: Int, positions: ClosedRange<Int>) {
      (self.tenant, self.count, self.positions) = (tenant, count, positions)
    }
  }

  /// The place of each tenant, in floats from the start of the arena.
  package private(set) var offsets: [Tenant: Int] = [:]
  /// The size of the arena in floats.
  package private(set) var count = 0

  /// Largest first, each at the lowest place that is free for its whole life (greedy by size).
  ///
  /// - Parameter owner: for each node that lives in the memory of another, that other, whose stay is
  ///   longer for it.
  package init(_ lifetimes: [Lifetime], owner: [Int: Int] = [:]) {
    func host(_ tenant: Tenant) -> Tenant {
      if case .node(let id) = tenant, let owner = owner[id] { .node(owner) } else { tenant }
    }
    let guests = Dictionary(grouping: lifetimes) { host($0.tenant) }
    var placed: [(count: Int, positions: ClosedRange<Int>, offset: Int)] = []
    for lifetime in lifetimes.sorted(by: { ($1.count, $0.tenant) < ($0.count, $1.tenant) })
    where host(lifetime.tenant) == lifetime.tenant {
      let last = guests[lifetime.tenant]!.map(\.positions.upperBound).max()!
      let positions = lifetime.positions.lowerBound...last
      var offset = 0
      for other in placed where other.positions.overlaps(positions) {
        if offset + lifetime.count <= other.offset { break }
        offset = max(offset, other.offset + Memory.aligned(other.count))
      }
      for guest in guests[lifetime.tenant]! { offsets[guest.tenant] = offset }
      count = max(count, offset + Memory.aligned(lifetime.count))
      let place = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert((lifetime.count, positions, offset), at: place)
    }
  }
}
