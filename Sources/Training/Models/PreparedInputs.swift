/// Inputs of a network for some examples, with what a reader should know of each.
package struct PreparedInputs: Sendable {
  /// One example after the other.
  package var floats: [Float] = []
  /// How many examples there are.
  package private(set) var count = 0
  /// By the place of the example.
  package private(set) var notes: [Int: [String]] = [:]

  /// None yet.
  package init() {}

  /// Adds one example.
  package mutating func add(_ inputs: [Float], notes: [String]) {
    floats += inputs
    if !notes.isEmpty { self.notes[count] = notes }
    count += 1
  }

  /// Adds others behind.
  package mutating func append(_ others: PreparedInputs) {
    floats += others.floats
    for (place, notes) in others.notes { self.notes[count + place] = notes }
    count += others.count
  }
}
