import Glassbox

/// Learning cycles one after another, timed, with nothing around them: no evaluation, no files.
struct StepTimer {
  private let start: Model
  private let data: Dataset
  private let batch: Int
  private let cycle: CompiledCycle
  private let program: CycleProgram
  private var steps: UInt64 = 0

  /// Compiles the learning cycle of Adam with its usual settings.
  init(_ model: Model, _ data: Dataset, batch: Int, threads: Int) throws {
    start = model
    self.data = data
    self.batch = batch
    cycle = try CompiledCycle(model, optimizer: .adam(), threads: threads)
    program = try cycle.program(.learning, batch: batch)
  }

  /// - Parameter examples: a multiple of the batch; how many are learned from in each epoch.
  /// - Returns: seconds, after one step to warm up.
  mutating func run(epochs: Int, examples: Int, seed: UInt64) throws -> Double {
    try step((0..<Int32(batch)).map(\.self)[...], seed)
    let clock = ContinuousClock()
    let begin = clock.now
    for epoch in 0..<epochs {
      var generator = RandomGenerator(seed: seed, stream: UInt64(epoch))
      let order = generator.permutation(data.count).map(Int32.init)
      for first in stride(from: 0, to: examples, by: batch) {
        try step(order[first..<first + batch], seed)
      }
    }
    return begin.duration(to: clock.now).inSeconds
  }

  private mutating func step(_ positions: ArraySlice<Int32>, _ seed: UInt64) throws {
    try program.feed(data, rows: positions, seed: seed, epoch: 0)
    program.run(rate: Optimizer.adam().learningRate, seed: seed, step: steps)
    steps += 1
  }

  /// The time of a step by sort of work, on the last batch again and again.
  func profile(runs: Int) -> [StepTime] { program.profile(runs: runs) }

  /// The network as it is now.
  func model() throws -> Model {
    let names = Set(start.tensors.map(\.name))
    return try start.with(cycle.store.snapshot().filter { names.contains($0.name) })
  }
}
