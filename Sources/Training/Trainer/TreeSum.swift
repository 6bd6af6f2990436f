/// A sum of vectors in a fixed binary tree: neighbours by twos, then these sums by twos, and so on. Which
/// numbers are added to which depends on the places alone, so the sum has the same bits however the places
/// are shared among processes.
///
/// Places beyond the last, and those that are left out, count nothing: no number is added for them.
struct TreeSum {
  /// A part of the tree that is summed already.
  struct Root: Hashable {
    /// The first of its places, a multiple of ``extent``.
    let first: Int
    /// How many places there are below it, a power of two.
    let extent: Int
  }

  /// How long each vector is.
  let length: Int
  /// The parts that are summed, from the first place to the last.
  private(set) var roots: [(root: Root, values: UnsafeMutablePointer<Float>)] = []
  private let blocks: Blocks

  /// Memory of vectors that is used again.
  private final class Blocks {
    let length: Int
    var free: [UnsafeMutablePointer<Float>] = []
    var all: [UnsafeMutablePointer<Float>] = []
    private var received = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    init(length: Int) { self.length = length }
    deinit {
      for block in all { block.deallocate() }
      received.deallocate()
    }

    func room(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
      if received.count < max(1, count) {
        received.deallocate()
        received = .allocate(capacity: max(1, count))
      }
      return received
    }

    func take() -> UnsafeMutablePointer<Float> {
      if let block = free.popLast() { return block }
      let block = UnsafeMutablePointer<Float>.allocate(capacity: max(1, length))
      block.initialize(repeating: 0, count: max(1, length))
      all.append(block)
      return block
    }
  }

  init(length: Int) {
    self.length = length
    blocks = Blocks(length: length)
  }

  /// Room for so many numbers of other processes, the same in every step.
  func room(_ count: Int) -> UnsafeMutableBufferPointer<Float> { blocks.room(count) }

  /// Begins anew.
  mutating func removeAll() {
    blocks.free += roots.map(\.values)
    roots = []
  }

  /// Adds the vector of a place behind all places before.
  mutating func add(at place: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    let block = blocks.take()
    fill(block)
    let (blocks, length) = (blocks, length)
    Self.append(place, block, to: &roots) { left, right in
      Self.add(right, to: left, length)
      blocks.free.append(right)
    }
  }

  /// Puts the values of a place behind those before; what is then complete becomes one part, with the values of
  /// its left half.
  private static func append<Values>(
    _ place: Int, _ values: Values, to roots: inout [(root: Root, values: Values)],
    join: (Values, Values) -> Void
  ) {
    roots.append((Root(first: place, extent: 1), values))
    while roots.count > 1, roots[roots.count - 2].root.isSibling(of: roots[roots.count - 1].root) {
      let right = roots.removeLast()
      let left = roots.removeLast()
      join(left.values, right.values)
      roots.append((left.root.parent, left.values))
    }
  }

  /// The sum of everything, in the memory of its first root; nil if there is nothing.
  mutating func total() -> UnsafeMutableBufferPointer<Float>? {
    guard let values = Self.combine(roots[...], length) else { return nil }
    return UnsafeMutableBufferPointer(start: values, count: length)
  }

  /// The sum of parts of one tree, from left to right; it replaces the first of them.
  static func combine(
    _ roots: ArraySlice<(root: Root, values: UnsafeMutablePointer<Float>)>, _ length: Int
  ) -> UnsafeMutablePointer<Float>? {
    guard let first = roots.first, let last = roots.last else { return nil }
    guard roots.count > 1 else { return first.values }
    // The smallest part of the tree that holds all of them: below it they lie on two sides.
    var whole = first.root
    while whole.first + whole.extent < last.root.first + last.root.extent { whole = whole.parent }
    let middle = whole.first + whole.extent / 2
    let split = roots.firstIndex { $0.root.first >= middle } ?? roots.endIndex
    guard let left = combine(roots[..<split], length), let right = combine(roots[split...], length)
    else { return first.values }
    add(right, to: left, length)
    return left
  }

  private static func add(
    _ right: UnsafeMutablePointer<Float>, to left: UnsafeMutablePointer<Float>, _ length: Int
  ) {
    for place in 0..<length { left[place] += right[place] }
  }

  /// The parts of the tree that are summed when the vectors of some neighbouring places are there.
  static func roots(of places: some Sequence<Int>) -> [Root] {
    var roots: [(root: Root, values: Void)] = []
    for place in places { append(place, (), to: &roots) { _, _ in } }
    return roots.map(\.root)
  }
}

extension TreeSum.Root {
  var parent: Self { Self(first: first / (2 * extent) * (2 * extent), extent: 2 * extent) }

  /// Is it the left half of a part whose right half is the other one?
  func isSibling(of right: Self) -> Bool {
    extent == right.extent && parent == right.parent && self != right
  }
}

extension ProcessGroup {
  /// The sum over all processes, each of which has summed its own places: the same bits as if one process had all
  /// of them. Every process sums one part of the vectors and sends it to the others, so that each sends and
  /// receives the vector once each way, less its own part.
  ///
  /// - Parameters:
  ///   - roots: of each process, by rank, so that all know what they will get.
  ///   - total: filled on every process.
  func add(
    _ sum: TreeSum, roots: [[TreeSum.Root]], to total: UnsafeMutableBufferPointer<Float>
  ) throws {
    let parts = (0..<count).map { share(of: sum.length, rank: $0) }
    let mine = parts[rank]
    let others = roots.indices.reduce(0) { $0 + ($1 == rank ? 0 : roots[$1].count) }
    let memory = sum.room(others * mine.count)
    var messages: [ProcessMessage] = []
    var received: [(root: TreeSum.Root, values: UnsafeMutablePointer<Float>)] = []
    var next = 0
    for peer in 0..<count {
      if peer == rank {
        received += sum.roots.map { ($0.root, $0.values + mine.lowerBound) }
        continue
      }
      for (_, values) in sum.roots where !parts[peer].isEmpty {
        let part = UnsafeMutableBufferPointer(
          start: values + parts[peer].lowerBound, count: parts[peer].count)
        messages.append(ProcessMessage(.send, peer, part))
      }
      for root in roots[peer] where !mine.isEmpty {
        let part = UnsafeMutableBufferPointer(rebasing: memory[next..<next + mine.count])
        messages.append(ProcessMessage(.receive, peer, part))
        received.append((root, part.baseAddress!))
        next += mine.count
      }
    }
    try exchange(messages)
    if let sum = TreeSum.combine(received[...], mine.count), !mine.isEmpty {
      total.baseAddress!.advanced(by: mine.lowerBound).update(from: sum, count: mine.count)
    }
    try gather(total, parts: parts)
  }
}
