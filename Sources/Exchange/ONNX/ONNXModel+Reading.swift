import Engine
import Networks

extension ONNXModel {
  /// The largest file, and the most nodes and tensors in one.
  package static let maximumBytes = 4 << 30
  package static let maximumNodes = 1_000_000

  /// Reads a file.
  /// - Throws: `Problem` if it is missing, too large or damaged.
  package init(path: String) throws {
    try self.init(
      bytes: AtomicFile.read(path, limit: Self.maximumBytes), from: path,
      others: ExternalData(beside: path))
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - others: what other files hold for it; nil if there are none.
  /// - Throws: `Problem` if they are damaged.
  package init(bytes: [UInt8], from name: String, others: ExternalData? = nil) throws {
    self = try bytes.withUnsafeBytes { try ONNXReader(location: name, others: others).model($0) }
  }
}

extension ONNXTensor {
  /// Reads a file that holds one tensor alone.
  /// - Throws: `Problem` if it is missing, too large or damaged.
  package init(path: String) throws {
    let bytes = try AtomicFile.read(path, limit: ONNXModel.maximumBytes)
    self = try bytes.withUnsafeBytes { try ONNXReader(location: path, others: nil).tensor($0) }
  }
}

/// Reads the messages of an ONNX file. Graphs within graphs are not read, so nothing nests.
private struct ONNXReader {
  let location: String
  let others: ExternalData?

  typealias Bytes = UnsafeRawBufferPointer
  typealias Value = ProtobufReader.Value

  /// Calls `read` with each field.
  private func fields(
    _ bytes: Bytes, _ read: (Int, Value) throws -> Void
  ) throws {
    var reader = ProtobufReader(bytes, at: location)
    while let (number, value) = try reader.next() { try read(number, value) }
  }

  func model(_ bytes: Bytes) throws -> ONNXModel {
    var model = ONNXModel()
    var hasGraph = false
    try fields(bytes) { number, value in
      switch (number, value) {
      case (1, .varint): model.irVersion = value.integer!
      case (2, .bytes): model.producer = value.text!
      case (3, .bytes): model.producerVersion = value.text!
      case (7, .bytes(let graph)):
        model.graph = try self.graph(graph)
        hasGraph = true
      case (8, .bytes(let opset)):
        let (domain, version) = try self.opset(opset)
        model.opsets[domain == "ai.onnx" ? "" : domain] = version
      case (14, .bytes(let entry)):
        let (key, value) = try pair(entry)
        model.metadata[key] = value
      default: break
      }
    }
    guard hasGraph else {
      throw Problem(
        .malformed, location, expected: "an ONNX model", found: "a file without a graph",
        fix: "give a file that was written as ONNX, often called `model.onnx`")
    }
    return model
  }

  private func opset(_ bytes: Bytes) throws -> (domain: String, version: Int) {
    var opset = (domain: "", version: 1)
    try fields(bytes) { number, value in
      if number == 1, let text = value.text { opset.domain = text }
      if number == 2, let version = value.integer { opset.version = version }
    }
    return opset
  }

  private func pair(_ bytes: Bytes) throws -> (key: String, value: String) {
    var pair = (key: "", value: "")
    try fields(bytes) { number, value in
      if number == 1, let text = value.text { pair.key = text }
      if number == 2, let text = value.text { pair.value = text }
    }
    return pair
  }

  private func graph(_ bytes: Bytes) throws -> ONNXGraph {
    var graph = ONNXGraph()
    try fields(bytes) { number, value in
      switch (number, value) {
      case (1, .bytes(let node)): graph.nodes.append(try self.node(node))
      case (2, .bytes): graph.name = value.text!
      case (5, .bytes(let tensor)): graph.initializers.append(try self.tensor(tensor))
      case (11, .bytes(let info)): graph.inputs.append(try self.info(info))
      case (12, .bytes(let info)): graph.outputs.append(try self.info(info))
      case (13, .bytes(let info)): graph.values.append(try self.info(info))
      case (15, _):
        throw Problem(
          .malformed, location, expected: "weights that hold every number",
          found: "sparse ones", fix: "write the network again with dense weights")
      default: break
      }
      let most = ONNXModel.maximumNodes
      guard graph.nodes.count <= most, graph.initializers.count <= most else {
        throw Problem(
          .malformed, location, expected: "at most \(most) nodes and as many tensors",
          found: "more")
      }
    }
    return graph
  }

