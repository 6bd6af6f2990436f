import Engine

/// The numbers of one or several networks, one tensor behind the other, each asked for once.
struct SwiftWeights {
  /// In the order in which they are asked for.
  private(set) var values: [Float]
  /// Where the numbers of this network begin.
  let start: Int
  /// What is said in the program: `let denseKernel = weights + 0  // 4 × 32`.
  private(set) var lines: [String] = []
  private let tensors: [String: Tensor]
  private var known: [String: SwiftWriting.Location] = [:]

  /// - Parameter values: of the networks before, which share the file.
  init(_ tensors: [(name: String, tensor: Tensor)], behind values: [Float] = []) {
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    self.values = values
    start = values.count
  }

  func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw Problem.shape(name, expected: "a tensor of the network", found: "none")
    }
    return tensor
  }

  mutating func location(of name: String, name names: inout SwiftNames) throws
    -> SwiftWriting.Location
  {
    try known[name] ?? add(tensor(name), as: name, name: &names)
  }

  /// Numbers under a name.
  ///
  /// - Parameter key: what tells them from others; those with the same are there once. The name if not given.
  mutating func add(
    _ tensor: Tensor, as name: String, key: String? = nil, name names: inout SwiftNames
  ) -> SwiftWriting.Location {
    let key = key ?? name
    if let location = known[key] { return location }
    let location = SwiftWriting.Location(name: names.unique(SwiftNames.words(name)))
    known[key] = location
    lines.append("let \(location.name) = weights + \(values.count)  // \(tensor.shape.swift)")
    values += tensor.values
    // Each begins where four numbers begin.
    values += Array(repeating: 0, count: (4 - values.count % 4) % 4)
    return location
  }

  /// The numbers as they lie in the file: 32 bits each, the lowest byte first.
  var bytes: [UInt8] {
    values.flatMap { value in
      let bits = value.bitPattern
      return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    }
  }
}
