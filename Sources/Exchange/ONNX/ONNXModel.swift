import Engine

/// What an ONNX file holds, as it stands there: one graph of named values.
/// Source: https://github.com/onnx/onnx/blob/main/docs/IR.md and `onnx.proto` beside it.
package struct ONNXModel: Sendable {
  /// The version of the format itself.
  package var irVersion = 8
  /// The program that wrote it, and its version.
  package var producer = ""
  package var producerVersion = ""
  /// The versions of the sets of operators, by domain; that of ONNX itself has the empty name.
  package var opsets: [String: Int] = [:]
  package var graph = ONNXGraph()
  /// What its writer wanted to say beside.
  package var metadata: [String: String] = [:]

  package init() {}

  /// The version of ONNX's own operators.
  package var opset: Int { opsets[""] ?? 1 }
}

/// Nodes that read values by their names and give names to what they make, in an order in which they can be
/// computed.
package struct ONNXGraph: Sendable {
  package var name = ""
  package var nodes: [ONNXNode] = []
  /// Values that the file holds: weights and constants.
  package var initializers: [ONNXTensor] = []
  package var inputs: [ONNXValueInfo] = []
  package var outputs: [ONNXValueInfo] = []
  /// What is said of values between them, for who reads the file; nothing depends on it.
  package var values: [ONNXValueInfo] = []
}

/// One use of an operator.
package struct ONNXNode: Sendable {
  package var name = ""
  package var operation = ""
  /// Of the operator's set; empty for ONNX's own.
  package var domain = ""
  /// Names of values; an empty one stands for an input that is left out.
  package var inputs: [String] = []
  package var outputs: [String] = []
  package var attributes: [String: ONNXAttribute] = [:]
}

/// A setting of a node.
package enum ONNXAttribute: Sendable, Equatable {
  case float(Float)
  case integer(Int)
  case text(String)
  case tensor(ONNXTensor)
  case floats([Float])
  case integers([Int])
  case texts([String])
  /// A graph of its own, as `If` and `Loop` have it, or another kind that no operator here has.
  case other(String)
}

/// A value's name, its type and its extents.
package struct ONNXValueInfo: Sendable {
  package var name = ""
  /// Nil for what is no tensor: a sequence, a map.
  package var type: ONNXTensor.ElementType?
  /// Nil where the file does not say even how many axes there are.
  package var extents: [Extent]?

  package enum Extent: Sendable, Equatable {
    case known(Int)
    /// Any, under a name that may be empty.
    case symbol(String)
  }
}

/// Numbers or texts with their extents.
package struct ONNXTensor: Sendable, Equatable {
  package var name = ""
  package var extents: [Int] = []
  package var type = ElementType.float
  package var elements = Elements.floats([])

  /// The types by their numbers in files.
  package enum ElementType: Int, Sendable, CaseIterable {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64
    case string, bool, float16, double, uint32, uint64
    case bfloat16 = 16

    /// Bytes of one number in `raw_data`; nil for texts.
    var size: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .float, .int32, .uint32: 4
      case .int64, .double, .uint64: 8
      case .string: nil
      }
    }

    /// As `numpy` calls it.
    package var name: String { "\(self)" }
  }

  /// What there is, each in the widest form of its kind.
  package enum Elements: Sendable, Equatable {
    /// Also of 16-bit numbers, which lose nothing so.
    case floats([Float])
    case doubles([Double])
    /// Also truths, 1 and 0.
    case integers([Int])
    case texts([String])

    package var count: Int {
      switch self {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  package init(
    _ name: String = "", extents: [Int] = [], type: ElementType, _ elements: Elements
  ) {
    (self.name, self.extents, self.type, self.elements) = (name, extents, type, elements)
  }

  package init() {}

  /// 32-bit numbers.
  package init(_ name: String, extents: [Int], _ values: [Float]) {
    self.init(name, extents: extents, type: .float, .floats(values))
  }

  /// 64-bit whole numbers along one axis.
  package init(_ name: String, _ values: [Int]) {
    self.init(name, extents: [values.count], type: .int64, .integers(values))
  }
}
