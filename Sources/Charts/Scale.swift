import Formatting

/// The numbers along an axis: where it begins and ends, and the round numbers that are marked.
public struct Scale: Sendable, Equatable {
  /// How distances grow.
  public enum Kind: String, Sendable, Encodable {
    case linear
    /// Equal ratios have equal distances; for positive numbers.
    case logarithmic
  }

  public let kind: Kind
  public let low: Double
  public let high: Double
  /// Round numbers from low to high.
  public let ticks: [Double]
  private let step: Double
  /// What stands at the whole numbers from 0 instead of them.
  private var names: [String] = []

  /// A scale that holds all finite values and begins and ends at a tick.
  ///
  /// - Parameters:
  ///   - kind: logarithmic only where all values are positive and span a decade; linear else.
  ///   - isTight: begin and end at the outermost values.
  ///   - isWhole: mark whole numbers only.
  ///   - tickCount: about how many.
  public init(
    _ values: some Sequence<Double>, kind: Kind = .linear, isTight: Bool = false,
    isWhole: Bool = false, tickCount: Int = 5
  ) {
    let finite = values.filter(\.isFinite)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if kind == .logarithmic, low > 0, high / low >= 10 {
      self = Self.decades(from: low, to: high, tickCount)
      return
    }
    if low == high {
      let margin = low == 0 ? 1 : isWhole ? 1 : low.magnitude / 10
      (low, high) = (low - (low == 0 ? 0 : margin), high + margin)
    }
    let step = Self.niceStep((high - low) / Double(max(1, tickCount)), isWhole: isWhole)
    let first = isTight ? (low / step).rounded(.up) : (low / step + 1e-9).rounded(.down)
    let last = isTight ? (high / step).rounded(.down) : (high / step - 1e-9).rounded(.up)
    // Whole multiples, so that 0.3 is not 0.1 + 0.1 + 0.1; sizes beyond this have no round numbers.
    let multiples = (last - first).magnitude < 1000 ? Int(last - first) : -1
    let ticks =
      multiples < 0 ? [] : (0...multiples).map { Self.multiple(first + Double($0), of: step) }
    self.init(
      kind: .linear, low: isTight ? low : ticks.first ?? low,
      high: isTight ? high : ticks.last ?? high, ticks: ticks, step: step)
  }

  /// Names without an order, each at its place from 0, shortened so that they fit beside each other.
  package init(names: [String]) {
    let count = max(1, names.count)
    // More than so many cannot be read.
    let stride = (count + 11) / 12
    self.init(
      kind: .linear, low: -0.5, high: Double(count) - 0.5,
      ticks: Swift.stride(from: 0, to: count, by: stride).map(Double.init), step: 1)
    self.names = names.map { $0.shortened(to: max(3, 50 * stride / count)) }
  }

  private init(kind: Kind, low: Double, high: Double, ticks: [Double], step: Double) {
    self.kind = kind
    self.low = low
    self.high = high
    self.ticks = ticks
    self.step = step
  }

  private static func decades(from low: Double, to high: Double, _ tickCount: Int) -> Scale {
    let lowest = Int((Double.log10(low) + 1e-9).rounded(.down))
    let last = Int((Double.log10(high) - 1e-9).rounded(.up))
    let stride = max(1, (last - lowest + tickCount - 1) / tickCount)
    // Both ends have a tick.
    let first = last - (last - lowest + stride - 1) / stride * stride
    return Scale(
      kind: .logarithmic, low: .powerOfTen(first), high: .powerOfTen(last),
      ticks: Swift.stride(from: first, through: last, by: stride).map { .powerOfTen($0) }, step: 10)
  }

  /// 1, 2 or 5 times a power of ten, at least the given one.
  static func niceStep(_ rough: Double, isWhole: Bool) -> Double {
    guard rough > 0, rough.isFinite else { return 1 }
    let power = Double.powerOfTen(Int(Double.log10(rough).rounded(.down)))
    let nice = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * (1 - 1e-9) } ?? 10 * power
    return isWhole ? max(1, nice) : nice
  }

  private static func multiple(_ count: Double, of step: Double) -> Double {
    // 3 · 0.1 is 0.30000000000000004; 3 ÷ 10 is 0.3.
    step < 1 ? count / (1 / step).rounded() : count * step
  }

  /// 0 at the low end, 1 at the high end; values outside stay outside.
  public func fraction(of value: Double) -> Double {
    if kind == .logarithmic {
      return (.log10(max(value, .leastNormalMagnitude)) - .log10(low))
        / (.log10(high) - .log10(low))
    }
    return (value - low) / (high - low)
  }

  /// What an axis is called: a curve over a logarithmic one looks flatter than it is.
  func title(_ name: String) -> String {
    kind == .logarithmic ? "\(name), logarithmic" : name
  }

  /// A tick as text, with as many decimals as the ticks need.
  public func label(_ tick: Double) -> String {
    if !names.isEmpty { return names[min(names.count - 1, max(0, Int(tick)))] }
    let largest = max(low.magnitude, high.magnitude)
    if kind == .logarithmic || largest >= 1e6 || step < 1e-5 { return Self.compact(tick) }
    let decimals = max(0, -Int((Double.log10(step) + 1e-9).rounded(.down)))
    return tick.text(decimals: decimals)
  }

  /// `2e6`, `0.001`.
  private static func compact(_ number: Double) -> String {
    guard number != 0 else { return "0" }
    let exponent = Int((Double.log10(number.magnitude) + 1e-9).rounded(.down))
    if (-3..<5).contains(exponent) { return number.trimmed(decimals: 3) }
    return (number / .powerOfTen(exponent)).attributeText + "e\(exponent)"
  }
}
