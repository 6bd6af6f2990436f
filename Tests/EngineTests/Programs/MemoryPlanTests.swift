import Formatting
import Testing

@testable import Engine

@Suite struct MemoryPlanTests {
  private func tenants(_ count: Int, _ generator: inout RandomGenerator) -> [MemoryPlan.Lifetime] {
    (0..<count).map { node in
      let first = generator.below(40) - 1
      let last = generator.below(10) == 0 ? Int.max : first + generator.below(12)
      return .init(
        tenant: .node(node), count: generator.below(generator.below(5) == 0 ? 5000 : 60),
        positions: first...last)
    }
  }

  @Test func noTwoThatLiveTogetherOverlap() {
    var generator = RandomGenerator(seed: 12)
    for _ in 0..<300 {
      let tenants = tenants(generator.below(60), &generator)
      let plan = MemoryPlan(tenants)
      for (index, a) in tenants.enumerated() {
        let start = plan.offsets[a.tenant]!
        #expect(start >= 0 && start % 16 == 0 && start + a.count <= plan.count)
        for b in tenants[..<index] where a.positions.overlaps(b.positions) {
          let other = plan.offsets[b.tenant]!
          #expect(
            start + a.count <= other || other + b.count <= start,
            "\(a) at \(start), \(b) at \(other)")
        }
      }
      #expect(plan.count <= tenants.reduce(0) { $0 + Memory.aligned($1.count) })
    }
  }

  @Test func memoryIsSharedByValuesThatNeverMeet() {
    let tenants = (0..<10).map {
      MemoryPlan.Lifetime(tenant: .node($0), count: 100, positions: $0 * 2...$0 * 2 + 1)
    }
    #expect(MemoryPlan(tenants).count == Memory.aligned(100))
    #expect(MemoryPlan([]).count == 0)
  }

  /// The plan of real graphs: the outputs of a step never lie over anything it reads, but for a
  /// variable that is read element by element. ``RandomGraphTests`` would see the numbers change.
  @Test func arenasAreSmallerThanTheirValues() throws {
    let graph = Graph()
    var x = try graph.input("x", shape: [64, 64])
    for _ in 0..<20 { x = try Ops.MatrixProduct()(x, x) }
    var generator = RandomGenerator(seed: 0)
    let store = try VariableStore([], generator: &generator)
    let plan = try Compilation(graph, results: [x.id], store: store, kernels: .chosen(), threads: 1)
    #expect(plan.arena.count == 3 * 64 * 64)
  }
}
