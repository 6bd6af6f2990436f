import Engine
import Networks

/// What an ONNX network is fed, as one example of ours.
struct ImportedInputs {
  /// Those of the file that the network's input is made of; several are columns of a table.
  let values: [ONNXValueInfo]
  /// Of one example here.
  let shape: TensorShape
  /// Whether images come with their channels first there, and last here.
  let turnsImages: Bool
  /// The value that a file of ours says is the network's result; nil for others.
  let result: String?
  /// How many numbers each of several inputs has.
  private let widths: [Int]
  /// Others that are always as large, such as first states, which are 0.
  private let zeros: [ONNXTensor]
  private(set) var notes: [String] = []

  /// - Parameter given: the shape of one example, where the file leaves it open.
  init(_ file: ONNXModel, _ given: TensorShape?, at location: String) throws {
    if let own = try ExportedFacts.shape(of: file) {
      var info = ONNXValueInfo()
      (info.name, info.type) = (ONNXExport.networkInput, .float)
      (values, shape, turnsImages, widths, zeros) = ([info], own, false, [own.count], [])
      result = ONNXExport.networkOutput
      return
    }
    result = nil
    let kept = Set(file.graph.initializers.map(\.name))
    let all = file.graph.inputs.filter { !kept.contains($0.name) }
    let fixed = all.count > 1 ? all.filter { $0.fixedShape != nil } : []
    let isFixed = fixed.count == all.count - 1
    values = isFixed ? all.filter { $0.fixedShape == nil } : all
    zeros =
      isFixed
      ? try fixed.map { info in
        let shape = try TensorShape(checking: info.fixedShape!)
        guard shape.count <= 1 << 20 else {
          throw Problem.data(info.name, expected: "a small state", found: "\(shape)")
        }
        return ONNXTensor(
          info.name, extents: shape.extents, [Float](repeating: 0, count: shape.count))
      } : []
    if !zeros.isEmpty {
      notes.append(
        "the inputs \(zeros.map(\.name).joined(separator: ", ")), which have no axis for examples, are 0"
      )
    }
    let widths = values.map(Self.width)
    guard values.count == 1 || (values.count > 1 && !widths.contains(nil)) else {
      throw Problem(
        .malformed, location, expected: "a network with one input, or with columns of numbers",
        found: values.isEmpty
          ? "none" : "\(values.count): \(values.map(\.text).joined(separator: ", "))",
        fix: "write the network again with all inputs joined into one")
    }
    guard values.count == 1 else {
      self.widths = widths.map { $0! }
      (shape, turnsImages) = (try TensorShape(checking: [self.widths.reduce(0, +)]), false)
      return
    }
    guard values[0].type != .string else {
      throw Problem(
        .malformed, location, expected: "an input of numbers", found: values[0].text,
        fix: "write the network again without the part that reads texts")
    }
    let there = try Self.shape(of: values[0], given, at: location)
    let turns = there.rank == 3 && Self.startsWithWindows(file.graph, values[0].name)
    shape = turns ? try TensorShape(checking: [there[1], there[2], there[0]]) : there
    (turnsImages, self.widths) = (turns, [shape.count])
  }

  /// The values of the file's inputs for a node of some examples.
  func values(of node: Node) throws -> [String: ImportedValue] {
    var (parts, start): ([String: ImportedValue], Int) = ([:], 0)
    for tensor in zeros { parts[tensor.name] = .known(tensor) }
    guard values.count > 1 else {
      let type = values[0].type ?? .float
      parts[values[0].name] = .computed(
        .init(node: node, type: type, isChannelsLast: turnsImages))
      return parts
    }
    for (value, width) in zip(values, widths) {
      let part = try node.sliced(
        from: [0, start], shape: TensorShape(checking: [node.shape[0], width]))
      parts[value.name] = .computed(.init(node: part, type: value.type ?? .float))
      start += width
    }
    return parts
  }

  /// How many numbers of an example an input holds; nil for one that is no row of numbers.
  private static func width(of info: ONNXValueInfo) -> Int? {
    guard info.type != nil, info.type != .string, let extents = info.extents,
      extents.count == 2, case .known(let width) = extents[1], (1...1 << 20).contains(width)
    else { return nil }
    return width
  }

  /// The shape of one example.
  private static func shape(
    of input: ONNXValueInfo, _ given: TensorShape?, at location: String
  ) throws -> TensorShape {
    if let given { return given }
    guard let extents = input.extents, !extents.isEmpty else {
      throw Problem.data(
        "input_shape", expected: "the shape of one example, which the file leaves open",
        found: "none")
    }
    return try TensorShape(
      checking: extents.dropFirst().map { extent in
        guard case .known(let count) = extent, count > 0 else {
          throw Problem.data(
            "input_shape",
            expected: "the shape of one example, of which the file leaves extents open",
            found: input.text)
        }
        return count
      })
  }

  /// Whether the first that is done with the input is done by windows over images.
  private static func startsWithWindows(_ graph: ONNXGraph, _ input: String) -> Bool {
    var names: Set<String> = [input]
    for node in graph.nodes where node.inputs.contains(where: names.contains) {
      switch node.operation {
      case "Conv", "MaxPool", "AveragePool", "ConvTranspose", "GlobalAveragePool",
        "BatchNormalization", "GlobalMaxPool", "Resize", "Upsample", "LRN", "InstanceNormalization":
        return true
      case "Cast", "Identity", "Sub", "Mul", "Div", "Add", "Pad", "Clip", "Relu":
        names.formUnion(node.outputs)
      default: return false
      }
    }
    return false
  }
}

extension ONNXValueInfo {
  /// Its extents, if it holds numbers and all are known and none may be the batch's.
  fileprivate var fixedShape: [Int]? {
    guard type == .float, let extents, extents.count > 2 else { return nil }
    var known: [Int] = []
    for case .known(let count) in extents where count > 0 { known.append(count) }
    return known.count == extents.count ? known : nil
  }
}