  private func node(_ bytes: Bytes) throws -> ONNXNode {
    var node = ONNXNode()
    try fields(bytes) { number, value in
      switch (number, value) {
      case (1, .bytes): node.inputs.append(value.text!)
      case (2, .bytes): node.outputs.append(value.text!)
      case (3, .bytes): node.name = value.text!
      case (4, .bytes): node.operation = value.text!
      case (5, .bytes(let attribute)):
        let (name, value) = try self.attribute(attribute)
        node.attributes[name] = value
      case (7, .bytes): node.domain = value.text! == "ai.onnx" ? "" : value.text!
      default: break
      }
    }
    return node
  }

  // MARK: Attributes

  private func attribute(_ bytes: Bytes) throws -> (name: String, value: ONNXAttribute) {
    var name = ""
    var type: Int?
    var single: ONNXAttribute?
    var (floats, integers, texts): ([Float], [Int], [String]) = ([], [], [])
    try fields(bytes) { number, value in
      switch (number, value) {
      case (1, .bytes): name = value.text!
      case (20, .varint): type = value.integer
      case (2, .fixed32(let bits)): single = .float(Float(bitPattern: bits))
      case (3, .varint): single = .integer(value.integer!)
      case (4, .bytes): single = .text(value.text!)
      case (5, .bytes(let tensor)): single = .tensor(try self.tensor(tensor))
      case (6, _): single = .other("a graph")
      case (7, _): floats += try self.floats(value)
      case (8, _): integers += try self.integers(value)
      case (9, .bytes): texts.append(value.text!)
      case (10, _), (11, _), (14, _), (15, _), (22, _), (23, _):
        single = .other("a list of tensors, graphs or types")
      case (21, _): single = .other("a reference to a function's attribute")
      default: break
      }
    }
    // Writers leave out what is 0; the type tells it then.
    let value: ONNXAttribute =
      switch type {
      case 1: single ?? .float(0)
      case 2: single ?? .integer(0)
      case 3: single ?? .text("")
      case 6: .floats(floats)
      case 7: .integers(integers)
      case 8: .texts(texts)
      default:
        single
          ?? (!floats.isEmpty
            ? .floats(floats) : !texts.isEmpty ? .texts(texts) : .integers(integers))
      }
    return (name, value)
  }

  // MARK: Numbers

  private func integers(_ value: Value) throws -> [Int] {
    switch value {
    case .varint: [value.integer!]
    case .bytes(let bytes):
      try ProtobufReader.varints(in: bytes, at: location).map { Int(truncatingIfNeeded: $0) }
    default: throw damaged("whole numbers", "numbers of another kind")
    }
  }

  private func floats(_ value: Value) throws -> [Float] {
    switch value {
    case .fixed32(let bits): [Float(bitPattern: bits)]
    case .bytes(let bytes): try numbers(bytes, UInt32.self).map { Float(bitPattern: $0) }
    default: throw damaged("32-bit numbers", "numbers of another kind")
    }
  }

  private func doubles(_ value: Value) throws -> [Double] {
    switch value {
    case .fixed64(let bits): [Double(bitPattern: bits)]
    case .bytes(let bytes): try numbers(bytes, UInt64.self).map { Double(bitPattern: $0) }
    default: throw damaged("64-bit numbers", "numbers of another kind")
    }
  }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: Bytes, _ type: Number.Type
  ) throws -> [Number] {
    let size = MemoryLayout<Number>.size
    guard bytes.count.isMultiple(of: size) else {
      throw damaged("numbers of \(size) bytes", "\(bytes.count) bytes")
    }
    return [Number](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      count = bytes.count / size
    }
  }

  private func damaged(_ expected: String, _ found: String) -> Problem {
    ProtobufReader(Bytes(start: nil, count: 0), at: location).damaged(expected, found: found)
  }

  // MARK: Tensors

