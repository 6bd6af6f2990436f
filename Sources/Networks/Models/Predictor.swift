public import Engine
import Synchronization

/// A model made ready for predictions: loaded once, used from many tasks at the same time.
///
/// Each task borrows a ``CompiledCycle`` of its own over the same weights, so nobody waits for another;
/// at most ``mostIdle`` are kept while nobody needs them. Examples are computed in batches of 1, 2,
/// 4 … 64, fewer where examples are large. A prediction's bits do not depend on how many examples are asked for together.
public final class Predictor: Sendable {
  /// The model.
  public let model: Model
  /// The set of fast loops in use.
  public let kernels: Kernels
  /// Threads for each batch. Changes no bit of any prediction.
  public let threads: Int
  // Read by all programs, written by none.
  private let store: VariableStore
  private let idle: Mutex<[CompiledCycle]>

  /// How many borrowed programs are kept for the next tasks.
  public static let mostIdle = 16
  private static let largestBatch = 64

  /// - Throws: `Problem` if the network cannot be built, or for unknown kernels.
  public init(_ model: Model, kernels: Kernels? = nil, threads: Int = 1) throws {
    self.model = model
    self.kernels = try kernels ?? .chosen()
    self.threads = max(1, threads)
    store = try model.store()
    let first = try CompiledCycle(
      model, sharing: store, kernels: self.kernels, threads: self.threads)
    _ = try first.program(.prediction, batch: 1)
    idle = Mutex([first])
  }

  /// Predictions for some examples: probabilities for classes, values else.
  ///
  /// - Parameter examples: one after another, each of the model's input shape, row-major.
  /// - Returns: `outputCount` numbers for each example.
  /// - Throws: `Problem` if the count is no multiple of the input's.
  public func callAsFunction(_ examples: [Float]) throws -> [Float] {
    let width = model.inputShape.count
    guard width > 0, examples.count.isMultiple(of: width) else {
      throw Problem.shape(
        "input", expected: "a multiple of \(width) numbers, \(model.inputShape) for each example",
        found: "\(examples.count)")
    }
    let count = examples.count / width
    return try predict(count) { first, taken, input in
      examples.withUnsafeBufferPointer {
        input.baseAddress!.update(from: $0.baseAddress! + first * width, count: taken * width)
      }
    }
  }

  /// Predictions for examples that the caller writes straight into the program's input.
  ///
  /// - Parameter fill: writes `taken` examples, from number `first` on, at the start of the buffer.
  package func predict(
    _ count: Int,
    fill: (_ first: Int, _ taken: Int, _ input: UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Float] {
    let outputs = model.outputCount
    let cycle = try borrow()
    defer { giveBack(cycle) }
    return try [Float](unsafeUninitializedCapacity: count * outputs) { result, initialized in
      var first = 0
      let most = try Self.most(cycle, count)
      while first < count {
        let taken = min(most, count - first)
        let program = try cycle.program(.prediction, batch: Self.batch(for: taken))
        // A network whose answer does not depend on its input reads none.
        if let input = program.inputs { try fill(first, taken, input) }
        program.run()
        for (place, value) in program.predictionMemory.prefix(taken * outputs).enumerated() {
          result.initializeElement(at: first * outputs + place, to: value)
        }
        first += taken
        initialized = first * outputs
      }
    }
  }

  /// Predictions for examples that the caller writes straight into the program's input, and those of each
  /// member of an ensemble: for each example one member behind the other.
  ///
  /// - Parameter fill: writes `taken` examples, from number `first` on, at the start of the buffer.
  package func predictWithMembers(
    _ count: Int,
    fill: (_ first: Int, _ taken: Int, _ input: UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> (answers: [Float], members: [Float]) {
    let outputs = model.outputCount
    let cycle = try borrow()
    defer { giveBack(cycle) }
    var (answers, members): ([Float], [Float]) = ([], [])
    let most = try Self.most(cycle, count)
    for first in stride(from: 0, to: count, by: most) {
      let taken = min(most, count - first)
      let program = try cycle.program(.members, batch: Self.batch(for: taken))
      if let input = program.inputs { try fill(first, taken, input) }
      program.run()
      answers += program.predictionMemory.prefix(taken * outputs)
      members += program.memberMemory.prefix(program.memberMemory.count / program.batch * taken)
    }
    return (answers, members)
  }

  /// The largest batch, a power of two.
  private static func most(_ cycle: CompiledCycle, _ count: Int) throws -> Int {
    // One example fits whatever it is.
    guard count > 1 else { return 1 }
    let most = try cycle.examplesAtOnce(atMost: largestBatch)
    let whole = batch(for: most)
    return whole > most ? whole / 2 : whole
  }

  /// The least power of two that holds so many examples.
  private static func batch(for count: Int) -> Int {
    var batch = 1
    while batch < count { batch *= 2 }
    return batch
  }

  private func borrow() throws -> CompiledCycle {
    if let cycle = idle.withLock({ $0.popLast() }) { return cycle }
    return try CompiledCycle(model, sharing: store, kernels: kernels, threads: threads)
  }

  private func giveBack(_ cycle: CompiledCycle) {
    idle.withLock { if $0.count < Self.mostIdle { $0.append(cycle) } }
  }
}
