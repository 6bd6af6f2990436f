import Networks

extension ONNXModel {
  /// Writes a file, whole or not at all.
  /// - Throws: `Problem` if it cannot be written.
  package func write(to path: String) throws { try AtomicFile.write(bytes, to: path) }

  /// The bytes of a file. Equal models give equal bytes.
  package var bytes: [UInt8] {
    var writer = ProtobufWriter()
    writer.write(irVersion, to: 1)
    writer.write(producer, to: 2)
    writer.write(producerVersion, to: 3)
    writer.write(to: 7) { graph.write(to: &$0) }
    for (domain, version) in opsets.sorted(by: { $0.key < $1.key }) {
      writer.write(to: 8) {
        $0.write(domain, to: 1)
        $0.write(version, to: 2)
      }
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      writer.write(to: 14) {
        $0.write(key, to: 1)
        $0.write(value, to: 2)
      }
    }
    return writer.bytes
  }
}

extension ONNXGraph {
  fileprivate func write(to writer: inout ProtobufWriter) {
    for node in nodes { writer.write(to: 1) { node.write(to: &$0) } }
    writer.write(name, to: 2)
    for tensor in initializers { writer.write(to: 5) { tensor.write(to: &$0) } }
    for input in inputs { writer.write(to: 11) { input.write(to: &$0) } }
    for output in outputs { writer.write(to: 12) { output.write(to: &$0) } }
    for value in values { writer.write(to: 13) { value.write(to: &$0) } }
  }
}

extension ONNXNode {
  fileprivate func write(to writer: inout ProtobufWriter) {
    for input in inputs { writer.write(input, to: 1) }
    for output in outputs { writer.write(output, to: 2) }
    writer.write(name, to: 3)
    writer.write(operation, to: 4)
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      writer.write(to: 5) { attribute in
        attribute.write(name, to: 1)
        value.write(to: &attribute)
      }
    }
    if !domain.isEmpty { writer.write(domain, to: 7) }
  }
}

extension ONNXAttribute {
  /// With its type, as every file since version 2 of the format has it.
  fileprivate func write(to writer: inout ProtobufWriter) {
    switch self {
    case .float(let value):
      writer.write(value, to: 2)
      writer.write(1, to: 20)
    case .integer(let value):
      writer.write(value, to: 3)
      writer.write(2, to: 20)
    case .text(let text):
      writer.write(text, to: 4)
      writer.write(3, to: 20)
    case .tensor(let tensor):
      writer.write(to: 5) { tensor.write(to: &$0) }
      writer.write(4, to: 20)
    case .floats(let values):
      for value in values { writer.write(value, to: 7) }
      writer.write(6, to: 20)
    case .integers(let values):
      for value in values { writer.write(value, to: 8) }
      writer.write(7, to: 20)
    case .texts(let texts):
      for text in texts { writer.write(text, to: 9) }
      writer.write(8, to: 20)
    case .other: break
    }
  }
}

extension ONNXTensor {
  fileprivate func write(to writer: inout ProtobufWriter) {
    for extent in extents { writer.write(extent, to: 1) }
    writer.write(type.rawValue, to: 2)
    writer.write(name, to: 8)
    switch elements {
    case .floats(let values):
      let bytes = values.withUnsafeBytes { Array($0) }
      writer.write(bytes, to: 9)
    case .doubles(let values): writer.write(values.withUnsafeBytes { Array($0) }, to: 9)
    case .integers(let values) where type == .int64:
      writer.write(values.withUnsafeBytes { Array($0) }, to: 9)
    case .integers(let values): for value in values { writer.write(value, to: 5) }
    case .texts(let texts): for text in texts { writer.write(text, to: 6) }
    }
  }
}

extension ONNXValueInfo {
  fileprivate func write(to writer: inout ProtobufWriter) {
    writer.write(name, to: 1)
    guard let type else { return }
    writer.write(to: 2) { kind in
      kind.write(to: 1) { tensor in
        tensor.write(type.rawValue, to: 1)
        guard let extents else { return }
        tensor.write(to: 2) { shape in
          for extent in extents {
            shape.write(to: 1) { dimension in
              switch extent {
              case .known(let count): dimension.write(count, to: 1)
              case .symbol(let name): dimension.write(name, to: 2)
              }
            }
          }
        }
      }
    }
  }
}
