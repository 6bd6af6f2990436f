import AllocationCounter
import Datasets
import Synchronization
import Testing

@testable import Engine
@testable import Networks
@testable import Training

/// A step of training asks for no memory, whatever the number of threads.
@Suite(.enabled(if: allocation_counter_works()))
struct AllocationTests {
  /// Lets every thread of a pool count into one counter, or stop counting.
  private final class Attach: Step {
    let chunks: Int
    private let counter: UnsafeMutablePointer<Int64>?
    private let arrived = Atomic<Int>(0)

    init(_ counter: UnsafeMutablePointer<Int64>?, threads: Int) {
      self.counter = counter
      chunks = threads
    }

    /// Waits for the others, so that no thread takes two chunks.
    func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
      allocation_counter_attach(counter)
      arrived.add(1, ordering: .sequentiallyConsistent)
      while arrived.load(ordering: .sequentiallyConsistent) < chunks {}
    }
  }

  private func allocations(on pool: WorkerPool, _ body: () throws -> Void) rethrows -> Int64 {
    let counter = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    let memory = Memory(count: 1)
    let scratch = [UnsafeMutablePointer<Float>](repeating: memory.base, count: pool.threads)
    let (begin, end) = (Attach(counter, threads: pool.threads), Attach(nil, threads: pool.threads))
    withExtendedLifetime(memory) { pool.run(begin, scratch: scratch) }
    try body()
    withExtendedLifetime(memory) { pool.run(end, scratch: scratch) }
    return counter.pointee
  }

  /// The counter itself works: on the caller's thread and on a worker's.
  @Test func allocationsAreSeen() {
    final class Allocate: Step {
      let chunks = 64
      func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
        UnsafeMutablePointer<Float>.allocate(capacity: 100 + chunk).deallocate()
        UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 64).deallocate()
      }
    }
    for threads in 1...2 {
      let pool = WorkerPool(threads: threads, mayRest: false)
      let (memory, step) = (Memory(count: 1), Allocate())
      let scratch = [UnsafeMutablePointer<Float>](repeating: memory.base, count: threads)
      let found = allocations(on: pool) { pool.run(step, scratch: scratch) }
      #expect(found == 128)
      #expect(allocations(on: pool) {} == 0)
      withExtendedLifetime(memory) {}
    }
  }

  private static let networks = [
    Sequential {
      Dense(256, activation: .relu)
      Dropout(0.3)
      Dense(128, activation: .gelu)
      Dense(10)
    },
    Sequential {
      Dense(256, activation: .relu)
      BatchNorm()
      Reshaping(to: [8, 32])
      LSTM(40, returnsSequences: true)
      Attention(heads: 2, keyWidth: 20, isCausal: true)
      GRU(24)
      Dense(10)
    },
  ]

  @Test(arguments: [1, 2], [0, 1])
  func aTrainingStepAllocatesNothing(threads: Int, network: Int) throws {
    let network = Self.networks[network]
    var optimizer = Optimizer.adam()
    optimizer.clipping = .globalNorm(1)
    let (inputs, batch) = (200, 96)
    let cycle = try LearningCycle(
      network, inputShape: TensorShape(checking: [inputs]), batch: batch, loss: .crossEntropy,
      optimizer: optimizer, penalty: Penalty(l2: 1e-4))
    var generator = RandomGenerator(seed: 5)
    let store = try VariableStore(cycle.graph.variables, generator: &generator)
    let pool = WorkerPool(threads: threads, mayRest: false)
    let program = try Program(
      cycle.graph, results: [cycle.loss], store: store, kernels: .chosen(), pool: pool,
      guarding: cycle.loss)
    #expect(program.steps.contains { $0.chunks > 1 })
    // Weights are updated where they are; a copy would cost a pass over all of them.
    let late = program.steps.indices.filter {
      program.steps[$0] is CopyStep && program.products[$0].isEmpty
    }
    #expect(late.isEmpty)

    var losses: (first: Float, last: Float) = (0, 0)
    func step(_ number: Int) throws {
      let x = program.input(LearningCycle.inputName)!
      for place in x.indices { x[place] = Float((place * 31 + number * 17) % 200) / 100 - 1 }
      let y = program.input(LearningCycle.targetName)!
      for place in y.indices { y[place] = Float(place % 10) }
      program.input(Optimizer.rateInput)![0] = 0.01
      program.setRandomKey(seed: 1, step: UInt64(number))
      guard program.run() else { throw Problem.data("loss", expected: "finite", found: "not") }
      losses.last = program.result(0)[0]
      if number == 0 { losses.first = losses.last }
    }
    for number in 0..<3 { try step(number) }
    let found = try allocations(on: pool) { for number in 3..<103 { try step(number) } }
    #expect(found == 0)
    #expect(losses.last < losses.first)
  }

  /// As the training loop runs it: found among the kept programs, fed from a data set, run, read.
  @Test func feedingAndRunningAKeptProgramAllocatesNothing() throws {
    let model = try Model(
      Self.networks[0], inputShape: [8], loss: .crossEntropy, seed: 1)
    let cycle = try CompiledCycle(model, optimizer: .adam())
    let data = try clouds(96)
    let rows = (0..<96).map { Int32($0) }
    let batches = [rows[..<64], rows[64...]]
    var lossSum = 0.0
    func steps(_ numbers: Range<UInt64>) throws {
      for number in numbers {
        for batch in batches {
          let program = try cycle.program(.learning, batch: batch.count)
          try program.feed(data, rows: batch, seed: 1, epoch: 0)
          guard program.run(rate: 0.01, seed: 1, step: number) else { return }
          lossSum += program.loss!
        }
      }
    }
    try steps(0..<3)
    let pool = WorkerPool(threads: 1, mayRest: false)
    let found = try allocations(on: pool) { try steps(3..<53) }
    #expect(found == 0)
    #expect(lossSum > 0)
  }

  @Test(arguments: [1, 32, 256, 1000])
  func aBatchIsFilledWithoutAllocating(batch: Int) throws {
    let count = 1200
    let floats = try Examples(shape: [7], floats: (0..<count * 7).map(Float.init))
    let bytes = try Examples(
      shape: [7], bytes: (0..<count * 7).map { UInt8(truncatingIfNeeded: $0) }, scale: 2, offset: 0)
    let targets = try Examples(shape: .scalar, floats: (0..<count).map(Float.init))
    let memory = Memory(count: batch * 7 + 2 * batch)
    let (y, w) = (memory.base + batch * 7, memory.base + batch * 8)
    var generator = RandomGenerator(seed: 8)
    let positions = generator.permutation(count / 2).map { Int32($0) }
    let chosen = (0..<batch).map { positions[$0 % positions.count] }
    for inputs in [floats, bytes] {
      let whole = try Dataset(
        inputs: inputs, targets: targets, weights: (0..<count).map { Float($0) / 2 })
      let data = try whole.subset(Array(stride(from: 1, to: count, by: 2)))
      let pool = WorkerPool(threads: 1, mayRest: false)
      let fill = {
        chosen.withUnsafeBufferPointer {
          data.fill($0, inputs: memory.base, targets: y, weights: w)
        }
      }
      fill()
      let found = allocations(on: pool) { fill() }
      #expect(found == 0)
      for (place, position) in chosen.enumerated() {
        let example = 2 * Int(position) + 1
        #expect(y[place] == Float(example) && w[place] == Float(example) / 2)
        #expect((0..<7).allSatisfy { memory.base[place * 7 + $0] == inputs[example][$0] })
      }
    }
  }
}
