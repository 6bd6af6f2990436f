import Synchronization
import Testing

@testable import Engine

@Suite struct WorkerPoolTests {
  /// Counts how often each chunk runs and whether its scratch memory was its own.
  private final class CountingStep: Step {
    let chunks: Int
    let counts: UnsafeMutablePointer<Atomic<Int>>
    let clashes = Atomic<Int>(0)
    let work: Int

    init(chunks: Int, work: Int) {
      self.chunks = chunks
      self.work = work
      counts = .allocate(capacity: max(1, chunks))
      for chunk in 0..<chunks { (counts + chunk).initialize(to: Atomic(0)) }
    }

    func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
      counts[chunk].add(1, ordering: .relaxed)
      for turn in 0..<work {
        scratch[0] = Float(chunk)
        scratch[1] = Float(turn)
        if scratch[0] != Float(chunk) { clashes.add(1, ordering: .relaxed) }
      }
    }

    deinit {
      counts.deinitialize(count: chunks)
      counts.deallocate()
    }
  }

  /// Thousands of tiny steps: every chunk of every step exactly once, on its own scratch memory.
  @Test(arguments: 1...8)
  func everyChunkRunsOnce(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let memory = (0..<threads).map { _ in Memory(count: 16) }
    let scratch = memory.map(\.base)
    var generator = RandomGenerator(seed: UInt64(threads))
    let steps = (0..<40).map { _ in
      CountingStep(chunks: generator.below(12), work: generator.below(60))
    }
    let rounds = 100
    withExtendedLifetime(memory) {
      for _ in 0..<rounds { for step in steps { pool.run(step, scratch: scratch) } }
    }
    for step in steps {
      for chunk in 0..<step.chunks {
        #expect(step.counts[chunk].load(ordering: .relaxed) == rounds)
      }
      #expect(step.clashes.load(ordering: .relaxed) == 0)
    }
  }

  /// Workers that went to sleep come back, and a pool that is let go ends its threads.
  @Test func poolsComeAndGo() throws {
    let memory = (0..<4).map { _ in Memory(count: 16) }
    for round in 0..<60 {
      let pool = WorkerPool(threads: 4)
      let step = CountingStep(chunks: 6, work: 10)
      for turn in 1...3 {
        withExtendedLifetime(memory) { pool.run(step, scratch: memory.map(\.base)) }
        #expect((0..<6).allSatisfy { step.counts[$0].load(ordering: .relaxed) == turn })
        // Long enough for the workers to fall asleep, sometimes.
        if round % 20 == 0 { for _ in 0..<2_000_000 { step.clashes.add(0, ordering: .relaxed) } }
      }
    }
  }

  @Test func atLeastOneThread() {
    #expect(WorkerPool(threads: 0).threads == 1)
    #expect(WorkerPool(threads: -3).threads == 1)
  }
}
