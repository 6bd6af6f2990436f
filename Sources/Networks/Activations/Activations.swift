public import Engine

/// An op that files can name as an activation function.
///
/// One of your own is one formula; its derivative, its text and fast code follow from it:
/// ```swift
/// struct Bent: UnaryOp, ActivationOp {
///   static let name = "bent"
///   static var usual: Bent { Bent() }
///   func value<Q: Scalar>(_ x: Q) -> Q { (.sqrt(x * x + 1) - 1) / 2 + x }
/// }
/// let registry = Registry.standard.adding(Bent.self)
/// ```
public protocol ActivationOp: Op, Component {
  /// The rule for a kernel that keeps signals their size through this function; Glorot's if not said.
  var usualInitializer: any Initializer { get }
}

extension Op where Self: Configurable {
  /// The op's name with underscores.
  public static var kind: String { String(name.map { " -".contains($0) ? "_" : $0 }) }
}

extension ActivationOp {
  public var usualInitializer: any Initializer { .glorotUniform }
}

/// All activation functions.
public enum Activations: Family {
  public typealias Member = any ActivationOp
  public static let word = "activation"
  public static let standard: [any Configurable.Type] = [
    Ops.Linear.self, Ops.Sigmoid.self, Ops.Tanh.self, Ops.ReLU.self, Ops.ReLU6.self,
    Ops.LeakyReLU.self, Ops.ELU.self, Ops.SELU.self, Ops.GELU.self, Ops.GELUTanh.self,
    Ops.SiLU.self,
    Ops.Softplus.self, Ops.Softmax.self, Ops.LogSoftmax.self,
  ]
}

extension Ops.Linear: ActivationOp { package static var usual: Self { Self() } }
extension Ops.Sigmoid: ActivationOp { package static var usual: Self { Self() } }
extension Ops.Tanh: ActivationOp { package static var usual: Self { Self() } }
extension Ops.ReLU: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.ReLU6: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.LeakyReLU: ActivationOp {
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] { [.usual("slope", \.slope)] }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.ELU: ActivationOp {
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] { [.usual("scale", \.scale)] }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.SELU: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .lecunNormal }
}
extension Ops.GELU: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.GELUTanh: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.SiLU: ActivationOp {
  package static var usual: Self { Self() }
  package var usualInitializer: any Initializer { .heNormal }
}
extension Ops.Softplus: ActivationOp { package static var usual: Self { Self() } }
extension Ops.Softmax: ActivationOp { package static var usual: Self { Self() } }
extension Ops.LogSoftmax: ActivationOp { package static var usual: Self { Self() } }