  func tensor(_ bytes: Bytes) throws -> ONNXTensor {
    var tensor = ONNXTensor()
    var raw: Bytes?
    var (floats, doubles, integers, texts): ([Float], [Double], [Int], [String]) = ([], [], [], [])
    var external: [String: String] = [:]
    var isExternal = false
    var type = 0
    try fields(bytes) { number, value in
      switch (number, value) {
      case (1, _): tensor.extents += try self.integers(value)
      case (2, .varint): type = value.integer!
      case (4, _): floats += try self.floats(value)
      case (5, _), (7, _), (11, _): integers += try self.integers(value)
      case (6, .bytes): texts.append(value.text!)
      case (8, .bytes): tensor.name = value.text!
      case (9, .bytes(let bytes)): raw = bytes
      case (10, _): doubles += try self.doubles(value)
      case (13, .bytes(let entry)):
        let (key, value) = try pair(entry)
        external[key] = value
      case (14, .varint): isExternal = value.integer == 1
      default: break
      }
    }
    let place = "\(location): tensor `\(tensor.name)`"
    guard let known = ONNXTensor.ElementType(rawValue: type) else {
      throw Problem(
        .malformed, place,
        expected: "numbers of 8 to 64 bits, truths or texts",
        found: "elements of type \(type)",
        fix: "write the network again with weights of 16 or 32 bits")
    }
    tensor.type = known
    let count = try TensorShape(checking: tensor.extents, at: place).count
    if isExternal {
      guard let others, let size = known.size else {
        throw Problem(
          .malformed, place, expected: "its numbers in this file",
          found: "a reference to another file", fix: "give the path of the file, not its bytes")
      }
      let content = try others.bytes(external, count: count, size: size, of: place)
      tensor.elements = try content.withUnsafeBytes { try elements($0, known) }
    } else if let raw, known.size != nil {
      tensor.elements = try elements(raw, known)
    } else {
      tensor.elements =
        switch known {
        case .float: .floats(floats)
        case .float16, .bfloat16:
          .floats(integers.map { Self.float(UInt16(truncatingIfNeeded: $0), known) })
        case .double: .doubles(doubles)
        case .string: .texts(texts)
        default: .integers(integers)
        }
    }
    guard tensor.elements.count == count else {
      throw Problem(
        .malformed, place, expected: "\(count) elements for extents \(tensor.extents)",
        found: "\(tensor.elements.count)", fix: "the file is damaged; fetch or write it again")
    }
    return tensor
  }

  private func elements(
    _ raw: Bytes, _ type: ONNXTensor.ElementType
  ) throws -> ONNXTensor.Elements {
    func whole<Number: FixedWidthInteger & BitwiseCopyable>(
      _ number: Number.Type
    ) throws -> ONNXTensor.Elements {
      .integers(try numbers(raw, number).map { Int(truncatingIfNeeded: $0) })
    }
    switch type {
    case .float: return .floats(try numbers(raw, UInt32.self).map { Float(bitPattern: $0) })
    case .double: return .doubles(try numbers(raw, UInt64.self).map { Double(bitPattern: $0) })
    case .float16, .bfloat16:
      return .floats(try numbers(raw, UInt16.self).map { Self.float($0, type) })
    case .uint8, .bool: return try whole(UInt8.self)
    case .int8: return try whole(Int8.self)
    case .uint16: return try whole(UInt16.self)
    case .int16: return try whole(Int16.self)
    case .int32: return try whole(Int32.self)
    case .uint32: return try whole(UInt32.self)
    case .int64: return try whole(Int64.self)
    case .uint64: return try whole(UInt64.self)
    case .string: return .texts([])
    }
  }

  /// A 16-bit number by its bits.
  private static func float(_ bits: UInt16, _ type: ONNXTensor.ElementType) -> Float {
    type == .bfloat16 ? SmallFloat.float(ofBrain: bits) : SmallFloat.float(ofBits: bits)
  }

  // MARK: Values

  private func info(_ bytes: Bytes) throws -> ONNXValueInfo {
    var info = ONNXValueInfo()
    try fields(bytes) { number, value in
      if number == 1, let text = value.text { info.name = text }
      guard number == 2, case .bytes(let type) = value else { return }
      try fields(type) { number, value in
        guard number == 1, case .bytes(let tensor) = value else { return }
        try fields(tensor) { number, value in
          if number == 1, let type = value.integer { info.type = .init(rawValue: type) }
          if number == 2, case .bytes(let shape) = value { info.extents = try extents(shape) }
        }
      }
    }
    return info
  }

  private func extents(_ bytes: Bytes) throws -> [ONNXValueInfo.Extent] {
    var extents: [ONNXValueInfo.Extent] = []
    try fields(bytes) { number, value in
      guard number == 1, case .bytes(let dimension) = value else { return }
      var extent = ONNXValueInfo.Extent.symbol("")
      try fields(dimension) { number, value in
        if number == 1, let known = value.integer { extent = .known(known) }
        if number == 2, let name = value.text { extent = .symbol(name) }
      }
      extents.append(extent)
    }
    return extents
  }
}
