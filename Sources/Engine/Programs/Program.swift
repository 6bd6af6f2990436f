/// A compiled graph: a list of steps over memory that was laid out beforehand. Running it computes
/// the results and writes the assigned variables, and allocates nothing.
///
/// A program belongs to one task at a time.
package final class Program: @unchecked Sendable {
  let steps: [any Step]
  /// For each part of each step, the nodes it finishes, for finding the first value that is not a number.
  let products: [[[Product]]]
  private let inputs: [String: UnsafeMutableBufferPointer<Float>]
  private let results: [UnsafeBufferPointer<Float>]
  /// The node of each result.
  private let resultNodes: [Int]
  /// The results that a step finishes, by the step's index; −1 for those that no step makes.
  private let resultsOfStep: [Int: [Int]]
  private let guardStep: Int?
  private let guardValue: UnsafePointer<Float>?
  private let arena: Memory
  /// The variables it reads and writes.
  package let store: VariableStore
  private let pool: WorkerPool
  private let scratchMemory: [Memory]
  private let scratch: [UnsafeMutablePointer<Float>]

  /// A value that a step finishes.
  struct Product {
    let description: String
    let values: UnsafeBufferPointer<Float>
  }

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - results: the nodes to read after a run.
  ///   - store: the memory of the graph's variables.
  ///   - pool: the threads that work on a step; their number changes no bit of any result.
  ///   - guarded: a node that must stay finite, usually the loss: if it does not, the run stops there,
  ///     before any variable is changed.
  /// - Throws: ``Problem`` if the store lacks a variable of the graph, or a node is of another graph.
  package init(
    _ graph: Graph, results: [Node], store: VariableStore, kernels: Kernels,
    pool: WorkerPool = WorkerPool(threads: 1),
    guarding guarded: Node? = nil
  ) throws {
    guard (results + (guarded.map { [$0] } ?? [])).allSatisfy({ $0.graph === graph }) else {
      throw Problem.shape(
        "program", expected: "results of its graph", found: "a node of another graph")
    }
    let plan = try Compilation(
      graph, results: results.map(\.id), guarded: guarded?.id, store: store, kernels: kernels,
      threads: pool.threads)
    steps = plan.steps
    products = plan.products
    inputs = plan.inputs
    arena = plan.arena
    self.store = store
    self.results = results.map { plan.buffer(of: $0.id) }
    resultNodes = results.map(\.id)
    resultsOfStep = Dictionary(grouping: results.indices) {
      plan.step(making: results[$0].id) ?? -1
    }
    guardStep = guarded.flatMap { plan.step(making: $0.id) }
    guardValue = guarded.map { plan.buffer(of: $0.id).baseAddress! }
    self.pool = pool
    let scratchCount = plan.steps.map(\.scratchCount).max() ?? 0
    scratchMemory = (0..<pool.threads).map { _ in Memory(count: scratchCount) }
    scratch = scratchMemory.map(\.base)
  }

  /// Gives an input its numbers for the runs to come. One that no result needs takes none.
  ///
  /// - Parameter input: a node of the program's graph made by ``Graph/input(_:shape:)``.
  /// - Throws: ``Problem`` for a node that is no input, or another count of numbers than its shape has.
  package func feed(_ input: Node, _ numbers: [Float]) throws {
    guard case .input(let name) = input.graph.records[input.id].source else {
      throw Problem.shape("feed", expected: "an input of the graph", found: input.description)
    }
    guard numbers.count == input.shape.count else {
      throw Problem.shape(
        "input \(name)", expected: "\(input.shape.count) numbers, shape \(input.shape)",
        found: "\(numbers.count)")
    }
    guard let memory = inputs[name] else { return }
    _ = memory.update(fromContentsOf: numbers)
  }

  /// The numbers of one of the results, as the last run left them.
  /// - Throws: ``Problem`` for a node that is not among the results given at the start.
  package func values(of result: Node) throws -> [Float] {
    guard let place = resultNodes.firstIndex(of: result.id) else {
      throw Problem.shape(
        "values", expected: "one of the program's results", found: result.description)
    }
    return Array(results[place])
  }

  /// The memory of an input, to be filled before a run; nil if the results do not need it.
  package func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? { inputs[name] }

  /// Says which random numbers the next run draws.
  package func setRandomKey(seed: UInt64, step: UInt64) {
    guard let key = inputs[Ops.RandomMask.keyName] else { return }
    Ops.RandomMask.writeKey(seed: seed, step: step, into: key)
  }

  var resultIndices: Range<Int> { results.indices }

  /// The values of the result at a place of the list given at the start. Valid until the next run.
  package func result(_ place: Int) -> UnsafeBufferPointer<Float> { results[place] }

  /// Computes everything.
  ///
  /// - Returns: false if the guarded value is not finite; no variable was changed then.
  @discardableResult package func run() -> Bool { runSteps { _ in } }

  /// The same, telling the place of each result as soon as it is there.
  package func run(tellingResults tell: (Int) -> Void) -> Bool {
    runSteps { step in resultsOfStep[step]?.forEach(tell) }
  }

  /// - Parameter done: is told each step that is done; −1 before the first.
  private func runSteps(_ done: (Int) -> Void) -> Bool {
    if guardStep == nil, !isGuardedFinite { return false }
    done(-1)
    for index in steps.indices {
      runStep(index)
      if index == guardStep, !isGuardedFinite { return false }
      done(index)
    }
    return true
  }

  func runStep(_ index: Int) { pool.run(steps[index], scratch: scratch) }

  private var isGuardedFinite: Bool { guardValue?.pointee.isFinite ?? true }

  /// Runs again, watching every value: the first op, with the layer it is in, that made something
  /// infinite or not a number.
  ///
  /// - Parameter changingVariables: go on after the guarded value, into gradients and updates?
  package func firstNonFinite(changingVariables: Bool = false) -> String? {
    for (name, values) in inputs.sorted(by: { $0.key < $1.key }) {
      if let found = Self.nonFinite(UnsafeBufferPointer(values)) {
        return "input \(name) (\(found))"
      }
    }
    for (name, tensor) in store.snapshot() {
      let found = tensor.values.withUnsafeBufferPointer(Self.nonFinite)
      if let found { return "variable \(name) (\(found))" }
    }
    for index in steps.indices where changingVariables || index <= guardStep ?? .max {
      for (part, finished) in zip(steps[index].parts, products[index]) {
        pool.run(part, scratch: scratch)
        for product in finished {
          if let found = Self.nonFinite(product.values) {
            return "\(product.description) (\(found))"
          }
        }
      }
    }
    return nil
  }

  private static func nonFinite(_ values: UnsafeBufferPointer<Float>) -> String? {
    values.firstIndex { !$0.isFinite }.map { "\(values[$0]) at element \($0)" }
  }
}
