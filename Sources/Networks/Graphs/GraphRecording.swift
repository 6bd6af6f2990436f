package import Engine

/// What a part of a network computes, for any batch: it is built at several batches, and what they have in common
/// is kept.
package struct GraphRecording: Sendable {
  package struct Entry: Sendable {
    /// An input, a variable, a constant, or an op as it is at one of the batches.
    package let source: Graph.Source
    /// The places of what it is computed from.
    package let inputs: [Int]
    /// Of its value.
    package let extents: BatchExtents
    /// Of the layer that made it.
    package let path: String

    init(
      source: Graph.Source, inputs: [Int] = [], extents: BatchExtents, path: String = ""
    ) {
      (self.source, self.inputs, self.extents, self.path) = (source, inputs, extents, path)
    }

    /// The same computed from other places.
    func with(inputs: [Int]) -> Entry {
      Entry(source: source, inputs: inputs, extents: extents, path: path)
    }
  }

  /// In an order in which they can be computed; the last is the result.
  package let entries: [Entry]

  /// - Parameters:
  ///   - inputShape: of one example.
  ///   - build: adds the nodes.
  /// - Throws: what `build` throws; `Problem` for nodes that are not the same at every batch.
  package init(of inputShape: TensorShape, _ build: (Node) throws -> Node) throws {
    let records = try Self.batches.map { batch in
      let graph = Graph()
      let shape = try TensorShape(checking: [batch] + inputShape.extents)
      let result = try build(graph.input(LearningCycle.inputName, shape: shape))
      return graph.needed(for: [result.id]).map { graph.records[$0] }
    }
    let count = records[0].count
    guard records.allSatisfy({ $0.count == count }) else {
      throw Self.changing("network", found: "\(records.map(\.count)) nodes")
    }
    let places = Dictionary(uniqueKeysWithValues: records[0].enumerated().map { ($1.id, $0) })
    entries = try (0..<count).map { place in
      let each = records.map { $0[place] }
      return Entry(
        source: each[0].source, inputs: each[0].inputs.map { places[$0]! },
        extents: try Self.extents(each), path: each[0].layer)
    }
  }

  package init(entries: [Entry]) { self.entries = entries }

  private static let batches = [2, 3, 5]

  private static func extents(_ each: [Graph.Record]) throws -> BatchExtents {
    let first = each[0]
    guard
      let extents = BatchExtents(
        first.shape, batch: batches[0], each[1].shape, batch: batches[1]),
      try zip(each, batches).allSatisfy({ try extents.shape(batch: $1) == $0.shape })
    else { throw changing(first.name, found: each.map { "\($0.shape)" }.joined(separator: ", ")) }
    let texts = try each.map { try $0.settingsBesideShape }
    guard texts.allSatisfy({ $0 == texts[0] }) else {
      throw changing(first.name, found: texts.joined(separator: ", "))
    }
    return extents
  }

  private static func changing(_ place: String, found: String) -> Problem {
    Problem.shape(
      place, expected: "the same nodes at every batch, extents in proportion to it", found: found)
  }
}

extension Graph.Record {
  /// What must be the same at every batch: as files have it, which leaves out what follows from the rest.
  fileprivate var settingsBesideShape: String {
    get throws {
      guard case .op(let op) = source, let stored = op as? any StoredOp else {
        return name + settings.map { " \($0.name) \($0.value)" }.joined()
      }
      return "\(name) \(try JSONText.encode(stored))"
    }
  }
}
