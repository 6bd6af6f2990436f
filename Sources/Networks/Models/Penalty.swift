public import Engine

/// A penalty on large weights, added to the loss: l1 · Σ|w| + l2 · Σw² over all kernels, see
/// ``isOfKernel(_:_:)``. That is Keras's convention; PyTorch's `weight_decay` d is l2 = d ÷ 2.
public struct Penalty: Sendable, Hashable, Codable {
  /// The factor of Σ|w|; 0 or above.
  public var l1: Double
  /// The factor of Σw²; 0 or above.
  public var l2: Double

  /// 0 for none.
  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  /// Is a tensor one that weights something: of at least two axes, and no bias?
  public static func isOfKernel(_ name: String, _ shape: TensorShape) -> Bool {
    shape.rank >= 2 && name.split(separator: "/").last != "bias"
  }

  func callAsFunction(_ parameter: Node) throws -> Node? {
    let axes = 0..<parameter.shape.rank
    let absolute = l1 == 0 ? nil : try Ops.Sum(axes: axes)(Ops.Absolute()(parameter)) * l1
    let square = l2 == 0 ? nil : try Ops.Sum(axes: axes)(parameter * parameter) * l2
    guard let absolute, let square else { return absolute ?? square }
    return try absolute + square
  }
}
