public import Engine

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
