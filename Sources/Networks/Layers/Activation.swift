import Engine

/// A function that bends what a layer computes, without which any stack of layers would be one layer.
public enum ActivationFunction: Sendable, Hashable {
  case linear, sigmoid, tanh, relu, selu, gelu, geluTanh, silu, softplus, softmax, logSoftmax
  /// Keras's slope is 0.2, PyTorch's 0.01.
  case leakyReLU(slope: Double = 0.2)
  /// The scale is the paper's α, 1 in Keras and PyTorch.
  case elu(scale: Double = 1)

  /// Each function with its usual settings.
  public static let all: [ActivationFunction] = [
    .linear, .sigmoid, .tanh, .relu, .leakyReLU(), .elu(), .selu, .gelu, .geluTanh, .silu,
    .softplus, .softmax, .logSoftmax,
  ]

  /// The op that computes it.
  public var op: any Op {
    switch self {
    case .linear: Ops.Linear()
    case .sigmoid: Ops.Sigmoid()
    case .tanh: Ops.Tanh()
    case .relu: Ops.ReLU()
    case .leakyReLU(let slope): Ops.LeakyReLU(slope: slope)
    case .elu(let scale): Ops.ELU(scale: scale)
    case .selu: Ops.SELU()
    case .gelu: Ops.GELU()
    case .geluTanh: Ops.GELUTanh()
    case .silu: Ops.SiLU()
    case .softplus: Ops.Softplus()
    case .softmax: Ops.Softmax()
    case .logSoftmax: Ops.LogSoftmax()
    }
  }

  /// Its name on the command line and in files: the op's name with underscores.
  public var name: String {
    String(type(of: op).name.map { $0 == " " ? "_" : $0 })
  }

  /// The function of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public init(named name: String) throws {
    guard let found = Self.all.first(where: { $0.name == name }) else {
      throw Problem.data(
        "activation", expected: "one of \(Self.all.map(\.name).joined(separator: ", "))",
        found: "'\(name)'")
    }
    self = found
  }

  /// Adds the function to the graph. Linear adds nothing.
  public func callAsFunction(_ input: Node) throws -> Node {
    self == .linear ? input : try op.apply(to: [input])
  }
}

extension ActivationFunction: Codable {
  private enum Key: String, CodingKey { case name, slope, scale }

  /// `"relu"`, or `{"name": "leaky_relu", "slope": 0.1}`.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(named: name)
      return
    }
    let fields = try decoder.container(keyedBy: Key.self)
    try self.init(named: fields.decode(String.self, forKey: .name))
    switch self {
    case .leakyReLU(let slope):
      self = .leakyReLU(slope: try fields.decodeIfPresent(Double.self, forKey: .slope) ?? slope)
    case .elu(let scale):
      self = .elu(scale: try fields.decodeIfPresent(Double.self, forKey: .scale) ?? scale)
    default: break
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    guard !Self.all.contains(self) else {
      var container = encoder.singleValueContainer()
      return try container.encode(name)
    }
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(name, forKey: .name)
    if case .leakyReLU(let slope) = self { try fields.encode(slope, forKey: .slope) }
    if case .elu(let scale) = self { try fields.encode(scale, forKey: .scale) }
  }
}

/// An activation function as a layer of its own.
public struct Activation: StoredLayer {
  public static let kind = "activation"

  /// The function.
  public let function: ActivationFunction

  /// Applies the function to every element (softmax: to every row).
  public init(_ function: ActivationFunction) { self.function = function }

  public func callAsFunction(_ input: Node) throws -> Node { try function(input) }
}
