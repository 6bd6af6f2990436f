public import Engine

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
  public init(named name: String) throws { try self.init(named: name, at: "activation") }

  private init(named name: String, at place: String) throws {
    let wanted = name.normalizedName
    guard let found = Self.all.first(where: { $0.name.normalizedName == wanted }) else {
      throw Problem.data(
        place, expected: "one of \(Self.all.map(\.name).joined(separator: ", "))",
        found: "'\(name)'")
    }
    self = found
  }

  /// Adds the function to the graph. Linear adds nothing.
  public func callAsFunction(_ input: Node) throws -> Node {
    self == .linear ? input : try op.apply(to: [input])
  }
}

extension ActivationFunction {
  /// The rule for a kernel that keeps signals their size through this function.
  public var usualInitializer: any Initializer {
    switch self {
    case .relu, .leakyReLU, .gelu, .geluTanh, .silu, .elu: .heNormal
    case .selu: .lecunNormal
    case .linear, .sigmoid, .tanh, .softplus, .softmax, .logSoftmax: .glorotUniform
    }
  }
}

extension ActivationFunction: SettingValue {
  public static let words = "activation"

  private enum Key: String, CodingKey { case name, slope, scale }

  /// `"relu"`, or `{"name": "leaky_relu", "slope": 0.1}`.
  public init(from decoder: any Decoder) throws {
    let path = decoder.codingPath.place
    let place = path.isEmpty ? "activation" : path
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(named: name, at: place)
      return
    }
    let fields = try decoder.container(keyedBy: Key.self)
    try self.init(named: fields.decode(String.self, forKey: .name), at: place)
    let own: Key?
    switch self {
    case .leakyReLU(let slope):
      self = .leakyReLU(slope: try fields.decodeIfPresent(Double.self, forKey: .slope) ?? slope)
      own = .slope
    case .elu(let scale):
      self = .elu(scale: try fields.decodeIfPresent(Double.self, forKey: .scale) ?? scale)
      own = .scale
    default: own = nil
    }
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    for key in keys where key != Key.name.rawValue && key != own?.rawValue {
      throw Problem.data(
        place, expected: own.map { "the setting \($0.rawValue)" } ?? "no settings for \(name)",
        found: "`\(key)`")
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
  public static var usual: Self { Self(.linear) }
  public static var settings: [Setting<Self>] { [.required("function", \.function)] }

  /// The function.
  public var function: ActivationFunction

  /// Applies the function to every element (softmax: to every row).
  public init(_ function: ActivationFunction) { self.function = function }

  public var detail: String { function.name }

  public func callAsFunction(_ input: Node) throws -> Node { try function(input) }
}
