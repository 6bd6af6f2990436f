import Engine

extension Losses {
  /// Mean over the outputs of Huber's error: squared for small differences, straight for large ones, so
  /// that outliers count less.
  public struct Huber: ElementwiseLoss {
    public static let kind = "huber"
    public static var usual: Self { Self() }
    public static var settings: [Setting<Self>] { [.usual("delta", \.delta)] }
    public var bestConstant: BestConstant { .median }
    public var term: any BinaryOp { HuberError(delta: delta) }

    /// Where squared ends and straight begins.
    public var delta: Double

    public func check(at location: String) throws(Problem) {
      guard delta > 0, delta.isFinite else {
        throw Problem.data(
          "\(location).delta", expected: "a finite number above 0", found: "\(delta)")
      }
    }

    /// With Keras's and PyTorch's δ.
    public init(delta: Double = 1) { self.delta = delta }
  }
}

extension Loss where Self == Losses.Huber {
  /// Mean over the outputs of Huber's error, which is straight beyond δ.
  public static func huber(delta: Double = 1) -> Self { Self(delta: delta) }
}
