import Glassbox

/// Learning cycles one after another, timed, with nothing around them: no evaluation, no files.
struct StepTimer {
  private let start: Model
  private let data: Dataset
  private let batch: Int
  private let store: VariableStore
  private let program: Program
  private var steps: UInt64 = 0

  /// Compiles the learning cycle of Adam with its usual settings.
  init(_ model: Model, _ data: Dataset, batch: Int, threads: Int) throws {
    start = model
    self.data = data
    self.batch = batch
    let cycle = try LearningCycle(
      model.network, inputShape: model.inputShape, batch: batch, loss: model.loss,
      optimizer: .adam())
    store = try model.store(adding: cycle.graph.variables)
    program = try Program(
      cycle.graph, results: [cycle.loss], store: store, kernels: .chosen(),
      pool: WorkerPool(threads: threads), guarding: cycle.loss)
  }

  /// - Parameter examples: a multiple of the batch; how many are learned from in each epoch.
  /// - Returns: seconds, after one step to warm up.
  mutating func run(epochs: Int, examples: Int, seed: UInt64) throws -> Double {
    step((0..<Int32(batch)).map(\.self)[...], seed)
    let clock = ContinuousClock()
    let begin = clock.now
    for epoch in 0..<epochs {
      var generator = RandomGenerator(seed: seed, stream: UInt64(epoch))
      let order = generator.permutation(data.count).map(Int32.init)
      for first in stride(from: 0, to: examples, by: batch) {
        step(order[first..<first + batch], seed)
      }
    }
    return begin.duration(to: clock.now).inSeconds
  }

  private mutating func step(_ positions: ArraySlice<Int32>, _ seed: UInt64) {
    positions.withUnsafeBufferPointer {
      data.fill(
        $0, inputs: program.input(LearningCycle.inputName)!.baseAddress!,
        targets: program.input(LearningCycle.targetName)!.baseAddress!)
    }
    program.setRandomKey(seed: seed, step: steps)
    program.input(Optimizer.rateInput)?[0] = Float(Optimizer.adam().learningRate)
    program.run()
    steps += 1
  }

  /// The time of a step by sort of work, on the last batch again and again.
  func profile(runs: Int) -> [StepTime] { program.profile(runs: runs) }

  /// The network as it is now.
  func model() throws -> Model {
    let names = Set(start.tensors.map(\.name))
    return try start.with(store.snapshot().filter { names.contains($0.name) })
  }
}
