import Engine
import Networks

/// A network from elsewhere as layers one after another, each with its weights, named after what is in them: so
/// that it can be read, left alone in parts, and given a new last layer.
///
/// A product with weights and a bias is a ``Dense``, as it is in networks made here; what else there is stays a
/// ``GraphLayer``.
struct ImportedLayers {
  private(set) var layers: [any Layer] = []
  private(set) var tensors: [(name: String, tensor: Tensor)] = []
  private var counts: [String: Int] = [:]

  /// - Parameter weights: by their names in the recording.
  init(_ recording: GraphRecording, _ weights: [String: Tensor]) throws {
    for part in recording.parts(where: Self.isBeginning) { try add(part, weights) }
  }

  /// Whether an op has weights that make a layer of it.
  private static func isBeginning(_ op: any Op) -> Bool {
    op is Ops.Convolution || op is Ops.ConvolutionInputGradient || op is Ops.MatrixProduct
      || op is Ops.RecurrentScan || op is Ops.Gather
  }

  private mutating func add(_ part: GraphRecording, _ weights: [String: Tensor]) throws {
    if let dense = ImportedDense(part, weights) {
      let name = unique(Dense.kind)
      layers.append(
        Dense(
          dense.kernel.shape[1], activation: dense.activation, usesBias: dense.bias != nil,
          name: name))
      tensors.append(("\(name)/kernel", dense.kernel))
      if let bias = dense.bias { tensors.append(("\(name)/bias", bias)) }
      return
    }
    let name = unique(Self.name(of: part))
    layers.append(try GraphLayer(part, name: name))
    for case .variable(let variable) in part.entries.map(\.source) {
      guard let tensor = weights[variable.name] else { continue }
      tensors.append(("\(name)/\(variable.name)", tensor))
    }
  }

  private mutating func unique(_ kind: String) -> String {
    defer { counts[kind, default: 0] += 1 }
    return counts[kind].map { "\(kind)_\($0)" } ?? kind
  }

  /// What is in a part, in a word.
  private static func name(of part: GraphRecording) -> String {
    var ops: [any Op] = []
    for case .op(let op) in part.entries.map(\.source) { ops.append(op) }
    if let scan = ops.lazy.compactMap({ $0 as? Ops.RecurrentScan }).first {
      return scan.cell.kind.rawValue == "simple" ? "simple_rnn" : scan.cell.kind.rawValue
    }
    let begun = ops.filter(isBeginning)
    switch begun.count {
    case 0: return GraphLayer.kind
    case 1:
      if begun[0] is Ops.Convolution { return "conv" }
      if begun[0] is Ops.MatrixProduct { return "product" }
      return begun[0] is Ops.Gather ? "embedding" : "conv_transpose"
    default: return ops.contains { $0 is Ops.BatchedMatrixProduct } ? "attention" : "block"
    }
  }
}

/// A part that is a product with weights, a bias perhaps, and an activation perhaps.
private struct ImportedDense {
  private(set) var kernel: Tensor
  private(set) var bias: Tensor?
  private(set) var activation = ActivationFunction.linear

  /// Nil for any other part.
  init?(_ part: GraphRecording, _ weights: [String: Tensor]) {
    let entries = part.entries
    func weight(_ place: Int) -> Tensor? {
      guard case .variable(let variable) = entries[place].source, variable.isTrainable else {
        return nil
      }
      return weights[variable.name]
    }
    guard let input = entries.firstIndex(where: \.isInput), entries[input].extents.known.count == 2
    else { return nil }
    var (place, steps) = (input, 0)
    var found: Tensor?
    // Along the one way from the input to the result.
    while place < entries.count - 1 {
      let users = entries.indices.filter { entries[$0].inputs.contains(place) }
      guard users.count == 1, case .op(let op) = entries[users[0]].source else { return nil }
      let inputs = entries[users[0]].inputs
      if let product = op as? Ops.MatrixProduct, steps == 0, inputs[0] == place,
        !product.transposesA, let tensor = weight(inputs[1])
      {
        found = product.transposesB ? try? tensor.transposed([1, 0]) : tensor
      } else if op is Ops.Add, steps == 1,
        let other = inputs.first(where: { $0 != place }),
        case .op(let repeated as Ops.Broadcast) = entries[other].source, repeated.axes == [1],
        let tensor = weight(entries[other].inputs[0])
      {
        bias = tensor
      } else if let op = op as? any ActivationOp, inputs.count == 1, found != nil,
        activation == .linear
      {
        activation = ActivationFunction(op)
      } else {
        return nil
      }
      (place, steps) = (users[0], steps + 1)
    }
    guard let found else { return nil }
    kernel = found
  }
}

extension GraphRecording.Entry {
  var isInput: Bool { if case .input = source { true } else { false } }
}
