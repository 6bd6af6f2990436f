package import Engine

extension Losses {
  /// Mean over the outputs of Huber's error: squared for small differences, straight for large ones, so
  /// that outliers count less.
  package struct Huber: ElementwiseLoss {
    package static let kind = "huber"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] { [.usual("delta", \.delta)] }
    package var isLeastAtMedian: Bool { true }
    package var term: any BinaryOp { HuberError(delta: delta) }

    /// Where squared ends and straight begins.
    package var delta: Double

    package func check(at location: String) throws(Problem) {
      guard delta > 0, delta.isFinite else {
        throw Problem.data(
          "\(location).delta", expected: "a finite number above 0", found: "\(delta)")
      }
    }

    /// With Keras's and PyTorch's δ.
    package init(delta: Double = 1) { self.delta = delta }
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Mean over the outputs of Huber's error, which is straight beyond δ.
  public static func huber(delta: Double = 1) -> any Loss { Losses.Huber(delta: delta) }
}
