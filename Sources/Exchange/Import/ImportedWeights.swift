import Engine
import Networks

/// The weights that an import uses, and what it computes with while it reads.
final class ImportedWeights {
  /// In the form in which they are used, in the order of their first use.
  private(set) var list: [(name: String, tensor: Tensor)] = []
  /// By the name there and the form.
  private var places: [String: (name: String, shape: TensorShape)] = [:]
  private var names: Set<String> = []
  /// The numbers of inputs of a graph that only serves to compute with known numbers.
  private(set) var feeds: [String: [Double]] = [:]
  let budget: Budget
  /// How many numbers were made that the file does not hold, such as places and the weights of resizing.
  private var made = 0
  private static let mostMade = 1 << 25

  init(sharing budget: Budget = Budget()) { self.budget = budget }

  /// How many numbers may still be computed while a file is read, by the definitions of the engine's ops.
  final class Budget {
    private var left = 1 << 23
    private static let mostAtOnce = 1 << 16

    /// Whether so many may be computed, which then count as such.
    func take(_ count: Int) -> Bool {
      guard count <= Self.mostAtOnce, count <= left else { return false }
      left -= count
      return true
    }
  }

  /// The name and the shape of a weight in a form.
  func name(
    of tensor: ONNXTensor, _ shape: TensorShape, as form: String,
    _ change: (Node) throws -> Node
  ) throws -> (name: String, shape: TensorShape) {
    // Numbers without a name are used once.
    let key =
      tensor.name.isEmpty ? "\u{0}\(list.count)" : "\(tensor.name)\u{0}\(form)\(tensor.extents)"
    if let place = places[key] { return place }
    if tensor.name.isEmpty {
      made += shape.count
      guard made <= Self.mostMade else {
        throw Problem.shape(
          "weights", expected: "at most \(Self.mostMade) numbers that the file does not hold",
          found: "more")
      }
    }
    let changed = try Self.changed(tensor, shape, change)
    let base = tensor.name.isEmpty ? (tensor.type.isWhole ? "places" : "constant") : tensor.name
    let name = unique(base)
    names.insert(name)
    places[key] = (name, changed.shape)
    list.append((name, changed))
    return (name, changed.shape)
  }

  /// The numbers in another form, by a program of ops that only move them.
  private static func changed(
    _ tensor: ONNXTensor, _ shape: TensorShape, _ change: (Node) throws -> Node
  ) throws -> Tensor {
    let graph = Graph()
    let given = try graph.input("weight", shape: shape)
    let changed = try change(given)
    guard changed.id != given.id else { return try Tensor(shape, tensor.floats ?? []) }
    return try Program.tensors(
      of: [changed], in: graph, feeding: [(given, tensor.floats ?? [])])[0]
  }

  private func unique(_ name: String) -> String {
    if !names.contains(name) { return name }
    let count = repetitions[name, default: 1] + 1
    return (count...).lazy.map { number in
      self.repetitions[name] = number
      return "\(name)_\(number)"
    }.first { !self.names.contains($0) }!
  }
  private var repetitions: [String: Int] = [:]

  /// Known numbers as an input of a graph that computes with them.
  func known(_ tensor: ONNXTensor, _ shape: TensorShape, in graph: Graph) throws -> Node {
    let name = "known \(feeds.count)"
    feeds[name] = tensor.doubles ?? []
    return try graph.input(name, shape: shape)
  }
}

extension ONNXTensor {
  /// The number that stands everywhere; 0 if there is none at all; nil if they differ, or are texts.
  var onlyNumber: Double? {
    func only<Number: Equatable>(_ values: [Number]) -> Number? {
      values.first.flatMap { first in values.allSatisfy { $0 == first } ? first : nil }
    }
    guard elements.count > 0 else { return 0 }
    return switch elements {
    // Zero has two signs.
    case .floats(let values): only(values.map(\.bitPattern)).map { Double(Float(bitPattern: $0)) }
    case .doubles(let values): only(values.map(\.bitPattern)).map { Double(bitPattern: $0) }
    case .integers(let values): only(values).map(Double.init)
    case .texts: nil
    }
  }
}
