package import Datasets
import Engine
package import Explaining
import Networks
import Training

/// Whose learning cycle is looked at.
package enum TraceInput: Sendable, Equatable {
  /// The step that comes next, with its batch.
  case next
  /// A row of the data, counted from 1.
  case row(Int)
  /// Numbers and texts by the names of columns, and what would be right.
  case values([String: CellValue], target: String)
}

extension TraceInput: Codable {
  private enum Key: String, CodingKey {
    case row, values, target
  }

  /// `"next"`, `{"row": 12}` or `{"values": {"x": 1, "y": 2}, "target": "blue"}`.
  package init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self), text == "next" {
      self = .next
      return
    }
    let fields = try decoder.container(keyedBy: Key.self)
    if let row = try fields.decodeIfPresent(Int.self, forKey: .row) {
      self = .row(row)
    } else {
      self = .values(
        try fields.decode([String: CellValue].self, forKey: .values),
        target: try fields.decode(CellText.self, forKey: .target).text)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    if self == .next {
      var single = encoder.singleValueContainer()
      return try single.encode("next")
    }
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .next: break
    case .row(let row): try fields.encode(row, forKey: .row)
    case .values(let values, let target):
      try fields.encode(values, forKey: .values)
      try fields.encode(target, forKey: .target)
    }
  }
}

/// A label as people give it: a text, or a number.
struct CellText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    switch try LocatedValue(from: decoder).content {
    case .text(let text): self.text = text
    case .integer(let number): text = "\(number)"
    case .number(let number): text = "\(number)"
    default:
      throw Problem.data(
        decoder.codingPath.place, expected: "a label, a text or a number", found: "another value")
    }
  }
}

extension Playground {
  /// Examples as a learning cycle takes them.
  private struct Batch {
    var inputs: [Float]
    var targets: [Float]
    var weights: [Float]?
  }

  private func batch(_ input: TraceInput) throws -> Batch {
    let preprocessing = data.preprocessing
    switch input {
    case .next:
      guard !isDone else {
        throw Problem.data(
          "step", expected: "a step that comes next", found: "the end of the training",
          fix: "go back, or look at a row")
      }
      let next = try training.nextStep()
      return Batch(inputs: next.inputs, targets: next.targets, weights: next.weights)
    case .row(let number):
      guard source.axes != nil, let table = source.table else {
        let (_, example, weights) = try source.example(number)
        return Batch(inputs: example.input, targets: example.target, weights: weights)
      }
      try check(row: number)
      let row = try preprocessing.dataset(table, rows: [number - 1])
      return Batch(inputs: row.inputs[0], targets: row.targets[0])
    case .values(let values, let target):
      return Batch(
        inputs: try preprocessing.encode(row: values, at: "values"),
        targets: try preprocessing.learnedTarget(target))
    }
  }

  /// A whole learning cycle with the weights and the optimiser's state as they are, written out.
  ///
  /// - Throws: `Problem` for a row or values that there are not, and an unknown layer.
  package func trace(
    _ input: TraceInput, selection: TraceSelection = TraceSelection()
  ) throws -> Trace {
    let batch = try batch(input)
    return try experiment.tracer(of: training).trace(
      inputs: batch.inputs, targets: batch.targets, weights: batch.weights, selection: selection,
      kernels: experiment.kernels)
  }

  /// Gradients beside finite differences of the same loss.
  ///
  /// - Parameters:
  ///   - weight: the name of a parameter; nil for some numbers of all.
  ///   - place: of one number in it, along each axis, counted from 0; nil for some of its numbers.
  /// - Throws: `Problem` for a number that there is not.
  package func prove(
    _ input: TraceInput, weight: String? = nil, place: [Int]? = nil
  ) throws -> Proof {
    let batch = try batch(input)
    let tracer = try experiment.tracer(of: training)
    var prover = Prover(tracer.model, plan: tracer.plan)
    prover.step = tracer.step
    return try prover.prove(
      inputs: batch.inputs, targets: batch.targets, weights: batch.weights,
      kernels: experiment.kernels
    ) { parameters in
      if let weight, !parameters.contains(where: { $0.name == weight }) {
        throw Problem.unknown("weight", weight, among: parameters.map(\.name))
      }
      let counts = parameters.map { weight == nil || $0.name == weight ? $0.shape.count : 0 }
      guard let weight, let place else {
        return Prover.choice(counts, sample: Self.mostProofs, seed: 1)
      }
      return try parameters.map { name, shape in
        name == weight ? [try Self.index(of: place, in: shape, of: name)] : []
      }
    }
  }

  /// So many gradients are proved at once.
  private static let mostProofs = 64
}
