import Engine

/// A value of an ONNX graph while it is read.
enum ImportedValue {
  /// Numbers that are known.
  case known(ONNXTensor)
  /// What is computed.
  case computed(Computed)

  struct Computed {
    var node: Node
    /// The type it has there; here all are 32-bit numbers, truths 1 and 0.
    var type = ONNXTensor.ElementType.float
    /// Whether the axis of the channels, the second there, is the last here.
    var isChannelsLast = false

    /// The shape it has there.
    var shape: TensorShape {
      get throws {
        guard isChannelsLast else { return node.shape }
        let extents = node.shape.extents
        return try TensorShape(
          checking: [extents[0], extents[extents.count - 1]] + extents[1..<(extents.count - 1)])
      }
    }
  }

  /// The extents it has there.
  var shape: TensorShape {
    get throws {
      switch self {
      case .known(let tensor): try TensorShape(checking: tensor.extents)
      case .computed(let value): try value.shape
      }
    }
  }

  var type: ONNXTensor.ElementType {
    switch self {
    case .known(let tensor): tensor.type
    case .computed(let value): value.type
    }
  }

  static func computed(_ node: Node, _ type: ONNXTensor.ElementType = .float) -> ImportedValue {
    .computed(Computed(node: node, type: type))
  }
}

extension ONNXTensor {
  /// As wide numbers; nil for texts.
  package var doubles: [Double]? {
    switch elements {
    case .floats(let values): values.map(Double.init)
    case .doubles(let values): values
    case .integers(let values): values.map(Double.init)
    case .texts: nil
    }
  }

  /// As the numbers of networks; nil for texts.
  var floats: [Float]? {
    if case .floats(let values) = elements { return values }
    return doubles?.map { Float($0) }
  }

  /// As whole numbers, those out of range the nearest; nil for texts.
  var integers: [Int]? {
    if case .integers(let values) = elements { return values }
    return doubles?.map {
      $0.isNaN ? 0 : Int(exactly: $0.rounded(.towardZero)) ?? ($0 < 0 ? .min : .max)
    }
  }

  /// Numbers of a type from wide ones.
  init(extents: [Int], type: ElementType, wide values: [Double]) {
    let elements: Elements =
      switch type {
      case .float, .float16, .bfloat16: .floats(values.map { Float($0) })
      case .double: .doubles(values)
      case .bool: .integers(values.map { $0 == 0 ? 0 : 1 })
      default:
        .integers(values.map { Int(exactly: $0.rounded(.towardZero)) ?? ($0 < 0 ? .min : .max) })
      }
    self.init(extents: extents, type: type, elements)
  }
}

extension ONNXTensor.ElementType {
  var isWhole: Bool {
    switch self {
    case .float, .float16, .bfloat16, .double, .string: false
    default: true
    }
  }
}
