public import Engine

/// A function that bends what a layer computes, without which any stack of layers would be one
/// layer.
/// ```swift
/// Dense(64, activation: .relu)
/// Dense(64, activation: .leakyReLU(slope: 0.01))
/// ```
/// One of your own is an ``ActivationOp``.
public struct ActivationFunction: Sendable, Hashable {
  /// The op that computes it, with its settings.
  @Named<Activations> public private(set) var op: any ActivationOp

  /// What an op computes.
  public init(_ op: any ActivationOp) { _op = Named(wrappedValue: op) }

  /// Its name on the command line and in files.
  public var name: String { op.name }
  /// The rule for a kernel that keeps signals their size through this function.
  public var usualInitializer: any Initializer { op.usualInitializer }

  /// Adds the function to the graph. Linear adds nothing.
  public func callAsFunction(_ input: Node) throws -> Node {
    op is Ops.Linear ? input : try op.apply(to: [input])
  }
}

extension ActivationFunction {
  public static let linear = Self(Ops.Linear())
  public static let sigmoid = Self(Ops.Sigmoid())
  public static let tanh = Self(Ops.Tanh())
  public static let relu = Self(Ops.ReLU())
  public static let relu6 = Self(Ops.ReLU6())
  public static let selu = Self(Ops.SELU())
  public static let gelu = Self(Ops.GELU())
  public static let geluTanh = Self(Ops.GELUTanh())
  public static let silu = Self(Ops.SiLU())
  public static let softplus = Self(Ops.Softplus())
  public static let softmax = Self(Ops.Softmax())
  public static let logSoftmax = Self(Ops.LogSoftmax())
  /// Keras's slope is 0.2, PyTorch's 0.01.
  public static func leakyReLU(slope: Double = 0.2) -> Self { Self(Ops.LeakyReLU(slope: slope)) }
  /// The scale is the paper's α, 1 in Keras and PyTorch.
  public static func elu(scale: Double = 1) -> Self { Self(Ops.ELU(scale: scale)) }
}

extension ActivationFunction: SettingValue {
  public static let words = Activations.word

  /// `"relu"`, or `{"name": "leaky_relu", "slope": 0.1}`.
  public init(from decoder: any Decoder) throws { _op = try Named(from: decoder) }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws { try _op.encode(to: encoder) }
}

extension Registry {
  /// Every activation function with its usual settings.
  public var activations: [ActivationFunction] {
    members(of: Activations.self).map { ActivationFunction($0) }
  }
  /// The activation function of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public func activation(named name: String) throws -> ActivationFunction {
    ActivationFunction(try member(named: name, of: Activations.self, at: Activations.word))
  }
}
