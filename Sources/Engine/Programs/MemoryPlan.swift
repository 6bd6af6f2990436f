import Formatting

/// Places for the values of a program in one arena: values that are never needed at the same time
/// share memory.
struct MemoryPlan {
  /// A value that needs memory from the step that makes it to the last step that reads it.
  struct Lifetime {
    let node: Int
    let count: Int
    let first: Int
    var last: Int
  }

  /// Tenants without those that live in the memory of another, whose stay is longer for it.
  static func joined(_ lifetimes: [Lifetime], owner: [Int: Int]) -> [Lifetime] {
    var last: [Int: Int] = [:]
    for lifetime in lifetimes {
      let owner = owner[lifetime.node] ?? lifetime.node
      last[owner] = max(last[owner] ?? 0, lifetime.last)
    }
    return lifetimes.filter { owner[$0.node] == nil }.map { lifetime in
      Lifetime(
        node: lifetime.node, count: lifetime.count, first: lifetime.first,
        last: last[lifetime.node]!)
    }
  }

  /// The place of each node, in floats from the start of the arena.
  private(set) var offsets: [Int: Int] = [:]
  /// The size of the arena in floats.
  private(set) var count = 0

  /// Largest first, each at the lowest place that is free for its whole life (greedy by size).
  init(_ lifetimes: [Lifetime]) {
    var placed: [(lifetime: Lifetime, offset: Int)] = []
    for lifetime in lifetimes.sorted(by: { ($1.count, $0.node) < ($0.count, $1.node) }) {
      var offset = 0
      for other in placed
      where other.lifetime.first <= lifetime.last && lifetime.first <= other.lifetime.last {
        if offset + lifetime.count <= other.offset { break }
        offset = max(offset, other.offset + Memory.aligned(other.lifetime.count))
      }
      offsets[lifetime.node] = offset
      count = max(count, offset + Memory.aligned(lifetime.count))
      let place = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert((lifetime, offset), at: place)
    }
  }
}
