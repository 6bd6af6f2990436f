/// Places for the values of a program in one arena: values that are never needed at the same time
/// share memory.
struct MemoryPlan {
  /// A value that needs memory from the step that makes it to the last step that reads it.
  struct Tenant {
    let node: Int
    let count: Int
    let first: Int
    var last: Int
  }

  /// Tenants without those that live in the memory of another, whose stay is longer for it.
  static func joined(_ tenants: [Tenant], owner: [Int: Int]) -> [Tenant] {
    var last: [Int: Int] = [:]
    for tenant in tenants {
      let owner = owner[tenant.node] ?? tenant.node
      last[owner] = max(last[owner] ?? 0, tenant.last)
    }
    return tenants.filter { owner[$0.node] == nil }.map { tenant in
      Tenant(
        node: tenant.node, count: tenant.count, first: tenant.first, last: last[tenant.node]!)
    }
  }

  /// The place of each node, in floats from the start of the arena.
  private(set) var offsets: [Int: Int] = [:]
  /// The size of the arena in floats.
  private(set) var count = 0

  /// Largest first, each at the lowest place that is free for its whole life (greedy by size).
  init(_ tenants: [Tenant]) {
    var placed: [(tenant: Tenant, offset: Int)] = []
    for tenant in tenants.sorted(by: { ($1.count, $0.node) < ($0.count, $1.node) }) {
      var offset = 0
      for other in placed
      where other.tenant.first <= tenant.last && tenant.first <= other.tenant.last {
        if offset + tenant.count <= other.offset { break }
        offset = max(offset, other.offset + Memory.aligned(other.tenant.count))
      }
      offsets[tenant.node] = offset
      count = max(count, offset + Memory.aligned(tenant.count))
      let place = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert((tenant, offset), at: place)
    }
  }
}
