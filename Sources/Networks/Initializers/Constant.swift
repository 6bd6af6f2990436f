import Engine

extension Initializers {
  /// Every number the same.
  public struct Constant: Initializer {
    public static let kind = "constant"
    public static var usual: Self { Self() }
    public static var settings: [Setting<Self>] {
      [.usual("value", \.value)]
    }

    /// The number.
    public var value: Double

    /// Keras's defaults.
    public init(value: Double = 0) {
      self.value = value
    }

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: Float(value), shape: shape)
    }

    public func check(at location: String) throws(Problem) {
      try checkFinite(["value": value], at: location)
    }
  }
}

extension Initializer where Self == Initializers.Constant {
  /// Every number the same.
  public static func constant(_ value: Double = 0) -> Self { Self(value: value) }
}
