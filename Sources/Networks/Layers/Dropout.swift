public import Engine
import Formatting

/// While training, drops each value with the given probability and enlarges the others by
/// 1 ÷ (1 − rate); otherwise it does nothing (Srivastava et al. 2014).
public struct Dropout: StoredLayer {
  public static let kind = "dropout"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    [.required("rate", \.rate, in: NetworkLimits.share)]
  }

  /// The probability that a value is dropped, from 0 to below 1.
  public var rate: Double

  /// The rate is checked when the network is built.
  public init(_ rate: Double) { self.rate = rate }

  public var detail: String { "\((rate * 100).brief) %" }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard (0..<1).contains(rate) else {
      throw Problem.shape(
        input.graph.place(of: Self.kind), expected: "a rate from 0 to below 1", found: "\(rate)")
    }
    guard input.graph.isTraining, rate > 0 else { return input }
    let stream = input.graph.nextRandomStream()
    let mask = Ops.RandomMask(rate: rate, stream: stream, shape: input.shape)
    return try input * mask(input.graph.randomKey())
  }
}
