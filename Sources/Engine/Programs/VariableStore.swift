import Formatting

/// A block of floats at a fixed address, aligned to a cache line, zero at first.
final class Memory: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(1, count))
    base.initialize(repeating: 0, count: max(1, count))
  }

  deinit { base.deallocate() }

  /// Rounds up so that the next tensor starts on a cache line.
  static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}

/// The variables of a model at fixed addresses, shared by the programs that learn and predict.
///
/// A program that learns writes into it; whoever shares it among tasks lets one task at a time do so.
package final class VariableStore: @unchecked Sendable {
  /// The variables in order.
  package let variables: [Variable]
  private let places: [String: (index: Int, offset: Int)]
  let memory: Memory

  /// - Throws: ``Problem`` if there is not enough memory for these variables.
  package static func check(_ variables: [Variable]) throws(Problem) {
    try MemoryLimit.check(variables.map { ($0.name, $0.shape.count) }, for: "weights")
  }

  /// Memory for these variables, with their first values drawn from the generator in order.
  /// - Throws: ``Problem`` if the first value of one has another shape, or there is not enough memory.
  package init(_ variables: [Variable], generator: inout RandomGenerator) throws {
    for variable in variables { try variable.shape.check(at: variable.name) }
    try Self.check(variables)
    self.variables = variables
    var places: [String: (index: Int, offset: Int)] = [:]
    var next = 0
    for (index, variable) in variables.enumerated() {
      places[variable.name] = (index, next)
      next += Memory.aligned(variable.shape.count)
    }
    self.places = places
    memory = Memory(count: next)
    for variable in variables {
      let first = variable.initial(&generator)
      guard first.values.count == variable.shape.count else {
        throw Problem.shape(
          variable.name, expected: "a first value of shape \(variable.shape)",
          found: "\(first.values.count) numbers in shape \(first.shape)")
      }
      write(first.values, to: variable.name)
    }
  }

  func pointer(_ name: String) -> UnsafeMutablePointer<Float>? {
    places[name].map { memory.base + $0.offset }
  }

  /// The memory of one variable; nil if there is none of this name.
  package func memory(of name: String) -> UnsafeMutableBufferPointer<Float>? {
    places[name].map {
      UnsafeMutableBufferPointer(
        start: memory.base + $0.offset, count: variables[$0.index].shape.count)
    }
  }

  /// A copy of one variable; nil if there is none of this name.
  package subscript(name: String) -> Tensor? {
    guard let place = places[name] else { return nil }
    let variable = variables[place.index]
    let values = UnsafeBufferPointer(start: memory.base + place.offset, count: variable.shape.count)
    return try? Tensor(variable.shape, Array(values))
  }

  /// Replaces one variable's numbers.
  /// - Throws: ``Problem`` if there is no such variable or its shape is another.
  package func set(_ name: String, to tensor: Tensor) throws {
    guard let variable = places[name].map({ variables[$0.index] }) else {
      throw Problem.shape(
        name,
        expected: "one of the model's tensors: "
          + variables.map(\.name).joined(separator: ", "), found: "an unknown name")
    }
    guard variable.shape == tensor.shape else {
      throw Problem.shape(name, expected: "shape \(variable.shape)", found: "\(tensor.shape)")
    }
    guard tensor.values.count == tensor.shape.count else {
      throw Problem.shape(
        name, expected: "\(tensor.shape.count) numbers", found: "\(tensor.values.count)")
    }
    write(tensor.values, to: name)
  }

  /// Replaces the numbers of every variable.
  /// - Throws: ``Problem`` if one is missing, unknown or of another shape.
  package func set(all tensors: [(name: String, tensor: Tensor)]) throws {
    for (name, tensor) in tensors { try set(name, to: tensor) }
    let missing = Set(variables.map(\.name)).subtracting(tensors.map(\.name)).sorted()
    guard missing.isEmpty else {
      throw Problem.shape(
        missing[0], expected: "a tensor for each of the \(variables.count) variables",
        found: "none for \(missing.joined(separator: ", "))")
    }
  }

  /// Values whose count fits.
  private func write(_ values: [Float], to name: String) {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, let place = pointer(name) else { return }
      place.update(from: start, count: values.count)
    }
  }

  /// All numbers of all variables at once, for ``restore(_:)``.
  package func save() -> [Float] {
    Array(UnsafeBufferPointer(start: memory.base, count: memory.count))
  }

  /// Brings back what ``save()`` gave.
  package func restore(_ saved: [Float]) {
    precondition(saved.count == memory.count)
    saved.withUnsafeBufferPointer { memory.base.update(from: $0.baseAddress!, count: $0.count) }
  }

  /// Is every number of every variable finite?
  package var isFinite: Bool {
    UnsafeBufferPointer(start: memory.base, count: memory.count).allSatisfy(\.isFinite)
  }

  /// Copies of all variables, in order.
  package func snapshot() -> [(name: String, tensor: Tensor)] {
    variables.map { ($0.name, self[$0.name]!) }
  }
}
