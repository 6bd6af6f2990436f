import Engine
import Synchronization

/// A model made ready for predictions: loaded once, used from many tasks at the same time.
///
/// Each task borrows a compiled program, so nobody waits for another. A prediction's bits do not
/// depend on how many examples are asked for together.
public final class Predictor: Sendable {
  /// The model.
  public let model: Model
  /// The set of fast loops in use.
  public let kernels: Kernels
  // Read by all programs, written by none.
  private let store: VariableStore
  private let idle: Mutex<[Int: [Program]]>

  private static let largeBatch = 64

  /// - Throws: `Problem` if the network cannot be built, `Problem` for unknown kernels.
  public init(_ model: Model, kernels: Kernels? = nil) throws {
    self.model = model
    self.kernels = try kernels ?? .chosen()
    store = try model.store()
    idle = Mutex([:])
    giveBack(try make(batch: 1), batch: 1)
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
  public func predict(
    _ count: Int,
    fill: (_ first: Int, _ taken: Int, _ input: UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Float] {
    let outputs = model.outputCount
    return try [Float](unsafeUninitializedCapacity: count * outputs) { result, initialized in
      var first = 0
      while first < count {
        let batch = count - first == 1 ? 1 : Self.largeBatch
        let taken = min(batch, count - first)
        let program = try borrow(batch: batch)
        let input = program.input(LearningCycle.inputName)!
        try fill(first, taken, input)
        program.run()
        for (place, value) in program.result(0).prefix(taken * outputs).enumerated() {
          result.initializeElement(at: first * outputs + place, to: value)
        }
        giveBack(program, batch: batch)
        first += taken
        initialized = first * outputs
      }
    }
  }

  private func borrow(batch: Int) throws -> Program {
    if let program = idle.withLock({ $0[batch]?.popLast() }) { return program }
    return try make(batch: batch)
  }

  private func giveBack(_ program: Program, batch: Int) {
    idle.withLock { $0[batch, default: []].append(program) }
  }

  private func make(batch: Int) throws -> Program {
    let (graph, output) = try Model.forward(model.network, model.inputShape, batch: batch)
    let prediction = try model.loss.prediction(output)
    return try Program(
      graph, results: [prediction], store: store, kernels: kernels)
  }
}
